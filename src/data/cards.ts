/** What the set-up screen is told about dropped files and data: plain values that survive a structured clone. */
import type { Pooling } from '../base/pooling.ts';
import type { TextEncoding } from '../format/encoding.ts';
import type { TaskName } from './tasks.ts';

/** A file as it was dropped; `path` is its place inside the dropped folder, for names and for telling folders apart. */
export interface DroppedFile {
  path: string;
  file: File;
}

/** Saved files begin with it. */
export const ownMark = 'winnow-';

export const roleNames = ['train', 'dev', 'test'] as const;
export type Role = (typeof roleNames)[number];

/** Columns by name: of the words in labelling, of sentences otherwise; `pair` null is none. */
export interface ColumnChoice {
  text?: string;
  pair?: string | null;
  label?: string;
}

/** What the user has corrected; keys of `roles` are paths, null leaves the file out. */
export interface Corrections {
  task?: TaskName;
  roles?: Record<string, Role | null>;
  /** Path of the model's weight file. */
  weights?: string;
  /** Name of one of several encoders in it. */
  encoder?: string;
  columns?: ColumnChoice;
  /** What quotes in tab-separated text are: around cells, as in CSV, or characters like any; without it, as the file looks. */
  quotes?: 'csv' | 'text';
  /** What a label counts as that the train part lacks; without it, as never right. */
  unseenAs?: string;
  /** Labelling sentences of more words are not used. */
  wordLimit?: number;
  /** Of activation files that hold several tokens of a sentence. */
  sentenceToken?: Pooling;
  /** Layers in activation files whose arrays are [rows, layers × neurons] and do not say it. */
  layers?: number;
}

export interface TextFormCard {
  encoding: TextEncoding;
  /** What stands between cells; null where the file is no rows of cells. */
  separator: string | null;
  /** Whether cells may stand in quotes; else quotes are text. */
  quoted: boolean;
  /** In a layout of GLUE, whose quotes are text: all of the file is quoted as in CSV nevertheless. */
  keepsQuotes?: true;
}

export interface DataFileCard {
  path: string;
  name: string;
  /** The file of labels beside a file of words; null for every other format. */
  labelPath: string | null;
  /** The other files of a table that lies in several, in order. */
  shardPaths: string[];
  /** null: recognised, but left out (by the user, or because nothing says what it is for). */
  role: Role | null;
  /** Sentences or pairs that can be used. */
  rows: number;
  /** Words of these sentences; null where a sentence has one label. */
  words: number | null;
  /** Whether only the beginning of the file is used: the first 150,000 words. */
  cut: boolean;
  /** Rows that could not be used (wrong number of columns, no label, no words). */
  skipped: number;
  bytes: number;
  /** How its text was read. */
  form: TextFormCard;
  /** Words without a label; null where a sentence has one. */
  unlabelled: number | null;
  /** Rows or words per label in label order; null for regression and for a file that could not be read. */
  counts: number[] | null;
  /** Rows or words whose label the train part lacks: they stay and count as wrong. */
  unseen: number;
}

/** Columns in use. */
export interface ColumnNames {
  text: string;
  pair: string | null;
  label: string;
}

export interface ColumnsCard extends ColumnNames {
  /** Columns that can be chosen. */
  choices: string[];
  /** Those among them that could be the labels, the one in use included. */
  labels: string[];
}

export interface PreviewRow {
  text: string;
  pair: string | null;
  label: string;
  /** Subwords of the whole input, special tokens included; empty while no tokenizer was given. */
  tokens: string[];
}

export interface PreviewSentence {
  words: string[];
  /** One a word. */
  labels: string[];
  /** Subwords of each word; empty while no tokenizer was given. */
  tokens: string[][];
}

export interface DataCard {
  task: TaskName;
  kind: 'glue' | 'own' | 'labelling';
  /** Every task whose layout these files fit, the chosen one first. */
  candidates: TaskName[];
  files: DataFileCard[];
  /** As they are numbered: sorted, those of the train part; empty in regression. */
  labels: string[];
  /** null where the format leaves no choice: GLUE, and files of words beside files of labels. */
  columns: ColumnsCard | null;
  /** The first five rows of the train file, or of another; empty in labelling. */
  preview: PreviewRow[];
  /** The same in labelling. */
  sentences: PreviewSentence[];
}
