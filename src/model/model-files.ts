/**
 * Which of the dropped files make up the model: names and folders only, nothing is read. A folder is chosen by what it
 * holds, as `from_pretrained` would open it; a piece that it lacks may lie anywhere among the dropped files.
 */
import { baseName, folderOf, type SourceFile } from '../base/source-file.ts';
import { tokenizerFilesOf, findTokenizerFiles, type TokenizerFiles } from '../tokenizer/files.ts';
import { kindOf, shardPattern, standardNames, type ModelFileKind } from './model-file-kinds.ts';

/** Weight files of one format in one folder. */
export interface WeightSet {
  /** In name order. */
  files: SourceFile[];
  index: SourceFile | null;
  /** As transformers names a model in one file. */
  standard: string;
}

/** An adapter's own folder, or what is said of one in the model's. */
export interface AdapterFiles {
  folder: string;
  config: SourceFile | null;
  weights: SourceFile | null;
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
  /** Weights in formats that this version does not read, in name order; of checkpoints of one training the last first. */
  otherWeights: SourceFile[];
  /** Adapters, those outside the checkpoints of a training first. */
  adapters: AdapterFiles[];
  /** Files of a model that Winnow does not need. */
  side: SourceFile[];
  /** Folder of the weights, '' at the top. */
  folder: string;
  /** Further folders that hold weights. */
  otherFolders: string[];
  /** Weight files of all folders that a user can choose between, those of the chosen folder first. */
  choices: SourceFile[];
  /** Files of a model in folders that were not chosen. */
  elsewhere: SourceFile[];
}

interface KnownFile {
  file: SourceFile;
  kind: ModelFileKind;
  folder: string;
}

/**
 * @param chosen folder that the user chose a weight file of
 * @param preferred names of folders that come before others of their kind: the best checkpoint, the current snapshot
 * @returns null when none of the files looks like a part of a model.
 */
export function findModelFiles(
  files: readonly SourceFile[],
  { chosen: wanted, preferred = [] }: { chosen?: SourceFile; preferred?: readonly string[] } = {},
): ModelFiles | null {
  const known = knownFiles(files);
  const folders = [...new Set(known.map(({ folder }) => folder))].sort();
  const kindsIn = new Map(folders.map((folder) => [folder, known.filter((entry) => entry.folder === folder)]));
  const value = (folder: string): number => worth(kindsIn.get(folder) ?? []);
  const holds = (folder: string): boolean => holdsWeights(kindsIn.get(folder) ?? []);
  const wantedFolder = known.find(({ file }) => file === wanted)?.folder;
  const [folder] = folders.toSorted(
    (a, b) =>
      Number(b === wantedFolder) - Number(a === wantedFolder) ||
      Number(holds(b)) - Number(holds(a)) ||
      Number(isCheckpoint(a)) - Number(isCheckpoint(b)) ||
      Number(preferred.includes(baseName(b))) - Number(preferred.includes(baseName(a))) ||
      (checkpointNumber(b) ?? 0) - (checkpointNumber(a) ?? 0) ||
      value(b) - value(a),
  );
  if (folder === undefined || value(folder) === 0) return null;

  const here = (kind: ModelFileKind) =>
    known.filter((entry) => entry.folder === folder && entry.kind === kind).map(({ file }) => file);
  /** Here, in a folder around, anywhere. */
  const nearest = (list: readonly KnownFile[]) =>
    list.toSorted((a, b) => Number(isAround(b.folder, folder)) - Number(isAround(a.folder, folder)));
  const anywhere = (kind: ModelFileKind) =>
    here(kind)[0] ?? nearest(known.filter((entry) => entry.kind === kind))[0]?.file ?? null;
  const ofTokenizers = nearest(known.filter(({ kind }) => kind === 'tokenizer' || kind === 'settings'));
  const tokenizer = findTokenizerFiles(
    ofTokenizers.map(({ file }) => file),
    folder,
  );
  const config = here('config')[0] ?? here('old-config')[0] ?? anywhere('config') ?? anywhere('old-config');
  const adapters = adaptersIn(kindsIn);
  const chosen = new Set([config, ...(tokenizer ? tokenizerFilesOf(tokenizer) : [])]);
  const ofAdapters = adapters.flatMap((adapter) => [adapter.config, adapter.weights]);
  const asSide: ModelFileKind[] = ['side', 'tokenizer', 'settings', 'old-config', 'adapter-config'];
  return {
    config,
    tokenizer,
    weights: standardNames.map(([standard, kind, index]) => ({
      ...{ files: here(kind), index: here(index)[0] ?? null, standard },
    })),
    exports: here('export'),
    exportData: here('export-data'),
    otherWeights: here('other-weights').toSorted((a, b) => stepOf(b.path) - stepOf(a.path)),
    adapters,
    side: asSide.flatMap(here).filter((file) => !chosen.has(file)),
    folder,
    otherFolders: folders.filter((other) => other !== folder && holds(other)),
    choices: [folder, ...folders.filter((other) => other !== folder)].flatMap((own) =>
      choicesIn(kindsIn.get(own) ?? []),
    ),
    elsewhere: known
      .filter((entry) => entry.folder !== folder && !chosen.has(entry.file) && !ofAdapters.includes(entry.file))
      .map(({ file }) => file),
  };
}

/** In path order, each with what its name says it is. */
function knownFiles(files: readonly SourceFile[]): KnownFile[] {
  const known = files
    .flatMap((file): KnownFile[] => {
      const kind = kindOf(file.path);
      return kind === null ? [] : [{ file, kind, folder: modelFolder(file.path, kind) }];
    })
    .sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  const has = (folder: string, kind: ModelFileKind): boolean =>
    known.some((entry) => entry.folder === folder && entry.kind === kind);
  // Without a config beside it, what lies with an adapter_config.json is the adapter's, or its head's.
  return known.map((entry) => {
    const isWeights = entry.kind === 'weights' || entry.kind === 'checkpoint';
    if (!isWeights || !has(entry.folder, 'adapter-config') || has(entry.folder, 'config')) return entry;
    return { ...entry, kind: /adapter/i.test(baseName(entry.file.path)) ? 'adapter' : 'side' };
  });
}

function adaptersIn(kindsIn: ReadonlyMap<string, readonly KnownFile[]>): AdapterFiles[] {
  const found = [...kindsIn].flatMap(([folder, entries]): AdapterFiles[] => {
    const of = (kind: ModelFileKind) => entries.find((entry) => entry.kind === kind)?.file ?? null;
    const [config, weights] = [of('adapter-config'), of('adapter')];
    return config || weights ? [{ folder, config, weights }] : [];
  });
  return found.toSorted(
    (a, b) =>
      Number(isCheckpoint(a.folder)) - Number(isCheckpoint(b.folder)) ||
      (checkpointNumber(b.folder) ?? 0) - (checkpointNumber(a.folder) ?? 0),
  );
}

/** Single weight files, and the index of weights in several. */
function choicesIn(entries: readonly KnownFile[]): SourceFile[] {
  const of = (kind: ModelFileKind) => entries.filter((entry) => entry.kind === kind).map(({ file }) => file);
  const single = (files: SourceFile[]) => files.filter(({ path }) => !shardPattern.test(path));
  const weights = standardNames.flatMap(([, kind, index]) => [...of(index).slice(0, 1), ...single(of(kind))]);
  return [...weights, ...of('export')];
}

/** As Trainer, accelerate and others name what they save while they train. */
export function isCheckpoint(folder: string): boolean {
  return checkpointNumber(folder) !== null;
}

function checkpointNumber(folder: string): number | null {
  const match = /^(?:checkpoint|ckpt|epoch|step|iter|global_?step)[-_]?(\d+)$/i.exec(baseName(folder));
  return match ? Number(match[1]) : null;
}

/** Steps that a checkpoint of TensorFlow was trained for, of its name; 0 where it says none. */
function stepOf(path: string): number {
  return Number(/ckpt-(\d+)\./i.exec(baseName(path))?.[1] ?? 0);
}

function isAround(outer: string, inner: string): boolean {
  return outer === '' || inner.startsWith(`${outer}/`);
}

function holdsWeights(entries: readonly KnownFile[]): boolean {
  return entries.some(({ kind }) => ['weights', 'checkpoint', 'export', 'index', 'checkpoint-index'].includes(kind));
}

/** How much of a model a folder holds: weights under the names that transformers opens count most. */
function worth(entries: readonly KnownFile[]): number {
  const standard = entries.some(({ file, kind }) =>
    standardNames.some(([name, own, index]) => kind === index || (kind === own && baseName(file.path) === name)),
  );
  const points = {
    ...{ weights: 6, checkpoint: 5, export: 4, 'other-weights': 4 },
    ...{ config: holdsWeights(entries) ? 8 : 2, 'old-config': 2, tokenizer: 1, adapter: 1, 'adapter-config': 1 },
  };
  const kinds = new Set(entries.map(({ kind }) => kind));
  const sum = Object.entries(points).reduce(
    (total, [kind, own]) => total + (kinds.has(kind as ModelFileKind) ? own : 0),
    0,
  );
  return sum + (standard ? 16 : 0);
}

/** Optimum and transformers.js put exports into a folder of their own beside the config. */
function modelFolder(path: string, kind: ModelFileKind): string {
  const folder = folderOf(path);
  return kind === 'export' || kind === 'export-data' ? folder.replace(/(^|\/)onnx$/i, '') : folder;
}
