/**
 * The config and the chosen weights of a model, checked against each other: as weights that Winnow writes a graph for, or
 * as an ONNX export. Reads headers, never a weight; faults are noted.
 */
import { readText } from '../base/bytes.ts';
import type { ModelCard } from './cards.ts';
import { chooseWeights } from './choose-weights.ts';
import { parseConfig } from './config.ts';
import type { EncoderModel } from './encoder.ts';
import type { ModelFiles } from './model-files.ts';
import { parseExportConfig } from './onnx/config.ts';
import { readExport } from './onnx/export.ts';
import type { Notes } from './recognition-notes.ts';
import type { SourceFile } from '../base/source-file.ts';
import { readWeights } from './weights.ts';

/** A config, or another small text of a model. */
export const textLimitBytes = 64 * 2 ** 20;

/** What was found out about the config and the weights; `model` is null while one of them is missing or wrong. */
export interface ModelParts {
  config: EncoderModel['config'] | null;
  weightFiles: SourceFile[];
  model: (Pick<ModelCard, 'parameters' | 'head' | 'weightFormat' | 'hiddenStates'> & { opened: EncoderModel }) | null;
}

export async function readWeightParts(found: ModelFiles, note: Notes): Promise<ModelParts> {
  const config = await note.attempt('config', found.config, 'config.json', async ({ file }) =>
    parseConfig(await readText(file, textLimitBytes), file.name),
  );
  const weightFiles = (await chooseWeights(found, note)) ?? [];
  if (!config || weightFiles.length === 0) return { config, weightFiles, model: null };
  const model = await note.attempt('weights', weightFiles[0], '', async () => {
    const weights = await readWeights(
      weightFiles.map(({ file }) => file),
      config,
    );
    const { parameters, head, format, dtypes } = weights;
    const opened = { kind: 'written', config, weights } as const;
    return { opened, parameters, head, weightFormat: `${format}, ${dtypes}`, hiddenStates: null };
  });
  return { config, weightFiles, model };
}

export async function readExportParts(
  found: ModelFiles,
  chosen: SourceFile,
  files: readonly SourceFile[],
  note: Notes,
): Promise<ModelParts> {
  const config = await note.attempt('config', found.config, 'config.json', async ({ file }) =>
    parseExportConfig(await readText(file, textLimitBytes), file.name),
  );
  const read = config && (await note.attempt('weights', chosen, '', () => readExport(chosen, files, config)));
  if (!read) return { config, weightFiles: [chosen], model: null };
  if (config.types !== null && config.types > 1 && !read.graph.inputs.some(({ name }) => name === 'token_type_ids')) {
    const message = `\`${chosen.file.name}\` takes no token_type_ids: it does not tell the two texts of a pair apart.`;
    const next = 'For tasks with pairs, export the model again with the input token_type_ids.';
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
  return { config, weightFiles, model: { opened, parameters, head, weightFormat, hiddenStates: model.states.from } };
}
