/**
 * What one dropped file is to the data room, told from its first bytes, and which role its name proposes. Reads at most
 * 64 kB; never throws for a file's content.
 */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { isBlank, readFirstRows } from '../format/tsv.ts';
import type { DroppedFile, Role } from './cards.ts';
import { emptyFile, shown } from './instances.ts';
import { fittingTasks, isUnlabelled, type Fit } from './layout.ts';
import type { TaskName } from './tasks.ts';

export type Kind =
  /** A labelled table; `fits` has at least one entry, the best match first. */
  | { kind: 'table'; fits: Fit[] }
  /** Sentences without labels, as GLUE's test files. */
  | { kind: 'unlabelled'; error: WinnowError }
  /** Named as a table, but empty, unreadable or of unknown columns. */
  | { kind: 'broken'; error: WinnowError }
  /** Not a table at all: a model's file, a read-me. */
  | { kind: 'other' };

export interface Sniffed extends DroppedFile {
  name: string;
  /** '' at the top. */
  folder: string;
  what: Kind;
}

export async function sniff({ path, file }: DroppedFile): Promise<Sniffed> {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  return { path, file, name, folder: path.slice(0, Math.max(0, slash)), what: await kindOf(file, name) };
}

async function kindOf(file: File, name: string): Promise<Kind> {
  if (name.startsWith('.') || isModelName(name)) return { kind: 'other' };
  const named = isTableName(name);
  let rows: string[][];
  try {
    rows = await readFirstRows(file);
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    return named ? { kind: 'broken', error } : { kind: 'other' };
  }
  if (rows.every(isBlank)) return named ? { kind: 'broken', error: emptyFile(file) } : { kind: 'other' };
  const fits = fittingTasks(rows);
  if (fits.length > 0) return { kind: 'table', fits };
  if (isUnlabelled(rows)) return { kind: 'unlabelled', error: noLabels(file) };
  return named ? { kind: 'broken', error: unknownColumns(file, rows) } : { kind: 'other' };
}

export function isTableName(name: string): boolean {
  return /\.(tsv|csv)$/i.test(name);
}

/** Files that belong to a model: never opened and never spoken of here. */
export function isModelName(name: string): boolean {
  return /\.(json|safetensors|bin|pt|pth|onnx|model|h5|msgpack)$|^(vocab|merges)\.txt$/i.test(name);
}

/** Whether the file is a table of this task; of two tasks with the same columns, the one that knows the labels. */
export function fitsTask({ what }: Sniffed, task: TaskName): boolean {
  return (
    what.kind === 'table' && what.fits.some((fit) => fit.task === task && (fit.share > 0 || what.fits[0].share === 0))
  );
}

function noLabels(file: File): WinnowError {
  const message = `${nameOf(file)} holds no labels: it cannot be used to train or to score.`;
  return new WinnowError('bad-data', message, 'Use the labelled train and dev files of the task.');
}

function unknownColumns(file: File, rows: string[][]): WinnowError {
  const first = rows[0].slice(0, 6).map(shown);
  const separator = rows[0].length === 1 ? ' (no tab in it: columns must be separated by tabs)' : '';
  const message = `${nameOf(file)} has the columns of no GLUE task; its first line holds ${first.join(', ')}${separator}.`;
  return new WinnowError('bad-data', message, 'Use the official tsv files, or give yours the columns of the task.');
}

/** The role that a file's name proposes: `train.tsv`, `dev_matched.tsv`, `validation.tsv`, `sst2-train.txt`. */
export function proposedRole(name: string): Role | null {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const has = (...wanted: string[]) => wanted.some((word) => words.includes(word));
  if (has('test', 'mismatched', 'ids')) return null;
  const train = has('train', 'training');
  const dev = has('dev', 'val', 'valid', 'validation');
  if (train === dev) return null;
  return train ? 'train' : 'dev';
}
