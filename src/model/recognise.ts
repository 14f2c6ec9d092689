/**
 * Dropped files → a model that can be opened, or what stands in the way, one sentence each. Reads the config, the
 * tokenizer and the headers of the weight files; never a weight. Broken files come back as notices, not as errors.
 */
import { readText } from '../base/bytes.ts';
import { WinnowError, type Notice } from '../base/errors.ts';
import type { Recognition } from '../base/recognition.ts';
import { baseName, folderOf, type SourceFile } from '../base/source-file.ts';
import { parseJsonObject } from '../format/json.ts';
import { tokenizerFilesOf } from '../tokenizer/files.ts';
import { openTokenizer } from '../tokenizer/open.ts';
import type { Tokenizer, TokenizerCard } from '../tokenizer/tokenizer.ts';
import { architectureOf, modelTypes, writtenTypes } from './architectures/list.ts';
import type { ModelCard, WeightChoice } from './cards.ts';
import { adapterAlone } from './choose-adapter.ts';
import { chooseExport, onlyWeights } from './choose-weights.ts';
import type { EncoderModel } from './encoder.ts';
import { laterModules } from './later-modules.ts';
import { readExportParts, readWeightParts, type ModelParts } from './model-parts.ts';
import { findModelFiles, isCheckpoint, type ModelFiles } from './model-files.ts';
import { tellType } from './model-type.ts';
import { Notes, textLimitBytes, type ModelRole } from './recognition-notes.ts';

export type { SourceFile } from '../base/source-file.ts';

/** A model that can be opened, with a graph that Winnow writes or as an export: all checked, no weight read yet. */
export type ModelSource = EncoderModel & {
  name: string;
  /** null while no tokenizer was given that fits. */
  tokenizer: Tokenizer | null;
  /** The files that decide the numbers, for hashing; weight files in name order, an adapter's behind them. */
  weightFiles: SourceFile[];
  /** Which of several encoders in them; null where there is one. */
  encoder: string | null;
  configFile: SourceFile;
  /** Empty while there is no tokenizer. */
  tokenizerFiles: SourceFile[];
};

export interface ModelRecognition extends Recognition<ModelRole> {
  card: ModelCard | null;
  tokenizer: TokenizerCard | null;
  /** The tokenizer by itself, whatever else there is of a model; null: none was given, or it cannot be read. */
  usableTokenizer: { tokenizer: Tokenizer; files: SourceFile[] } | null;
  /** null while the config or the weights are missing or wrong. */
  source: ModelSource | null;
  weights: WeightChoice;
}

/** What the user chose of a model; what is not there has no effect. */
export interface ModelChoice {
  /** Path of the weight file. */
  weights?: string;
  /** Name of one of several encoders in the weights. */
  encoder?: string;
}

export async function recogniseModel(
  files: readonly SourceFile[],
  { weights: weightsPath, encoder }: ModelChoice = {},
): Promise<ModelRecognition> {
  const chosenFile = files.find(({ path }) => path === weightsPath);
  const found = findModelFiles(files, { chosen: chosenFile, preferred: await preferredFolders(files) });
  const note = new Notes();
  const nothing = {
    card: null,
    tokenizer: null,
    usableTokenizer: null,
    source: null,
    weights: { choices: [], used: null, encoders: [] },
  };
  if (!found) {
    const next = 'Drop the model folder: config.json, model.safetensors and tokenizer.json.';
    note.missing.push({ code: 'missing-file', message: 'There is no model yet.', next, path: null, awaited: 'model' });
    return { ...nothing, ...note };
  }
  if (found.adapters.length > 0 && found.choices.length === 0 && found.otherWeights.length === 0) {
    await adapterAlone(found.adapters, note);
    describeRest(found, [], note);
    return { ...nothing, ...note };
  }
  const type = await tellType(found, note);
  const choices = found.choices.map(({ path }) => path);
  if (chosenFile && !choices.includes(chosenFile.path)) note.missing.push(notWeights(chosenFile.path, choices));
  const offered = weightsPath !== undefined && choices.includes(weightsPath) ? onlyWeights(found, weightsPath) : found;
  const chosen = chooseExport(offered, type === null || writtenTypes.has(type), note);
  const parts = chosen
    ? await readExportParts(found, chosen, files, note)
    : await readWeightParts(offered, type, encoder, note);
  const { config, model, weightFiles, adapterFiles, encoders } = parts;
  const causal = model !== null && isCausal(model.opened);
  const tokenizer = await readTokenizer(found, type, note, causal);
  const fits = config && tokenizer ? checkVocabulary(config.vocabulary, tokenizer, found, note) : false;

  const single = choices.find((path) => weightFiles.some((file) => file.path === path));
  const index = weightFiles.length > 0 ? offered.weights.find((set) => set.index)?.index : null;
  describeRest(found, weightFiles, note);
  note.notices.push(...(await laterModules([...found.side, ...found.elsewhere], found.folder)));
  const result: ModelRecognition = {
    card: null,
    tokenizer: tokenizer?.card ?? null,
    usableTokenizer: tokenizer && found.tokenizer && { tokenizer, files: tokenizerFilesOf(found.tokenizer) },
    source: null,
    weights: { choices, used: single ?? index?.path ?? null, encoders },
    ...note,
  };
  if (model && found.config) {
    const name = nameOf(found.folder, weightFiles[0], model);
    result.card = makeCard(name, model, weightFiles, fits ? tokenizer : null);
    result.source = {
      ...model.opened,
      name,
      tokenizer: fits ? tokenizer : null,
      weightFiles: [...weightFiles, ...adapterFiles],
      encoder: model.encoder,
      configFile: found.config,
      tokenizerFiles: result.usableTokenizer?.files ?? [],
    };
  }
  return result;
}

/** Names of the best checkpoint by a trainer's own record, and of the snapshot that a hub's cache points to. */
async function preferredFolders(files: readonly SourceFile[]): Promise<string[]> {
  const names = new Set<string>();
  for (const { path, file } of files) {
    try {
      if (baseName(path) === 'trainer_state.json') {
        const text = await readText(file, textLimitBytes);
        const best = parseJsonObject(text, path, '').get('best_model_checkpoint');
        if (typeof best === 'string') names.add(baseName(best.replaceAll('\\', '/')));
      } else if (/(^|\/)models--[^/]+\/refs\/main$/.test(path)) names.add((await readText(file, 1024)).trim());
    } catch (error) {
      // Another folder is chosen then.
      if (!(error instanceof WinnowError)) throw error;
    }
  }
  return [...names];
}

function isCausal(model: EncoderModel): boolean {
  if (model.kind === 'export') return model.config.causal;
  return architectureOf(model.config).causal?.(model.config) ?? false;
}

/** @param causal the first token of a text knows nothing of it, the last one all */
async function readTokenizer(
  { tokenizer }: ModelFiles,
  type: string | null,
  note: Notes,
  causal: boolean,
): Promise<Tokenizer | null> {
  if (!tokenizer) {
    note.absent('tokenizer.json', '', 'tokenizer.json, or vocab.txt, vocab.json with merges.txt, or spiece.model,');
    return null;
  }
  note.use('tokenizer', tokenizerFilesOf(tokenizer));
  const open = () => openTokenizer(tokenizer, { type, conventions: modelTypes });
  const opened = await note.attempt('tokenizer', tokenizer.main, '', open);
  if (opened?.remark) {
    const next =
      'Say do_lower_case, strip_accents or add_prefix_space in `tokenizer_config.json` if the model was trained otherwise.';
    note.notices.push({ code: 'bad-tokenizer', message: opened.remark, next, path: tokenizer.main.path });
  }
  return opened && causal ? { ...opened, classification: 'last' } : opened;
}

function notWeights(path: string, choices: readonly string[]): Notice {
  const message = `\`${baseName(path)}\` is none of the model's weight files.`;
  const next = `Choose from ${choices.map((choice) => `\`${choice}\``).join(', ')}.`;
  return { code: 'bad-option', message, next, path };
}

/**
 * A vocabulary is never larger than the model's, and may be smaller: models are padded, and have rows for tokens that
 * nothing uses. One that is much smaller is said to be so, and refused where it does not lie with the model or is not a
 * third of its.
 */
function checkVocabulary(vocabulary: number, { card }: Tokenizer, { folder }: ModelFiles, note: Notes): boolean {
  const name = baseName(card.path);
  const counts = `\`${name}\` has a vocabulary of ${card.vocabulary} tokens, but the model has ${vocabulary}`;
  const near = card.vocabulary >= vocabulary - Math.max(512, Math.ceil(vocabulary / 20));
  const beside = folderOf(card.path) === folder && 3 * card.vocabulary >= vocabulary;
  if (card.vocabulary <= vocabulary && (near || beside)) {
    const message = `${counts}: the rest is taken for padding.`;
    const next = `Check that ${name} is this model's.`;
    if (!near) note.notices.push({ code: 'bad-tokenizer', message, next, path: card.path });
    return true;
  }
  const next = `Use the ${name} of this model's folder.`;
  note.missing.push({
    code: 'bad-tokenizer',
    message: `${counts}: it belongs to another model.`,
    next,
    path: card.path,
  });
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
  const here = `\`${folder || 'the top folder'}\``;
  const others = otherFolders.map((name) => `\`${name}\``).join(', ');
  const message = isCheckpoint(folder)
    ? `Of several checkpoints, ${here} is used (the best by trainer_state.json, else the last); ${others} ${otherFolders.length === 1 ? 'is' : 'are'} not.`
    : otherFolders.every(isCheckpoint)
      ? `The model in ${here} is used; the checkpoints beside it are not: ${others}.`
      : `Several models were dropped: the one in ${here} is used, ${others} ${otherFolders.length === 1 ? 'is' : 'are'} not.`;
  const next = 'Choose another weight file under Model (`--weights FILE` on the command line).';
  note.notices.push({ code: 'bad-option', message, next, path: null });
}

/** With the encoder that was chosen of several and the adapter that is merged: they make another model of it. */
function nameOf(folder: string, weights: SourceFile, { encoder, adapter }: NonNullable<ModelParts['model']>): string {
  const further =
    adapter === null || folderOf(adapter) === folder ? '' : `+${baseName(folderOf(adapter)) || 'adapter'}`;
  return `${folderName(folder, weights)}${further}${encoder === null ? '' : ` (${encoder})`}`;
}

function folderName(folder: string, weights: SourceFile): string {
  const cached = /(?:^|\/)models--(?:.*--)?([^/]+)\/snapshots\/[^/]+$/.exec(folder)?.[1];
  if (cached !== undefined) return cached;
  return folder ? baseName(folder) : baseName(weights.path).replace(/\.(safetensors|bin|pt|pth|ckpt|onnx)$/i, '');
}

function makeCard(
  name: string,
  { opened, parameters, head, weightFormat, hiddenStates, encoder, adapter }: NonNullable<ModelParts['model']>,
  files: readonly SourceFile[],
  tokenizer: Tokenizer | null,
): ModelCard {
  const { architecture, layers, hidden, heads, positions } = opened.config;
  return {
    ...{ name, architecture, layers, hidden, heads, parameters, hiddenStates, head, encoder, adapter },
    pooling: tokenizer?.classification ?? null,
    lastLayer: (opened.kind === 'written' && architectureOf(opened.config).lastLayer) || null,
    maxLength: positions,
    weightFormat: `${weightFormat}${files.length > 1 ? `, ${files.length} files` : ''}`,
    weightFiles: files.map(({ path }) => path),
    bytes: files.reduce((sum, { file }) => sum + file.size, 0),
  };
}
