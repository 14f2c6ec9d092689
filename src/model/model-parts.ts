/**
 * The config and the chosen weights of a model, checked against each other: as weights that Winnow writes a graph for, or
 * as an ONNX export. Reads headers, never a weight; faults are noted.
 */
import { readText } from '../base/bytes.ts';
import type { Notice } from '../base/errors.ts';
import { modelTypes } from './architectures/list.ts';
import type { ModelCard, WeightChoice } from './cards.ts';
import { adapterBesideExport, adapterPassedOver, chooseAdapter } from './choose-adapter.ts';
import { chooseWeights } from './choose-weights.ts';
import { parseConfig } from './config.ts';
import type { EncoderModel } from './encoder.ts';
import type { ModelFiles } from './model-files.ts';
import { parseExportConfig } from './onnx/config.ts';
import { readExport } from './onnx/export.ts';
import { textLimitBytes, type Notes } from './recognition-notes.ts';
import type { SourceFile } from '../base/source-file.ts';
import { readWeights } from './weights.ts';

/** What was found out about the config and the weights; `model` is null while one of them is missing or wrong. */
export interface ModelParts {
  config: EncoderModel['config'] | null;
  weightFiles: SourceFile[];
  /** Those that an adapter lies in; they decide the numbers, too. */
  adapterFiles: SourceFile[];
  encoders: WeightChoice['encoders'];
  model:
    | (Pick<ModelCard, 'parameters' | 'head' | 'weightFormat' | 'hiddenStates' | 'encoder' | 'adapter'> & {
        opened: EncoderModel;
      })
    | null;
}

/**
 * @param type what config.json calls the model, or what it is told from
 * @param encoder the one that the user chose of several in the weights
 */
export async function readWeightParts(
  found: ModelFiles,
  type: string | null,
  encoder: string | undefined,
  note: Notes,
): Promise<ModelParts> {
  const config = await note.attempt('config', found.config, 'config.json', async ({ file }) =>
    parseConfig(await readText(file, textLimitBytes), file.name, type),
  );
  const weightFiles = (await chooseWeights(found, note)) ?? [];
  const adapter = await chooseAdapter(found, note);
  const parts = { config, weightFiles, adapterFiles: adapter?.files ?? [], encoders: [], model: null };
  if (!config || weightFiles.length === 0 || adapter === null) return parts;
  const weights = await note.attempt('weights', weightFiles[0], '', () =>
    readWeights(
      weightFiles.map(({ file }) => file),
      config,
      { encoder, adapter: adapter.config, adapterFile: adapter.weights?.file ?? null },
    ),
  );
  if (!weights) return parts;
  const { parameters, head, format, dtypes, encoders, encoder: used, merged, notes } = weights;
  note.notices.push(...notes.map((own) => ({ code: 'bad-model' as const, ...own, path: weightFiles[0].path })));
  if (encoders.length > 1) note.notices.push(severalEncoders(weightFiles[0], encoders, used));
  await adapterPassedOver(found, weightFiles, note);
  const named = merged ? (adapter.weights ?? weightFiles[0]) : null;
  if (named) note.notices.push(mergedAdapter(named, adapter.config?.base ?? null));
  const opened = { kind: 'written', config, weights } as const;
  const facts = { encoder: encoders.length > 1 ? used : null, adapter: named?.path ?? null };
  return {
    ...parts,
    // An adapter_config.json that nothing was merged by decides nothing.
    adapterFiles: merged ? parts.adapterFiles : [],
    encoders: encoders.length > 1 ? encoders : [],
    model: { opened, parameters, head, weightFormat: `${format}, ${dtypes}`, hiddenStates: null, ...facts },
  };
}

function severalEncoders({ path, file }: SourceFile, encoders: readonly string[], used: string): Notice {
  const others = encoders.filter((name) => name !== used).map((name) => `\`${name}\``);
  const message = `\`${file.name}\` holds several encoders: \`${used}\` is used, ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} not.`;
  const next = 'Choose another one under Model (`--encoder NAME` on the command line).';
  return { code: 'bad-option', message, next, path };
}

function mergedAdapter({ path, file }: SourceFile, base: string | null): Notice {
  const message = `The LoRA adapter in \`${file.name}\`${base === null ? '' : `, trained on \`${base}\`,`} is merged into the weights.`;
  return { code: 'bad-model', message, next: 'Take the adapter out to use the weights alone.', path };
}

export async function readExportParts(
  found: ModelFiles,
  chosen: SourceFile,
  files: readonly SourceFile[],
  note: Notes,
): Promise<ModelParts> {
  adapterBesideExport(found, chosen, note);
  const config = await note.attempt('config', found.config, 'config.json', async ({ file }) =>
    parseExportConfig(await readText(file, textLimitBytes), file.name),
  );
  const read = config && (await note.attempt('weights', chosen, '', () => readExport(chosen, files, config)));
  const parts = { config, weightFiles: [chosen], adapterFiles: [], encoders: [] };
  if (!read) return { ...parts, model: null };
  if (config.types !== null && config.types > 1 && !read.graph.inputs.some(({ name }) => name === 'token_type_ids')) {
    const message = `\`${chosen.file.name}\` takes no token_type_ids: it does not tell the two texts of a pair apart.`;
    const next = 'For tasks with pairs, export the model again with the input token_type_ids.';
    note.notices.push({ code: 'bad-model', message, next, path: chosen.path });
  }
  if (config.causal && !modelTypes.get(config.architecture)?.decoder) {
    const message = `\`${found.config?.file.name}\` says that it is a decoder (is_decoder, or a class …ForCausalLM): a token knows only those before it. So the last token stands for a sentence, not the first, which would know nothing of it.`;
    const next = 'If the model was exported as an encoder, set is_decoder to false there.';
    note.notices.push({ code: 'bad-model', message, next, path: chosen.path });
  }
  if (read.summary.scaledByBatch) {
    const message = `\`${chosen.file.name}\` rounds to 8 bits, on a scale that texts which run together share: its hidden states differ from the full model's by some per cent, and a little with the texts beside a text.`;
    const next = 'Choose a weight file of full precision if there is one.';
    note.notices.push({ code: 'bad-model', message, next, path: chosen.path });
  }
  const { summary, ...model } = read;
  const { parameters, head, dtypes, weightFiles } = summary;
  const opened = { kind: 'export', config, model } as const;
  const weightFormat = `ONNX export, ${dtypes}`;
  const facts = { encoder: null, adapter: null };
  return {
    ...parts,
    weightFiles,
    model: { opened, parameters, head, weightFormat, hiddenStates: model.states.from, ...facts },
  };
}
