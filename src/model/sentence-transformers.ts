/**
 * What sentence-transformers says of a model in files beside it: how its tokens become the vector of a sentence
 * (`modules.json`, `1_Pooling/config.json`), its longest input (`sentence_bert_config.json`), and modules behind the
 * encoder, which are in no hidden state. What cannot be read is passed over: the model itself is whole without it.
 */
import { readText } from '../base/bytes.ts';
import { WinnowError, type Notice } from '../base/errors.ts';
import { poolingWords, type Pooling } from '../base/pooling.ts';
import { baseName, folderOf, type SourceFile } from '../base/source-file.ts';
import { textLimitBytes } from './recognition-notes.ts';

export interface SentenceSettings {
  /** null: none is said, or one that Winnow does not compute. */
  pooling: Pooling | null;
  /** In tokens; null where it is not said. */
  longestInput: number | null;
  /** Those that say it. */
  files: SourceFile[];
  /** @param taken what stands for a sentence in their place */
  notices(taken: Pooling): Notice[];
}

/** By what `pooling_mode` is, or which `pooling_mode_…` is true: what is computed, else what it is in words. */
const modes: Readonly<Record<string, { pooling: Pooling } | { words: string }>> = {
  cls: { pooling: 'first' },
  cls_token: { pooling: 'first' },
  lasttoken: { pooling: 'last' },
  mean: { pooling: 'mean' },
  mean_tokens: { pooling: 'mean' },
  max: { words: 'the greatest value over its tokens' },
  max_tokens: { words: 'the greatest value over its tokens' },
  mean_sqrt_len_tokens: { words: 'the sum of its tokens by the root of their number' },
  weightedmean: { words: 'a mean in which later tokens count more' },
  weightedmean_tokens: { words: 'a mean in which later tokens count more' },
};
const behind = /^(Dense|LSTM|CNN|WeightedLayerPooling)$/i;

interface Module {
  folder: string;
  kind: string;
}

/** @param files of the model that are neither config, tokenizer nor weights; @param folder the encoder's */
export async function sentenceSettings(files: readonly SourceFile[], folder: string): Promise<SentenceSettings> {
  const around = [folder, folderOf(folder)];
  const at = (where: string, name: string): SourceFile | undefined =>
    files.find(({ path }) => folderOf(path) === where && baseName(path) === name);
  const list = around.map((where) => at(where, 'modules.json')).find((file) => file !== undefined);
  const modules = (await listed(list)) ?? named(files, around);
  const own = modules.find(({ kind }) => kind === 'Pooling');
  const said = own && at(own.folder, 'config.json');
  const mode = said ? modeOf(await readObject(said)) : null;
  const lengths = at(folder, 'sentence_bert_config.json');
  const longest = lengths && (await readObject(lengths))?.max_seq_length;
  const longestInput = typeof longest === 'number' && Number.isSafeInteger(longest) && longest > 0 ? longest : null;
  const pooling = mode !== null && 'pooling' in mode ? mode.pooling : null;
  const notices = (taken: Pooling): Notice[] => {
    const later = modules.filter(({ kind }) => behind.test(kind)).map((module) => behindEncoder(module));
    if (said === undefined || mode === null || 'pooling' in mode) return later;
    return [otherPooling(said, mode.words, taken), ...later];
  };
  const read = [...(pooling === null ? [] : [list, said]), ...(longestInput === null ? [] : [lengths])].filter(
    (file) => file !== undefined,
  );
  return { pooling, longestInput, files: read, notices };
}

function behindEncoder({ folder }: Module): Notice {
  const message = `\`${baseName(folder)}\` of sentence-transformers comes behind the encoder and is not computed: what is looked at are the encoder's hidden states.`;
  const next = 'Nothing, if the encoder is what you study.';
  return { code: 'bad-model', message, next, path: `${folder}/config.json` };
}

function otherPooling({ path }: SourceFile, words: string, taken: Pooling): Notice {
  const message = `This model's own vector of a sentence is ${words} (\`${baseName(folderOf(path))}\`), which Winnow does not compute; it takes ${poolingWords[taken]}.`;
  const next = 'Choose what stands for a sentence among the options (`--pooling` on the command line).';
  return { code: 'bad-model', message, next, path };
}

/** What `modules.json` lists; null where it lists nothing. */
async function listed(file: SourceFile | undefined): Promise<Module[] | null> {
  const value = file && (await readJson(file));
  if (!file || !Array.isArray(value) || value.length === 0) return null;
  return value.flatMap((entry: unknown): Module[] => {
    const { path, type } = (entry ?? {}) as { path?: unknown; type?: unknown };
    if (typeof path !== 'string' || path === '') return [];
    const where = folderOf(file.path);
    const kind = typeof type === 'string' ? type.slice(type.lastIndexOf('.') + 1) : kindBy(path);
    return [{ folder: where === '' ? path : `${where}/${path}`, kind }];
  });
}

/** By the names of folders beside the encoder. */
function named(files: readonly SourceFile[], around: readonly string[]): Module[] {
  return files.flatMap(({ path }): Module[] => {
    const folder = folderOf(path);
    if (baseName(path) !== 'config.json' || folder === '' || !around.includes(folderOf(folder))) return [];
    return [{ folder, kind: kindBy(folder) }];
  });
}

/** `Pooling` of `1_Pooling`. */
function kindBy(folder: string): string {
  return baseName(folder).replace(/^\d+_/, '');
}

/** Several at once are set side by side in a longer vector. */
function modeOf(fields: Record<string, unknown> | null): { pooling: Pooling } | { words: string } | null {
  if (fields === null) return null;
  const said: unknown[] = [fields.pooling_mode].flat();
  const chosen = Object.keys(modes).filter((name) => said.includes(name) || fields[`pooling_mode_${name}`] === true);
  if (chosen.length > 1) return { words: 'several of its poolings side by side' };
  return chosen.length === 1 ? modes[chosen[0]] : null;
}

async function readObject(source: SourceFile): Promise<Record<string, unknown> | null> {
  const value = await readJson(source);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

async function readJson({ file }: SourceFile): Promise<unknown> {
  try {
    return JSON.parse(await readText(file, textLimitBytes));
  } catch (error) {
    if (error instanceof WinnowError || error instanceof SyntaxError) return null;
    throw error;
  }
}
