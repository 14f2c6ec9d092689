/**
 * Dropped files → a model that can be opened, or what stands in the way, one sentence each. Reads the config, the
 * tokenizer and the headers of the weight files; never a weight. Broken files come back as notices, not as errors.
 */
import { readText } from '../base/bytes.ts';
import { WinnowError, type Notice } from '../base/errors.ts';
import type { Recognition } from '../base/recognition.ts';
import { baseName, type SourceFile } from '../base/source-file.ts';
import { parseJsonObject } from '../format/json.ts';
import { tokenizerFilesOf } from '../tokenizer/files.ts';
import { openTokenizer } from '../tokenizer/open.ts';
import type { Tokenizer, TokenizerCard } from '../tokenizer/tokenizer.ts';
import { modelTypes, writtenTypes } from './architectures/list.ts';
import type { ModelCard, WeightChoice } from './cards.ts';
import { chooseExport, onlyWeights, weightChoices } from './choose-weights.ts';
import type { EncoderModel } from './encoder.ts';
import { readExportParts, readWeightParts, textLimitBytes, type ModelParts } from './model-parts.ts';
import { findModelFiles, type ModelFiles } from './model-files.ts';
import { Notes, type ModelRole } from './recognition-notes.ts';

export type { SourceFile } from '../base/source-file.ts';

/** A model that can be opened, with a graph that Winnow writes or as an export: all checked, no weight read yet. */
export type ModelSource = EncoderModel & {
  name: string;
  /** null while no tokenizer was given that fits. */
  tokenizer: Tokenizer | null;
  /** The files that decide the numbers, for hashing; weight files in name order. */
  weightFiles: SourceFile[];
  configFile: SourceFile;
  /** Empty while there is no tokenizer. */
  tokenizerFiles: SourceFile[];
};

export interface ModelRecognition extends Recognition<ModelRole> {
  card: ModelCard | null;
  tokenizer: TokenizerCard | null;
  /** null while the config or the weights are missing or wrong. */
  source: ModelSource | null;
  weights: WeightChoice;
}

/** @param weightsPath path of the weight file that the user chose, if any; one that is not there has no effect */
export async function recogniseModel(files: readonly SourceFile[], weightsPath?: string): Promise<ModelRecognition> {
  const found = findModelFiles(files);
  const note = new Notes();
  if (!found) {
    const next = 'Drop the model folder: config.json, model.safetensors and tokenizer.json.';
    note.missing.push({ code: 'missing-file', message: 'There is no model yet.', next, path: null, awaited: 'model' });
    return { card: null, tokenizer: null, source: null, weights: { choices: [], used: null }, ...note };
  }
  const type = await modelType(found.config);
  const choices = weightChoices(found).map(({ path }) => path);
  if (weightsPath !== undefined && !choices.includes(weightsPath) && files.some(({ path }) => path === weightsPath)) {
    note.missing.push(notWeights(weightsPath, choices));
  }
  const offered = weightsPath !== undefined && choices.includes(weightsPath) ? onlyWeights(found, weightsPath) : found;
  const chosen = chooseExport(offered, type === null || writtenTypes.has(type), note);
  const parts = chosen ? await readExportParts(found, chosen, files, note) : await readWeightParts(offered, note);
  const { config, model, weightFiles } = parts;
  const tokenizer = await readTokenizer(found, type, note);
  const fits = config && tokenizer ? checkVocabulary(config.vocabulary, tokenizer, note) : false;

  const single = choices.find((path) => weightFiles.some((file) => file.path === path));
  const index = weightFiles.length > 0 ? offered.weights.find((set) => set.index)?.index : null;
  describeRest(found, weightFiles, note);
  const result: ModelRecognition = {
    card: null,
    tokenizer: tokenizer?.card ?? null,
    source: null,
    weights: { choices, used: single ?? index?.path ?? null },
    ...note,
  };
  if (model && found.config) {
    const name = nameOf(found.folder, weightFiles[0]);
    result.card = makeCard(name, model, weightFiles);
    result.source = {
      ...model.opened,
      name,
      tokenizer: fits ? tokenizer : null,
      weightFiles,
      configFile: found.config,
      tokenizerFiles: found.tokenizer ? tokenizerFilesOf(found.tokenizer) : [],
    };
  }
  return result;
}

async function readTokenizer({ tokenizer }: ModelFiles, type: string | null, note: Notes): Promise<Tokenizer | null> {
  if (!tokenizer) {
    note.absent('tokenizer.json', '', 'tokenizer.json, or vocab.txt, vocab.json with merges.txt, or spiece.model,');
    return null;
  }
  note.use('tokenizer', tokenizerFilesOf(tokenizer));
  const open = () => openTokenizer(tokenizer, { type, conventions: modelTypes });
  return note.attempt('tokenizer', tokenizer.main, '', open);
}

/** What config.json calls the model; null when it does not say, or is broken, which is noted elsewhere. */
async function modelType(config: SourceFile | null): Promise<string | null> {
  if (!config) return null;
  try {
    const text = await readText(config.file, textLimitBytes);
    const type = parseJsonObject(text, config.path, '').get('model_type');
    return typeof type === 'string' ? type : null;
  } catch (error) {
    if (error instanceof WinnowError) return null;
    throw error;
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
  note.missing.push({ code: 'bad-tokenizer', message, next, path: card.path });
  return false;
}

/** Everything of a model that is not used: side files, other formats, other folders. */
function describeRest(found: ModelFiles, weightFiles: readonly SourceFile[], note: Notes): void {
  note.use('weights', weightFiles);
  const { folder, otherFolders } = found;
  note.ignore(found.side, 'Winnow needs no such file.');
  const indices = found.weights.flatMap(({ index }) => index ?? []);
  const weights = [...found.weights.flatMap(({ files }) => files), ...indices];
  note.ignore([...weights, ...found.exports, ...found.exportData], 'Another weight file is used.');
  note.ignore(found.otherWeights, 'This version reads safetensors, PyTorch checkpoints and ONNX only.');
  note.ignore(found.elsewhere, `The model in ${folder || 'the dropped files'} is used.`);
  if (otherFolders.length === 0) return;
  const message = `Several models were dropped: the one in \`${folder || 'the top folder'}\` is used, ${otherFolders.map((name) => `\`${name}\``).join(', ')} is not.`;
  note.notices.push({ code: 'bad-option', message, next: 'Drop one model at a time to use another.', path: null });
}

function nameOf(folder: string, weights: SourceFile): string {
  return folder ? baseName(folder) : baseName(weights.path).replace(/\.(safetensors|bin|pt|pth|ckpt|onnx)$/i, '');
}

function makeCard(
  name: string,
  { opened: { config }, parameters, head, weightFormat, hiddenStates }: NonNullable<ModelParts['model']>,
  files: readonly SourceFile[],
): ModelCard {
  const { architecture, layers, hidden, heads, positions } = config;
  return {
    ...{ name, architecture, layers, hidden, heads, parameters, hiddenStates, head },
    maxLength: positions,
    weightFormat: `${weightFormat}${files.length > 1 ? `, ${files.length} files` : ''}`,
    weightFiles: files.map(({ path }) => path),
    bytes: files.reduce((sum, { file }) => sum + file.size, 0),
  };
}
