/**
 * What is read from one data file: sentences with a label each, or sentences with a label a word. Labels are numbers
 * into the file's own list; `data-set.ts` numbers them anew for all files of a data set.
 */
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { rowLimit } from '../format/table.ts';

export interface Instance {
  text: string;
  pair: string | null;
  /** Class number (−1: a label that the train part lacks), or score in regression. */
  label: number;
}

export interface LabelledSentence {
  words: string[];
  /** Class numbers, one a word; −1 as above, `noLabel` for a word without a label. */
  labels: number[];
}

interface FileRows {
  /** Label strings by number, in the order in which they came up (GLUE: the task's own); null in regression. */
  labels: readonly string[] | null;
  /** Rows or words per label; null in regression. */
  counts: number[] | null;
  /** Where rows stand that were left out, as the file counts. */
  leftOut: readonly number[];
  /** How many, the first of them ("line 7") and why, as the end of a sentence that begins with "it" or "they". */
  skipped: number;
  firstSkipped: string | null;
  skippedBecause: readonly [it: string, they: string];
}

export interface SentenceRows extends FileRows {
  kind: 'sentence';
  /** In file order. */
  instances: Instance[];
}

export interface WordRows extends FileRows {
  kind: 'labelling';
  /** In file order. */
  sentences: LabelledSentence[];
  words: number;
  /** Words among them that have no label. */
  unlabelled: number;
  /** Whether reading ended at the limit of words. */
  cut: boolean;
}

export type Rows = SentenceRows | WordRows;

/** Sentences or pairs. */
export function rowCount(rows: Rows): number {
  return rows.kind === 'sentence' ? rows.instances.length : rows.sentences.length;
}

const keptCharacters = 256 * 1024 * 1024;
const labelLimit = 10_000;

/** Counts what is kept of a file while it is read. */
export class SizeLimit {
  private items = 0;
  private characters = 0;

  constructor(private readonly file: NamedBlob) {}

  /** @throws WinnowError `bad-data` when the file holds more than can be worked with. */
  add(items: number, characters: number): void {
    this.items += items;
    this.characters += characters;
    if (this.items <= rowLimit && this.characters <= keptCharacters) return;
    const message = `${nameOf(this.file)} holds more than ${rowLimit} rows or words, or ${keptCharacters} characters of text.`;
    throw new WinnowError('bad-data', message, 'Cut it to the part you want to use and open that.');
  }
}

/** Numbers label strings as they come up and counts them. */
export class LabelList {
  readonly labels: string[] = [];
  readonly counts: number[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly file: NamedBlob) {}

  /** @throws WinnowError `bad-data` for more different labels than any task has. */
  number(label: string): number {
    let number = this.numbers.get(label);
    if (number === undefined) {
      number = this.labels.length;
      if (number === labelLimit) throw this.tooMany();
      this.numbers.set(label, number);
      this.labels.push(label);
      this.counts.push(0);
    }
    this.counts[number]++;
    return number;
  }

  private tooMany(): WinnowError {
    const message = `The labels of ${nameOf(this.file)} are more than ${labelLimit} different ones.`;
    return new WinnowError('bad-data', message, 'Choose another column of labels on the data card.');
  }
}

/** A cell for a sentence, cut where it is long. */
export function shown(cell: string): string {
  return `\`${cell.length > 40 ? `${cell.slice(0, 39)}…` : cell}\``;
}
