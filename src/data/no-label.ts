/**
 * Values that stand where a label is not given: nothing, SNLI's `-` where annotators did not agree, −1 of Hugging Face's
 * numbered classes, −100 of words and CoNLL-U's `_`. A value that may be a class of its own stays one.
 */
import type { TextTable } from '../format/table.ts';
import type { ColumnNames } from './cards.ts';

/** Number of a word that has no label: it is part of its sentence and nothing is trained or scored on it. */
export const noLabel = -2;

/** Which of a table's labels are none, told from its first rows. */
export function absentLabels(
  { columns, sample, classes }: Pick<TextTable, 'columns' | 'sample' | 'classes'>,
  { text, pair, label }: ColumnNames,
): ReadonlySet<string> {
  const place = columns.indexOf(label);
  const seen = new Set(sample.map((cells) => cells[place]?.trim() ?? ''));
  const absent = new Set(['']);
  const isInference = [text, pair].some((name) => /premise|hypothesis/i.test(name ?? ''));
  if (classes.has(label) || (isInference && ['0', '1', '2'].every((value) => seen.has(value)))) absent.add('-1');
  const words = [...seen].filter((value) => value !== '' && value !== '-');
  if (/gold/i.test(label) || isInference || (words.length > 1 && words.every((word) => /\p{L}/u.test(word)))) {
    if (!seen.has('+')) absent.add('-');
  }
  return absent;
}

/** Of labels a word: nothing, and what training code gives words that are not to be counted. */
export function isAbsentTag(tag: string): boolean {
  return tag === '' || tag === '-100';
}

/** The words of a sentence that have a label. */
export function labelledWords({ words, labels }: { words: readonly string[]; labels: readonly number[] }): string[] {
  return words.filter((_, place) => labels[place] !== noLabel);
}
