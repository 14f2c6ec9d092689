/**
 * Values that stand where a label is not given: nothing, what pandas, R and databases write for it (`NaN`, `NULL`, `\N`),
 * SNLI's `-` where annotators did not agree, −1 of Hugging Face's numbered classes, −100 (of words, and of numbered classes)
 * and CoNLL-U's `_`. A value that may be a class of its own stays one (`doubtful-labels.ts` says so).
 */
import type { TextTable } from '../format/table.ts';
import type { ColumnNames } from './cards.ts';

/** Number of a word that has no label: it is part of its sentence and nothing is trained or scored on it. */
export const noLabel = -2;

/** What stands for no value in whatever column. */
const noValue = /^(-?nan|null|<na>|#n\/a|#na|n\/a|\\n)$/i;
/** What does so among numbers, and may be a class among words. */
const noNumber = /^(none|na|\?|-)$/i;

export function isNoValue(tag: string): boolean {
  return tag === '' || noValue.test(tag);
}

/** A whole number as such: pandas writes `1.0` where a column of numbers has a gap. */
export function evenNumber(tag: string): string {
  return tag.replace(/^(-?\d+)\.0+$/, '$1');
}

/**
 * Which of a table's labels are none, told from its first rows.
 * @returns whether a label is; surrounding spaces and a number's `.0` are taken off before
 */
export function absentLabels(
  { columns, sample, classes }: Pick<TextTable, 'columns' | 'sample' | 'classes'>,
  { text, pair, label }: ColumnNames,
): (tag: string) => boolean {
  const place = columns.indexOf(label);
  const seen = new Set(sample.map((cells) => evenNumber(cells[place]?.trim() ?? '')));
  const absent = new Set<string>();
  const isInference = [text, pair].some((name) => /premise|hypothesis/i.test(name ?? ''));
  if (classes.has(label) || (isInference && ['0', '1', '2'].every((value) => seen.has(value)))) absent.add('-1');
  const values = [...seen].filter((value) => !isNoValue(value) && !noNumber.test(value));
  const words = values.filter((value) => value !== '-1' && value !== '-100');
  const areWords = words.length > 1 && words.every((word) => /\p{L}/u.test(word));
  const areNumbers = values.length > 0 && values.every((value) => Number.isFinite(Number(value)));
  if (values.every((value) => /^\d+$|^-100$/.test(value))) absent.add('-100');
  if ((/gold/i.test(label) || isInference || areWords || areNumbers) && !seen.has('+')) absent.add('-');
  if (areWords) ['?', '-1', '-100'].forEach((value) => absent.add(value));
  return (tag) => isNoValue(tag) || absent.has(tag) || (areNumbers && !seen.has('+') && noNumber.test(tag));
}

/** Of labels a word: nothing, and what training code gives words that are not to be counted. */
export function isAbsentTag(tag: string): boolean {
  return tag === '' || tag === '-100';
}

/** The words of a sentence that have a label. */
export function labelledWords({ words, labels }: { words: readonly string[]; labels: readonly number[] }): string[] {
  return words.filter((_, place) => labels[place] !== noLabel);
}
