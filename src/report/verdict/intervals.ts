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
