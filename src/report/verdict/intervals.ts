/** Intervals at 95 % of a score on the test part: Wilson's for shares, Fisher's z for correlations (protocols.md §13). */
import type { SplitScores } from '../../data/scores.ts';
import type { Analysis } from '../analysis.ts';
import { meanOf } from '../scores.ts';

export interface Interval {
  low: number;
  high: number;
}

/** The normal deviate that leaves 2.5 % on either side. */
const deviate = 1.959963984540054;

/** Of a share that `hits` of `rows` rows have (Wilson 1927); hits need not be whole: means over seeds are not. */
export function wilsonInterval(hits: number, rows: number): Interval {
  const share = hits / rows;
  const square = deviate * deviate;
  const centre = (share + square / (2 * rows)) / (1 + square / rows);
  const half = (deviate / (1 + square / rows)) * Math.sqrt((share * (1 - share)) / rows + square / (4 * rows * rows));
  return { low: share === 0 ? 0 : Math.max(0, centre - half), high: share === 1 ? 1 : Math.min(1, centre + half) };
}

/** Of Pearson's r over `rows` rows (Fisher 1921); up to three rows say nothing. */
export function fisherInterval(r: number, rows: number): Interval {
  if (rows <= 3) return { low: -1, high: 1 };
  if (Math.abs(r) >= 1) return { low: r, high: r };
  const half = deviate / Math.sqrt(rows - 3);
  return { low: Math.tanh(Math.atanh(r) - half), high: Math.tanh(Math.atanh(r) + half) };
}

/**
 * Of the difference of two independent scores, first − other, from the interval of each: Newcombe's hybrid score interval for
 * shares (1998, method 10), Zou's for correlations (2007).
 */
export function unpairedInterval(first: number, of: Interval, other: number, ofOther: Interval): Interval {
  const difference = first - other;
  return {
    low: difference - Math.hypot(first - of.low, ofOther.high - other),
    high: difference + Math.hypot(of.high - first, other - ofOther.low),
  };
}

/** Of (b − c)/rows, where only the first is right on b of the same rows and only the other on c (Wald's, as §13 has it). */
export function pairedInterval(onlyFirst: number, onlyOther: number, rows: number): Interval {
  const excess = onlyFirst - onlyOther;
  const half = deviate * Math.sqrt(Math.max(0, onlyFirst + onlyOther - (excess * excess) / rows));
  return { low: (excess - half) / rows, high: (excess + half) / rows };
}

/** The score that has an interval: accuracy, in a regression Pearson's correlation. */
export function measuredScore({ classes }: Pick<Analysis, 'classes'>): 'accuracy' | 'pearson' {
  return classes === null ? 'pearson' : 'accuracy';
}

/** Of the mean over seeds; null where the file lacks the score or the number of rows. */
export function testInterval(
  scores: SplitScores,
  { classes, instances }: Pick<Analysis, 'classes' | 'instances'>,
): Interval | null {
  const mean = meanOf(scores, 'test', measuredScore({ classes }));
  const rows = instances?.test ?? 0;
  if (mean === null || rows < 1) return null;
  return classes === null ? fisherInterval(mean, rows) : wilsonInterval(mean * rows, rows);
}
