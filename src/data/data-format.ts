/**
 * What a format of data files has to offer: to tell a file by its beginning, and to read its rows as sentences with a label
 * each, or as words with one each. `formats.ts` lists all formats; nothing else knows one from another.
 */
import type { Control } from '../base/abort.ts';
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { TextTable } from '../format/table.ts';
import type { ColumnNames, Corrections, DroppedFile, Role } from './cards.ts';
import type { Fit } from './layout.ts';
import type { ListLayout } from './list-layout.ts';
import type { SentenceRows, WordRows } from './rows.ts';
import type { TableLayout } from './table-layout.ts';
import { tasks, type LabellingTask, type OwnTask } from './tasks.ts';

export interface DataFormat {
  name: string;
  /** What names of such files end in, without that of gzip: a file so named is spoken of even if it is broken. */
  endings: readonly string[];
  /** @returns null for a file of another format. @throws WinnowError for one that cannot be read. */
  sniff(head: DataHead): Promise<DataContent | null>;
}

/** The beginning of a file, as far as its formats want to see it. */
export interface DataHead {
  file: File;
  /** Without folder. */
  name: string;
  /** The file of labels beside a file of words. */
  labels: DroppedFile | null;
  /** Whether the name ends as that of some format. */
  isNamed: boolean;
  /** What its name, or its folder's, says it is for. */
  role: Role | null;
  /** What quotes in tab-separated text are, where the user says it. */
  quotes: Corrections['quotes'];
  /** The first lines, unpacked. @throws WinnowError as `readFirstLines`. */
  lines(): Promise<string[]>;
}

export type DataContent =
  /** Sentences with labels; `fits` has at least one entry, the best match first. */
  | { kind: 'data'; source: DataSource; fits: Fit[] }
  /** Sentences without labels, as GLUE's test files. */
  | { kind: 'unlabelled'; error: WinnowError }
  /** Named as data, but empty, unreadable or of unknown columns. */
  | { kind: 'broken'; error: WinnowError }
  /** Not data at all: a model's file, a read-me. */
  | { kind: 'other' };

/** How the rows of a file are read, whatever its format. GLUE's tasks read their tables by their own layout. */
export interface DataSource {
  /** null: it has no sentences with one label. */
  sentences: {
    /** Those that can be chosen. */
    columns: string[];
    /** What the columns are taken for; null where that cannot be told, or there is no choice. */
    layout: TableLayout | null;
    read(reading: Reading<OwnTask>): Promise<SentenceRows>;
  } | null;
  /** null: it has no words with a label each. */
  words: {
    /** null where there is no choice. */
    layout: ListLayout | null;
    read(reading: Reading<LabellingTask>): Promise<WordRows>;
  } | null;
  /** What may go on in further files. */
  table: TextTable | null;
  /** Quotes stay as text, though all of the file is quoted as in CSV. */
  keepsQuotes?: true;
}

export interface Reading<Task> {
  task: Task;
  /** null where no file leaves a choice. */
  columns: ColumnNames | null;
  /** Words after which reading ends, before the sentence that would exceed it. */
  wordLimit: number;
  control: Control;
}

/** The name without the ending of gzip, which says nothing about what is packed. */
export function unpackedName(name: string): string {
  return name.replace(/\.gz$/i, '');
}

export function noLabels(file: File): WinnowError {
  const message = `${nameOf(file)} holds no labels: it cannot be used to train or to score.`;
  return new WinnowError('bad-data', message, 'Use the labelled train and dev files of the task.');
}

export function unusable(file: File, { title, kind }: LabellingTask | OwnTask): WinnowError {
  const wanted = kind === 'own' ? 'sentences with one label each' : 'words with one label each';
  const message = `${nameOf(file)} cannot be used for ${title}: it does not hold ${wanted}.`;
  const other = kind === 'own' ? tasks.labelling.title : tasks.classification.title;
  return new WinnowError('bad-data', message, `Choose another task (such as ${other}), or leave this file out.`);
}
