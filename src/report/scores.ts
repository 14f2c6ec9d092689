/** Scores of a result: which mean, how far a score can go. */
import type { ScoreName } from '../data/tasks.ts';
import { isShare } from './format.ts';
import type { Split, SplitScores } from '../data/scores.ts';

export function meanOf(scores: SplitScores, split: Split, metric: ScoreName): number | null {
  return scores[split][metric]?.mean ?? null;
}

/** How far a score can go, for axes: shares from 0 to 1, correlations from −1. */
export function scoreLimits(metric: ScoreName): [number, number] {
  return isShare(metric) ? [0, 1] : [-1, 1];
}
