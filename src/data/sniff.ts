/**
 * What one dropped file is to the data room, told from its first bytes (and its quotes, of tables in tabs and commas), and
 * which role its name proposes. Never throws for a file's content.
 */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { baseName, folderOf } from '../base/source-file.ts';
import { readFirstLines } from '../format/lines.ts';
import { cellsOf, isBlank } from '../format/tsv.ts';
import { ownMark, type Corrections, type DroppedFile, type Role } from './cards.ts';
import { unpackedName, type DataContent, type DataHead } from './data-format.ts';
import { dataFormats } from './formats.ts';
import { glueColumns } from './glue-table.ts';
import type { Fit } from './layout.ts';
import { emptyFile, lineInWords } from './instances.ts';
import { tasks, type TaskName } from './tasks.ts';

export interface DataCandidate extends DroppedFile {
  name: string;
  /** '' at the top. */
  folder: string;
  /** The labels of a file of words. */
  labels: DroppedFile | null;
  /** The other files of a table that lies in several, in order. */
  shards: DroppedFile[];
  /** How many of them are missing, by their names. */
  absentShards: number;
  content: DataContent;
}

/** @param labels the file of labels where `file` is one of words. */
export async function sniff(
  { path, file }: DroppedFile,
  labels: DroppedFile | null = null,
  quotes: Corrections['quotes'] = undefined,
): Promise<DataCandidate> {
  const name = baseName(path);
  const content = await contentOf({ file, name, labels, quotes }, path);
  return { path, file, name, folder: folderOf(path), labels, shards: [], absentShards: 0, content };
}

async function contentOf(
  dropped: Pick<DataHead, 'file' | 'name' | 'labels' | 'quotes'>,
  path: string,
): Promise<DataContent> {
  const { file, name } = dropped;
  if (name.startsWith('.') || (isModelName(name) && !isJsonData(path))) return { kind: 'other' };
  const isNamed = isDataName(name);
  let first: Promise<string[]> | null = null;
  const head: DataHead = {
    ...dropped,
    isNamed,
    role: proposedRole(path),
    lines: () => (first ??= readFirstLines(file)),
  };
  try {
    for (const format of dataFormats) {
      const content = await format.sniff(head);
      if (content !== null) return content;
    }
    if (isNamed) return { kind: 'broken', error: unknownColumns(file, await head.lines()) };
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    if (isNamed) return { kind: 'broken', error };
  }
  return { kind: 'other' };
}

export function isDataName(name: string): boolean {
  const known = unpackedName(name).toLowerCase();
  return dataFormats.some(({ endings }) => endings.some((ending) => known.endsWith(ending)));
}

/** Files that belong to a model: never opened and never spoken of here. */
export function isModelName(name: string): boolean {
  return /\.(json|safetensors|bin|pt|pth|onnx|model|h5|msgpack)$|^(vocab|merges)\.txt$/i.test(unpackedName(name));
}

/** JSON lines and arrays are often named `.json`: one that is named for a role, or as no file of a model, may be a data set. */
function isJsonData(path: string): boolean {
  const name = unpackedName(baseName(path));
  const isOther = /config|token|vocab|index|state|modules|results|run|info|manifest|report/i.test(name);
  return /\.json$/i.test(name) && (proposedRole(path) !== null || !isOther);
}

/** Whether the file can serve this task; of two tasks with the same columns, the one that knows the labels. */
export function fitsTask({ content }: DataCandidate, task: TaskName): boolean {
  if (content.kind !== 'data') return false;
  const { source, fits } = content;
  if (fits.some((fit) => fit.task === task && (fit.share > 0 || fits[0].share === 0))) return true;
  const chosen = tasks[task];
  switch (chosen.kind) {
    case 'glue':
      return source.table !== null && !isOfficial(fits) && glueColumns(source.table, chosen) !== null;
    case 'own':
      return source.sentences !== null && source.sentences.layout !== null;
    case 'labelling':
      return source.words !== null;
  }
}

/** Whether the file is laid out as one of GLUE's own. */
export function isOfficial(fits: readonly Fit[]): boolean {
  return fits.some(({ task }) => tasks[task].kind === 'glue');
}

function unknownColumns(file: File, lines: readonly string[]): WinnowError {
  const rows = lines.map(cellsOf);
  if (rows.every(isBlank)) return emptyFile(file);
  const width = (line: string): number => Math.max(...[',', ';', '|', '\t'].map((mark) => line.split(mark).length));
  const full = lines.filter((line) => line !== '');
  if (width(full[0]) > 1 && full.filter((line) => width(line) !== width(full[0])).length * 2 >= full.length) {
    const message = `${nameOf(file)} is no even table: its first line has ${width(full[0])} cells, the next ${width(full[1])}.`;
    const next =
      'Give each column a name (write.csv(…, row.names = FALSE) in R), and put double quotes around cells that hold the separator, without a space before them.';
    return new WinnowError('bad-data', message, next);
  }
  const message = `${nameOf(file)} has the columns of no GLUE task; its first line holds ${lineInWords(rows[0])}.`;
  const next = 'Use the official tsv files, or give yours a column of text and one of labels.';
  return new WinnowError('bad-data', message, next);
}

/** The role that the user gave a file, null for none; undefined: the user says nothing. */
export function correctedRole(path: string, { roles }: Corrections): Role | null | undefined {
  return roles && Object.hasOwn(roles, path) ? roles[path] : undefined;
}

/**
 * The role that a file's name proposes (`train.tsv`, `dev_matched.tsv`, `validation.tsv`, `sst2-train.txt`, CoNLL's
 * `eng.testa`), or, where it proposes none, that of its folder: `train/0000.parquet`.
 */
export function proposedRole(path: string): Role | null {
  const name = baseName(path);
  if (namesNone(name)) return null;
  // The role of a saved file comes last, whatever its model is called.
  const saved = name.startsWith(ownMark) ? /-(train|dev|test)\.[^-]*$/.exec(name)?.[1] : undefined;
  if (saved !== undefined) return saved as Role;
  return roleNamed(name) ?? folderRole(baseName(folderOf(path)));
}

/** Only a folder called just so: `test` in a longer name may be anything. */
function folderRole(folder: string): Role | null {
  return /^(train|training|dev|val|valid|validation|eval|test)$/i.test(folder) ? roleNamed(folder) : null;
}

function namesNone(name: string): boolean {
  return /(^|[^a-z])(mismatched|ids|results)([^a-z]|$)/i.test(name);
}

function roleNamed(name: string): Role | null {
  // `trainset` and `test_data` as well as `train`.
  const words = name
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((word) => word.replace(/(?<=.)(set|data|split)$/, ''));
  const has = (...names: string[]) => names.some((word) => words.includes(word));
  const proposed: Role[] = [];
  if (has('train', 'training', 'trn')) proposed.push('train');
  if (has('dev', 'val', 'valid', 'validation', 'devel', 'eval', 'testa')) proposed.push('dev');
  if (has('test', 'testing', 'testb', 'tst')) proposed.push('test');
  return proposed.length === 1 ? proposed[0] : null;
}
