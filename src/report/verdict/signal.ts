/**
 * Whether the probe on all layers shows the task at all: more hits than the most frequent label and more than on its
 * control task; in a regression, a correlation above 0 (protocols.md §13).
 */
import { median } from 'simple-statistics';
import { binomialTail } from '../../base/binomial.ts';
import type { Score, SplitScores } from '../../data/scores.ts';
import type { Analysis } from '../analysis.ts';
import { testInterval, type Interval } from './intervals.ts';
import { significance } from './paired.ts';

export type Signal =
  | { kind: 'present' }
  /** The file lacks what the test needs. */
  | { kind: 'untested' }
  /** Not more hits than a probe that looks at nothing; `chance` is its share. */
  | { kind: 'chance'; score: number; chance: number; p: number }
  /** Not more than on the control task; `deviation` null: of one seed, tested by its hits. */
  | { kind: 'control'; score: number; control: number; selectivity: number; deviation: number | null }
  /** The interval of the correlation is not above 0; null: every row gets the same score. */
  | { kind: 'uncorrelated'; score: number | null; interval: Interval | null };

type Scored = Pick<Analysis, 'classes' | 'instances' | 'majority' | 'oracle' | 'selectivity' | 'metric'>;

export function signalOf(analysis: Scored): Signal {
  const { classes, oracle, selectivity } = analysis;
  const found = signalOfScores(analysis, oracle);
  if (found.kind !== 'present' || classes === null || selectivity === null) return found;
  return controlSignal(analysis, selectivity.oracle) ?? found;
}

/** Whether nothing speaks against the task being shown; an untested file is given the benefit, and its verdict says so. */
export function isShown(analysis: Scored): boolean {
  const { kind } = signalOf(analysis);
  return kind === 'present' || kind === 'untested';
}

/** Of any probe's scores, its control task aside. */
export function signalOfScores(
  { classes, instances, majority }: Pick<Analysis, 'classes' | 'instances' | 'majority'>,
  scores: SplitScores,
): Signal {
  const rows = instances?.test ?? 0;
  if (rows < 1) return { kind: 'untested' };
  if (classes === null) return correlationSignal(scores, rows);
  const seeds = seedsOf(scores.test.accuracy);
  if (majority === null || seeds.length === 0) return { kind: 'untested' };
  const chance = chanceShare(majority, classes);
  const p = median(seeds.map((share) => binomialTail(Math.round(share * rows), rows, chance)));
  if (p < significance) return { kind: 'present' };
  return { kind: 'chance', score: scores.test.accuracy?.mean ?? 0, chance, p };
}

/**
 * What can be had without looking: the most frequent train label's share in the test part, or that of guessing where the
 * label is rarer there than by chance or lacks.
 */
export function chanceShare(majority: number, classes: number): number {
  return Math.max(majority, 1 / classes);
}

function correlationSignal(scores: SplitScores, rows: number): Signal {
  const pearson = scores.test.pearson;
  if (!pearson) return { kind: 'untested' };
  const interval = testInterval(scores, { classes: null, instances: { train: 0, dev: 0, test: rows } });
  if (interval !== null && interval.low > 0) return { kind: 'present' };
  return { kind: 'uncorrelated', score: pearson.mean, interval };
}

function controlSignal(
  { instances, metric }: Scored,
  { score, control, selectivity }: { score: Score; control: Score; selectivity: Score },
): Signal | null {
  const { mean, deviation, seeds } = selectivity;
  if (mean === null || score.mean === null || control.mean === null) return null;
  const facts = { kind: 'control', score: score.mean, control: control.mean, selectivity: mean } as const;
  if (seeds.length > 1) {
    const spread = deviation ?? 0;
    return mean - 2 * spread > 0 ? null : { ...facts, deviation: spread };
  }
  const rows = instances?.test ?? 0;
  const isHits = metric === 'accuracy' && rows > 0;
  const passes = isHits ? binomialTail(Math.round(score.mean * rows), rows, control.mean) < significance : mean > 0;
  return passes ? null : { ...facts, deviation: null };
}

function seedsOf(score: Score | undefined): number[] {
  return (score?.seeds ?? []).filter((share) => share !== null);
}
