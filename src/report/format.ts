/**
 * Numbers as people read them: thousands apart by a narrow space, per cent with one decimal, three significant digits,
 * units always. Takes plain numbers (fractions, milliseconds, bytes); null, a number that is not there, becomes a dash.
 */
import { integer, minus, space } from '../base/numbers.ts';
import type { ScoreName } from '../data/tasks.ts';
import type { Score } from '../run/run-file.ts';

export { counted, integer } from '../base/numbers.ts';

/** Word joiner: no line break here. */
const joiner = '\u2060';

/** What stands for a number that is not there. */
export const dash = '–';

export const scoreTitles: Readonly<Record<ScoreName, string>> = {
  accuracy: 'accuracy',
  f1: 'F1',
  macro_f1: 'macro F1',
  matthews_corrcoef: 'Matthews correlation',
  accuracy_f1: 'mean of accuracy and F1',
  pearson: 'Pearson correlation',
  spearman: 'Spearman correlation',
  pearson_spearman: 'mean of Pearson and Spearman',
};

/** Scores that are shares are shown in per cent; correlations as they are, between −1 and 1. */
export function isShare(name: ScoreName): boolean {
  return name === 'accuracy' || name === 'f1' || name === 'macro_f1' || name === 'accuracy_f1';
}

/** At least three digits: whole numbers from 100 on, decimals below. */
export function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95 || size === 0) return integer(value);
  return withMinus(value.toFixed(size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3));
}

export function percent(fraction: number): string {
  return `${withMinus((fraction * 100).toFixed(1))}${space}%`;
}

export function decimal(value: number, digits = 3): string {
  return withMinus(value.toFixed(digits));
}

/** "p = 0.012", "p < 0.001". */
export function probabilityText(p: number): string {
  return p < 0.001 ? `p ${probabilityValue(p)}` : `p = ${probabilityValue(p)}`;
}

/** "0.043", "< 0.001": one of several. */
export function probabilityValue(p: number): string {
  if (p < 0.001) return '< 0.001';
  return p > 0.9995 ? '1' : decimal(p);
}

/** A sentence for a terminal or a file: no joiners, plain spaces. */
export function unspaced(text: string): string {
  return text.replaceAll('\u2060', '').replace(/[\u202f\u00a0]/g, ' ');
}

/** A score without its deviation. */
export function scoreText(value: number | null | undefined, name: ScoreName): string {
  if (value === null || value === undefined) return dash;
  return isShare(name) ? percent(value) : decimal(value);
}

/** How numbers are written. */
export type Unit = 'share' | 'decimal' | 'count';

export function unitOf(name: ScoreName): Unit {
  return isShare(name) ? 'share' : 'decimal';
}

export function valueText(value: number, unit: Unit): string {
  if (unit === 'share') return percent(value);
  return unit === 'count' ? integer(value) : decimal(value);
}

/** "89.8 ± 0.2 %", or the mean alone when it comes from one seed. */
export function scoreWithDeviation(score: Score | undefined, name: ScoreName): string {
  if (!score || score.mean === null) return dash;
  if (score.seeds.length < 2 || score.deviation === null) return scoreText(score.mean, name);
  if (!isShare(name)) return `${decimal(score.mean)} ± ${decimal(score.deviation)}`;
  return `${withMinus((score.mean * 100).toFixed(1))} ± ${percent(score.deviation)}`;
}

/** The difference of two scores, signed; in points for shares. */
export function differenceText(value: number | null, name: ScoreName): string {
  if (value === null) return dash;
  const digits = isShare(name) ? (value * 100).toFixed(1) : value.toFixed(3);
  const sign = Number(digits) > 0 ? '+' : '';
  return sign + withMinus(Number(digits) === 0 ? digits.replace('-', '') : digits);
}

/** "0.423 ms": three digits at least. */
export function milliseconds(ms: number): string {
  return `${significant(ms)}${space}ms`;
}

/** "3.4 s", "2 min 05 s", "1 h 20 min". */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}${space}ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)}${space}s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}${space}min ${String(whole % 60).padStart(2, '0')}${space}s`;
  return `${Math.floor(minutes / 60)}${space}h ${String(minutes % 60).padStart(2, '0')}${space}min`;
}

/** A time that is an estimate, rounded so as not to promise more than is known. */
export function aboutDuration(seconds: number): string {
  if (seconds < 10) return `about ${Math.max(1, Math.round(seconds))}${space}s`;
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5}${space}s`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)}${space}min`;
  return `about ${(seconds / 3600).toFixed(1)}${space}h`;
}

const byteUnits = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in powers of 1,000, three significant digits. */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? integer(value) : significant(value)}${space}${byteUnits[unit]}`;
}

/** 22.7 M, 110 M: numbers of parameters. */
export function parameterCount(value: number): string {
  if (value >= 1e9) return `${significant(value / 1e9)}${space}billion`;
  if (value >= 1e6) return `${significant(value / 1e6)}${space}million`;
  return integer(value);
}

/** "layers 0–5", "layer 3". */
export function layerRange(last: number): string {
  return last === 0 ? 'layer 0 (the embeddings)' : `layers 0–${joiner}${last}`;
}

/** "layer 3", "layers 1, 2 and 3". */
export function layerList(layers: readonly number[]): string {
  return `${layers.length === 1 ? 'layer' : 'layers'} ${listed(layers.map(String))}`;
}

/** "a, b, c", or of many names how many there are and the first of them. */
export function someOf(names: readonly string[], shown = 12): string {
  if (names.length <= shown) return names.join(', ');
  return `${integer(names.length)}: ${names.slice(0, shown).join(', ')} and ${integer(names.length - shown)} more`;
}

/** "a, b and c". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** What stands between cells. */
export function separatorInWords(separator: string): string {
  return separators[separator] ?? separator;
}

const separators: Readonly<Record<string, string>> = { '\t': 'tabs', ',': 'commas', ';': 'semicolons', '|': 'bars' };

function withMinus(text: string): string {
  return text.replace('-', minus);
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
