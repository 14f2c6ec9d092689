/** What the set-up screen is told about dropped files and data: plain values that survive a structured clone. */
import type { TaskName } from './tasks.ts';

/** A file as it was dropped; `path` is its place inside the dropped folder, for names and for telling folders apart. */
export interface DroppedFile {
  path: string;
  file: File;
}

export type Role = 'train' | 'dev';

/** What the user has corrected; keys of `roles` are paths, null leaves the file out. */
export interface Corrections {
  task?: TaskName;
  roles?: Record<string, Role | null>;
}

export interface DataFileCard {
  path: string;
  name: string;
  /** null: recognised, but left out (by the user, or because nothing says what it is for). */
  role: Role | null;
  rows: number;
  /** Rows that could not be used (wrong number of columns). */
  skipped: number;
  bytes: number;
  /** Rows per label in label order; null for regression and for a file that could not be read. */
  counts: number[] | null;
}

export interface PreviewRow {
  text: string;
  pair: string | null;
  label: string;
  /** Subwords of the whole input, special tokens included; empty while no tokenizer was given. */
  tokens: string[];
}

export interface DataCard {
  task: TaskName;
  /** Every task whose layout these files fit, the chosen one first. */
  candidates: TaskName[];
  files: DataFileCard[];
  labels: string[];
  /** The first five rows of the train file, or of the dev file. */
  preview: PreviewRow[];
}
