/**
 * Dropped files → a model that can be opened, or what stands in the way, one sentence each. Reads the config, the
 * tokenizer and the headers of the weight files; never a weight. Broken files come back as notices, not as errors.
 */
import { readText } from '../base/bytes.ts';
import { toPlainError, WinnowError, type Notice } from '../base/errors.ts';
import { baseName, type SourceFile } from '../base/source-file.ts';
import { parseJsonObject } from '../format/json.ts';
import { filesOf } from '../tokenizer/files.ts';
import { openTokenizer } from '../tokenizer/open.ts';
import type { Tokenizer, TokenizerCard } from '../tokenizer/tokenizer.ts';
import type { ModelCard, WeightChoice } from './cards.ts';
import { chooseExport, chooseWeights, onlyWeights, weightChoices } from './choose-weights.ts';
import { modelTypes, writtenTypes } from './architectures/lookup.ts';
import { parseConfig } from './config.ts';
import type { EncoderModel } from './encoder.ts';
import { findModelFiles, type ModelFiles } from './model-files.ts';
import { parseExportConfig } from './onnx/config.ts';
import { readExport } from './onnx/export.ts';
import { readWeights } from './weights.ts';

export type { SourceFile } from '../base/source-file.ts';

/** A model that can be opened, with a graph that Winnow writes or as an export: all checked, no weight read yet. */
export type ModelSource = EncoderModel & SourceFacts;

interface SourceFacts {
  name: string;
  /** null while no tokenizer was given that fits. */
  tokenizer: Tokenizer | null;
  /** The files that decide the numbers, for hashing; weight files in name order. */
  weightFiles: SourceFile[];
  configFile: SourceFile;
  /** Empty while there is no tokenizer. */
  tokenizerFiles: SourceFile[];
}

export interface Recognised {
  card: ModelCard | null;
  tokenizer: TokenizerCard | null;
  /** null while the config or the weights are missing or wrong. */
  source: ModelSource | null;
  weights: WeightChoice;
  /** Stands between the user and a run. */
  missing: Notice[];
  notices: Notice[];
  /** Files of a model that are not used, and why. */
  ignored: { path: string; reason: string }[];
  /** Paths of all files that belong to a model, ignored ones included. */
  used: Set<string>;
}

const textLimitBytes = 64 * 2 ** 20;

/** @param wanted path of the weight file that the user chose, if any; one that is not there has no effect */
export async function recogniseModel(files: readonly SourceFile[], wanted?: string): Promise<Recognised> {
  const found = findModelFiles(files);
  const result: Recognised = {
    card: null,
    tokenizer: null,
    source: null,
    weights: { choices: [], used: null },
    missing: [],
    notices: [],
    ignored: [],
    used: new Set(),
  };
  if (!found) {
    const next = 'Drop the model folder: config.json, model.safetensors and tokenizer.json.';
    result.missing.push({ code: 'missing-file', message: 'There is no model yet.', next, path: null });
    return result;
  }
  const note = new Notes(result);
  const type = await modelType(found.config);
  const choices = weightChoices(found).map(({ path }) => path);
  if (wanted !== undefined && !choices.includes(wanted) && files.some(({ path }) => path === wanted)) {
    note.wrong(notWeights(wanted, choices));
  }
  const offered = wanted !== undefined && choices.includes(wanted) ? onlyWeights(found, wanted) : found;
  const chosen = chooseExport(offered, type === null || writtenTypes.has(type), note);
  const looked = chosen ? await lookAtExport(found, chosen, files, note) : await lookAtWeights(offered, note);
  const { config, model } = looked;
  const tokenizer = await readTokenizer(found, type, note);
  result.tokenizer = tokenizer?.card ?? null;
  const fits = config && tokenizer ? checkVocabulary(config.vocabulary, tokenizer, note) : false;

  const single = choices.find((path) => looked.weightFiles.some((file) => file.path === path));
  const index = looked.weightFiles.length > 0 ? (offered.index ?? offered.checkpointIndex) : null;
  result.weights = { choices, used: single ?? index?.path ?? null };
  describeRest(found, looked.weightFiles, result);
  if (model && found.config) {
    const { weightFiles } = looked;
    const name = nameOf(found.folder, weightFiles[0]);
    result.card = makeCard(name, model, weightFiles);
    result.source = {
      ...model.opened,
      name,
      tokenizer: fits ? tokenizer : null,
      weightFiles,
      configFile: found.config,
      tokenizerFiles: found.tokenizer ? filesOf(found.tokenizer) : [],
    };
  }
  return result;
}

async function readTokenizer({ tokenizer }: ModelFiles, type: string | null, note: Notes): Promise<Tokenizer | null> {
  if (!tokenizer) {
    note.absent('tokenizer.json', '', 'tokenizer.json, or vocab.txt, vocab.json with merges.txt, or spiece.model,');
    return null;
  }
  note.use(filesOf(tokenizer));
  return note.attempt(tokenizer.main, '', () => openTokenizer(tokenizer, { type, conventions: modelTypes }));
}

/** What config.json calls the model; null when it does not say, or is broken, which is noted elsewhere. */
async function modelType(config: SourceFile | null): Promise<string | null> {
  if (!config) return null;
  try {
    const text = await readText(config.file, textLimitBytes);
    const type = parseJsonObject(text, { what: config.path, next: '' }).get('model_type');
    return typeof type === 'string' ? type : null;
  } catch (error) {
    if (error instanceof WinnowError) return null;
    throw error;
  }
}

/** What was found out about the config and the weights; `model` is null while one of them is missing or wrong. */
interface Looked {
  config: EncoderModel['config'] | null;
  weightFiles: SourceFile[];
  model: (Pick<ModelCard, 'parameters' | 'head' | 'weightFormat' | 'hiddenStates'> & { opened: EncoderModel }) | null;
}

async function lookAtWeights(found: ModelFiles, note: Notes): Promise<Looked> {
  const config = await note.attempt(found.config, 'config.json', async ({ file }) =>
    parseConfig(await readText(file, textLimitBytes), file.name),
  );
  const weightFiles = (await chooseWeights(found, note)) ?? [];
  if (!config || weightFiles.length === 0) return { config, weightFiles, model: null };
  const model = await note.attempt(weightFiles[0], '', async () => {
    const files = weightFiles.map(({ file }) => file);
    const weights = await readWeights(files, config);
    const { parameters, head, format, dtypes } = weights;
    return {
      opened: { kind: 'written', config, weights } as const,
      parameters,
      head,
      weightFormat: `${format}, ${dtypes}`,
      hiddenStates: null,
    };
  });
  return { config, weightFiles, model };
}

async function lookAtExport(
  found: ModelFiles,
  chosen: SourceFile,
  files: readonly SourceFile[],
  note: Notes,
): Promise<Looked> {
  const config = await note.attempt(found.config, 'config.json', async ({ file }) =>
    parseExportConfig(await readText(file, textLimitBytes), file.name),
  );
  const read = config && (await note.attempt(chosen, '', () => readExport(chosen, files, config)));
  if (!read) return { config, weightFiles: [chosen], model: null };
  if (config.types !== null && config.types > 1 && !read.graph.inputs.some(({ name }) => name === 'token_type_ids')) {
    const message = `\`${chosen.file.name}\` takes no token_type_ids: it does not tell the two texts of a pair apart.`;
    const next = 'For tasks with pairs, export the model again with the input token_type_ids.';
    note.tell({ code: 'bad-model', message, next, path: chosen.path });
  }
  if (read.summary.scaledByBatch) {
    const message = `\`${chosen.file.name}\` rounds to 8 bits, on a scale that texts which run together share: its hidden states differ from the full model's by some per cent, and a little with the texts beside a text.`;
    const next = 'Choose a weight file of full precision if there is one.';
    note.tell({ code: 'bad-model', message, next, path: chosen.path });
  }
  const { summary, ...model } = read;
  const { parameters, head, dtypes, weightFiles } = summary;
  return {
    config,
    weightFiles,
    model: {
      opened: { kind: 'export', config, model },
      parameters,
      head,
      weightFormat: `ONNX export, ${dtypes}`,
      hiddenStates: model.states.from,
    },
  };
}

/** Collects what is wrong, and which files were looked at. */
export class Notes {
  private readonly result: Recognised;

  constructor(result: Recognised) {
    this.result = result;
  }

  /** Runs `read` on a file; null, with a notice, when the file is absent, empty or wrong. */
  async attempt<T>(
    source: SourceFile | null | undefined,
    name: string,
    read: (source: SourceFile) => Promise<T>,
  ): Promise<T | null> {
    if (!source) {
      this.absent(name);
      return null;
    }
    try {
      this.result.used.add(source.path);
      if (source.file.size === 0) {
        const message = `\`${source.file.name}\` is empty (0 bytes).`;
        throw new WinnowError('bad-file', message, 'The file was probably not copied whole. Copy it again.');
      }
      return await read(source);
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      this.result.missing.push({ ...toPlainError(error), path: source.path });
      return null;
    }
  }

  use(files: readonly SourceFile[]): void {
    for (const { path } of files) this.result.used.add(path);
  }

  /** @param wanted what to add, when another file would do as well */
  absent(name: string, why = '', wanted = name): void {
    const message = `\`${name}\` is missing${why}.`;
    this.result.missing.push({
      code: 'missing-file',
      message,
      next: `Add ${wanted} from the model's folder.`,
      path: null,
    });
  }

  wrong(notice: Notice): void {
    this.result.missing.push(notice);
  }

  tell(notice: Notice): void {
    this.result.notices.push(notice);
  }
}

function notWeights(path: string, choices: readonly string[]): Notice {
  const message = `\`${baseName(path)}\` is none of the model's weight files.`;
  const next = `Choose from ${choices.map((choice) => `\`${choice}\``).join(', ')}.`;
  return { code: 'bad-option', message, next, path };
}

/** A vocabulary may be smaller than the model's, which are often padded to a round number; it is never larger. */
function checkVocabulary(vocabulary: number, { card }: Tokenizer, note: Notes): boolean {
  const padding = Math.max(512, Math.ceil(vocabulary / 20));
  if (card.vocabulary <= vocabulary && card.vocabulary >= vocabulary - padding) return true;
  const message = `\`${baseName(card.path)}\` has a vocabulary of ${card.vocabulary} tokens, but the model has ${vocabulary}: it belongs to another model.`;
  const next = `Use the ${baseName(card.path)} of this model's folder.`;
  note.wrong({ code: 'bad-tokenizer', message, next, path: card.path });
  return false;
}

/** Everything of a model that is not used: side files, other formats, other folders. */
function describeRest(found: ModelFiles, weightFiles: readonly SourceFile[], result: Recognised): void {
  const ignore = (files: readonly SourceFile[], reason: string) => {
    for (const { path } of files) {
      if (!result.used.has(path)) result.ignored.push({ path, reason });
      result.used.add(path);
    }
  };
  for (const { path } of weightFiles) result.used.add(path);
  const { folder, otherFolders } = found;
  ignore(found.side, 'Winnow needs no such file.');
  const indices = [found.index, found.checkpointIndex].filter((index) => index !== null);
  ignore([...found.weights, ...found.checkpoints, ...indices], 'Another weight file is used.');
  ignore([...found.exports, ...found.exportData], 'Another weight file is used.');
  ignore(found.otherWeights, 'This version reads safetensors, PyTorch checkpoints and ONNX only.');
  ignore(found.elsewhere, `The model in ${folder || 'the dropped files'} is used.`);
  if (otherFolders.length === 0) return;
  const message = `Several models were dropped: the one in \`${folder || 'the top folder'}\` is used, ${otherFolders.map((name) => `\`${name}\``).join(', ')} is not.`;
  result.notices.push({ code: 'bad-option', message, next: 'Drop one model at a time to use another.', path: null });
}

function nameOf(folder: string, weights: SourceFile): string {
  return folder ? baseName(folder) : baseName(weights.path).replace(/\.(safetensors|bin|pt|pth|ckpt|onnx)$/i, '');
}

function makeCard(
  name: string,
  { opened: { config }, parameters, head, weightFormat, hiddenStates }: NonNullable<Looked['model']>,
  files: readonly SourceFile[],
): ModelCard {
  return {
    name,
    architecture: config.architecture,
    layers: config.layers,
    hidden: config.hidden,
    heads: config.heads,
    parameters,
    maxLength: config.positions,
    weightFormat: `${weightFormat}${files.length > 1 ? `, ${files.length} files` : ''}`,
    weightFiles: files.map(({ path }) => path),
    bytes: files.reduce((sum, { file }) => sum + file.size, 0),
    hiddenStates,
    head,
  };
}
