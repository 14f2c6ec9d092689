/**
 * What a model is called: as config.json says it, else told from the class that it names, else from the names of the
 * tensors. Which of these it was is said.
 */
import { readText } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { baseName, type SourceFile } from '../base/source-file.ts';
import { parseJsonObject, type JsonObject } from '../format/json.ts';
import { modelTypes, writtenTypes } from './architectures/list.ts';
import { renewed } from './file-encoders.ts';
import type { ModelFiles } from './model-files.ts';
import { textLimitBytes, type Notes } from './recognition-notes.ts';
import { readWeightFile } from './weight-file.ts';

/** null where nothing tells; a config or a weight file that cannot be read is noted elsewhere. */
export async function tellType({ config, weights }: ModelFiles, note: Notes): Promise<string | null> {
  const fields = config && (await quietly(() => readFields(config)));
  if (!config || !fields) return null;
  const said = fields.get('model_type');
  if (typeof said === 'string') return said;
  // What stands there and is no name is a fault of the file, which its reader names.
  if (said !== undefined && said !== null) return null;
  const tell = (type: string, from: string): string => {
    const message = `\`${baseName(config.path)}\` does not say the model's type; ${from} tells that it is ${type}.`;
    note.notices.push({
      code: 'bad-model',
      message,
      next: `Add "model_type": "${type}" to it, or correct it there.`,
      path: config.path,
    });
    return type;
  };
  const classes = fields.get('architectures');
  for (const name of Array.isArray(classes) ? classes : []) {
    const type = typeof name === 'string' ? typeOfClass(name) : null;
    if (type !== null) return tell(type, `\`${name as string}\` in its architectures`);
  }
  const file = weights.flatMap(({ files }) => files).at(0);
  const tensors = file && (await quietly(async () => (await readWeightFile(file.file)).tensors));
  const type = tensors ? typeOfTensors([...tensors.keys()]) : null;
  return type === null || !file ? null : tell(type, `\`${file.file.name}\`, by the names of its tensors,`);
}

async function readFields({ path, file }: SourceFile): Promise<JsonObject> {
  return parseJsonObject(await readText(file, textLimitBytes), path, '');
}

async function quietly<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WinnowError) return null;
    throw error;
  }
}

/** `XLMRobertaForSequenceClassification` → `xlm-roberta`. */
function typeOfClass(name: string): string | null {
  const stem = /^(?:TF|Flax)?(\w+?)(?:For[A-Z]\w*|LMHead\w*|PreTrainedModel|Model|Encoder)$/
    .exec(name)?.[1]
    .toLowerCase();
  return [...modelTypes.keys()].find((type) => type.replaceAll(/[-_]/g, '') === stem) ?? null;
}

/** What stands before the tensors of a task model is its type; of a bare one, tensors that no other has. */
function typeOfTensors(names: readonly string[]): string | null {
  const present = names.map(renewed);
  const types = [...writtenTypes].filter(([type, { anchor }]) =>
    present.some((name) => name === `${type}.${anchor}` || name.endsWith(`.${type}.${anchor}`)),
  );
  if (types.length > 0) return types[0][0];
  const own = (pattern: RegExp): boolean => present.some((name) => pattern.test(name));
  return ownTensors.find(([, pattern]) => own(pattern))?.[0] ?? null;
}

/** BERT, RoBERTa and their kin share their names: bare ones are not told apart. */
const ownTensors: readonly (readonly [string, RegExp])[] = [
  ['distilbert', /transformer\.layer\.0\.attention\.q_lin\.weight$/],
  ['albert', /encoder\.albert_layer_groups\.0\./],
  ['xlnet', /layer\.0\.rel_attn\.r_w_bias$/],
  ['mpnet', /encoder\.layer\.0\.attention\.attn\.q\.weight$/],
  ['t5', /encoder\.block\.0\.layer\.0\.SelfAttention\.q\.weight$/],
  ['deberta-v2', /encoder\.layer\.0\.attention\.self\.query_proj\.weight$/],
];
