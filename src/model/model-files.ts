/**
 * Which of the dropped files make up the model: names and folders only, nothing is read. A folder is chosen by what it
 * holds; a piece that it lacks may lie anywhere among the dropped files.
 */
import { baseName, folderOf, type SourceFile } from '../base/source-file.ts';
import { tokenizerFilesOf, findTokenizerFiles, type TokenizerFiles } from '../tokenizer/files.ts';

/** Weight files of one format in one folder. */
export interface WeightSet {
  /** In name order. */
  files: SourceFile[];
  index: SourceFile | null;
  /** As transformers names a model in one file. */
  standard: string;
}

export interface ModelFiles {
  config: SourceFile | null;
  tokenizer: TokenizerFiles | null;
  /** safetensors, then what is named as PyTorch's checkpoints. */
  weights: readonly WeightSet[];
  /** ONNX exports, in name order. */
  exports: SourceFile[];
  /** What is named as weights that an export keeps beside it. */
  exportData: SourceFile[];
  /** Weights in formats that this version does not read, in name order. */
  otherWeights: SourceFile[];
  /** Files of a model that Winnow does not need. */
  side: SourceFile[];
  /** Folder of the weights, '' at the top. */
  folder: string;
  /** Further folders that hold weights. */
  otherFolders: string[];
  /** Files of a model in folders that were not chosen. */
  elsewhere: SourceFile[];
}

const patterns = [
  ['config', /^config\.json$/i],
  ['tokenizer', /^(tokenizer|vocab)\.json$|^(vocab|merges)\.txt$|^(spiece|spm|sentencepiece.*)\.model$/i],
  ['settings', /^(tokenizer_config|special_tokens_map|added_tokens)\.json$/i],
  ['index', /\.safetensors\.index\.json$/i],
  ['weights', /\.safetensors$/i],
  ['side', /^((training_args|optimizer|scheduler|scaler)\.(bin|pt)|rng_state.*\.pth)$/i],
  ['checkpoint-index', /\.bin\.index\.json$/i],
  ['checkpoint', /\.(bin|pt|pth|ckpt)$/i],
  ['export', /\.onnx$/i],
  ['export-data', /\.onnx[._]data(_\d+)?$/i],
  ['other-weights', /\.(h5|msgpack|ot|gguf)$/i],
  ['side', /^(generation_config|trainer_state|modules|sentence_bert_config|config_sentence_transformers)\.json$/i],
] as const;
type Kind = (typeof patterns)[number][0];

/** @returns null when none of the files looks like a part of a model. */
export function findModelFiles(files: readonly SourceFile[]): ModelFiles | null {
  const known = files
    .map((file) => ({ file, kind: kindOf(baseName(file.path)) }))
    .filter(({ kind }) => kind !== null)
    .map(({ file, kind }) => ({ file, kind, folder: modelFolder(file.path, kind) }))
    .sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  const folders = [...new Set(known.map(({ folder }) => folder))].sort();
  const kindsIn = (folder: string) => new Set(known.filter((entry) => entry.folder === folder).map(({ kind }) => kind));
  const value = (folder: string) => worth(kindsIn(folder));
  const [folder] = folders.toSorted((a, b) => value(b) - value(a));
  if (folder === undefined || value(folder) === 0) return null;

  const here = (kind: Kind) =>
    known.filter((entry) => entry.folder === folder && entry.kind === kind).map(({ file }) => file);
  const anywhere = (kind: Kind) => here(kind)[0] ?? known.find((entry) => entry.kind === kind)?.file ?? null;
  const ofTokenizers = known.filter(({ kind }) => kind === 'tokenizer' || kind === 'settings');
  const tokenizer = findTokenizerFiles(
    ofTokenizers.map(({ file }) => file),
    folder,
  );
  const config = anywhere('config');
  const chosen = new Set([config, ...(tokenizer ? tokenizerFilesOf(tokenizer) : [])]);
  return {
    config,
    tokenizer,
    weights: [
      { files: here('weights'), index: here('index')[0] ?? null, standard: 'model.safetensors' },
      { files: here('checkpoint'), index: here('checkpoint-index')[0] ?? null, standard: 'pytorch_model.bin' },
    ],
    exports: here('export'),
    exportData: here('export-data'),
    otherWeights: here('other-weights'),
    side: [...here('side'), ...here('tokenizer'), ...here('settings')].filter((file) => !chosen.has(file)),
    folder,
    otherFolders: folders.filter((other) => other !== folder && holdsWeights(kindsIn(other))),
    elsewhere: known.filter((entry) => entry.folder !== folder && !chosen.has(entry.file)).map(({ file }) => file),
  };
}

function holdsWeights(kinds: ReadonlySet<Kind | null>): boolean {
  return kinds.has('weights') || kinds.has('checkpoint') || kinds.has('export');
}

/** How much of a model a folder holds: weights that can surely be read count most. */
function worth(kinds: ReadonlySet<Kind | null>): number {
  const points = { weights: 16, checkpoint: 5, export: 4, 'other-weights': 4, index: 2, config: 2, tokenizer: 1 };
  return Object.entries(points).reduce((sum, [kind, worth]) => sum + (kinds.has(kind as Kind) ? worth : 0), 0);
}

/** Optimum and transformers.js put exports into a folder of their own beside the config. */
function modelFolder(path: string, kind: Kind | null): string {
  const folder = folderOf(path);
  return kind === 'export' || kind === 'export-data' ? folder.replace(/(^|\/)onnx$/i, '') : folder;
}

function kindOf(name: string): Kind | null {
  return patterns.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}
