/**
 * The questions behind a verdict, one function each (protocols.md §13). Tests count hits whatever the score is that choices
 * were made by; a regression compares correlations. Where a file lacks a test, what its scores exclude is still said.
 */
import { mcnemarExact } from '../../base/binomial.ts';
import type { Deltas } from '../../data/question.ts';
import type { SplitScores } from '../../data/scores.ts';
import { target } from '../../redundancy/layer-selector.ts';
import type { Analysis } from '../analysis.ts';
import { bestLayer, constantLayers } from '../layers/single.ts';
import { meanOf } from '../scores.ts';
import { measuredScore, testInterval, type Interval } from './intervals.ts';
import { pairedOutcome, significance, type PairedOutcome } from './paired.ts';
import { chanceShare } from './signal.ts';

/** What is held against the oracle: the probe of an answer, of a stack of layers or of one layer. */
export interface ProbeClaim {
  /** Losses that were tolerated, in per cent. */
  deltas: Deltas;
  scores: SplitScores;
  test: PairedOutcome | null;
}

/** Rows that a tolerated loss has to be worth on the dev part. */
export const leastRows = 3;

export interface DevEvidence {
  /** Per cent. */
  delta: number;
  /** Dev rows there are. */
  rows: number;
  /** Dev rows that the tolerated loss is. */
  lossRows: number;
  /** Dev rows that would do; null: no number would. */
  needed: number | null;
}

/** Null where dev has rows enough to tell the loss, or where the file does not say how many it has. */
export function devShortage({ instances, oracle, metric }: Analysis, { layers, neurons }: Deltas): DevEvidence | null {
  if (instances === null) return null;
  // A pair that lets one part lose nothing chooses by the other's loss.
  const delta = layers > 0 && neurons > 0 ? Math.min(layers, neurons) : Math.max(layers, neurons);
  const full = meanOf(oracle, 'dev', metric) ?? 0;
  const lossRows = (delta / 100) * full * instances.dev;
  // 0.01 · 0.6 · 500 is a little less than 3 in binary.
  if (lossRows >= leastRows - 1e-9) return null;
  const needed = full > 0 && delta > 0 ? Math.ceil((100 * leastRows) / (delta * full) - 1e-9) : null;
  return { delta, rows: instances.dev, lossRows: Math.max(0, lossRows), needed };
}

/** A probe beside the oracle on the test part; `untested`: the file lacks McNemar's test, and its scores do not settle it. */
export interface Standing {
  kind: 'worse' | 'better' | 'alike' | 'untested';
  /** Of McNemar's test; null where none was needed, and in a regression. */
  p: number | null;
}

export function standing(analysis: Analysis, scores: SplitScores, test: PairedOutcome | null): Standing {
  const { classes, oracle, instances } = analysis;
  if (classes !== null && test !== null) return { kind: test.kind, p: test.p };
  const score = measuredScore(analysis);
  const [own, full] = [meanOf(scores, 'test', score), meanOf(oracle, 'test', score)];
  if (own === null || full === null) return { kind: 'untested', p: null };
  if (own === full) return { kind: 'alike', p: null };
  if (instances === null) return { kind: 'untested', p: null };
  if (classes !== null) {
    const hits = Math.round(Math.abs(own - full) * instances.test);
    return { kind: mcnemarExact(hits, 0) < significance ? 'untested' : 'alike', p: null };
  }
  const interval = testInterval(oracle, analysis);
  if (interval === null) return { kind: 'untested', p: null };
  return { kind: own < interval.low ? 'worse' : own > interval.high ? 'better' : 'alike', p: null };
}

/** How an answer's probe stands; `small`: worse for certain, but for certain by less than was tolerated. */
export interface Keeping {
  kind: 'enough' | 'small' | 'worse' | 'untested';
  p: number | null;
}

export function keepingOf(analysis: Analysis, { deltas, scores, test }: ProbeClaim): Keeping {
  const { kind, p } = standing(analysis, scores, test);
  if (kind === 'worse') return { kind: isWithin(analysis, scores, test, deltas) ? 'small' : 'worse', p };
  return { kind: kind === 'untested' && !isHigher(analysis, scores) ? 'untested' : 'enough', p };
}

function isHigher(analysis: Analysis, scores: SplitScores): boolean {
  const score = measuredScore(analysis);
  const [own, full] = [meanOf(scores, 'test', score), meanOf(analysis.oracle, 'test', score)];
  return own !== null && full !== null && own >= full;
}

/**
 * Whether the interval of the loss ends above what was tolerated: with very many rows the smallest loss is certain, and it
 * is what was asked for.
 */
function isWithin(
  { classes, metric, oracle, instances, protocol }: Analysis,
  scores: SplitScores,
  test: PairedOutcome | null,
  { layers, neurons }: Deltas,
): boolean {
  const score = measuredScore({ classes });
  const full = meanOf(oracle, 'test', score);
  if (full === null || instances === null || (classes !== null && metric !== 'accuracy')) return false;
  const least = target(full, layers + neurons, protocol);
  if (classes === null) {
    const interval = testInterval(scores, { classes, instances });
    return interval !== null && interval.low > least;
  }
  if (test === null) return false;
  const rows = instances.test;
  const excess = test.onlyOracle - test.onlyOther;
  const spread = Math.sqrt(Math.max(0, test.onlyOracle + test.onlyOther - (excess * excess) / rows));
  return full - (excess + 2 * spread) / rows > least;
}

export interface SingleLayer {
  layer: number;
  scores: SplitScores;
  standing: Standing;
}

/** The best single layer by dev; null where layers cannot be told from the oracle: there is one only, or none that varies. */
export function bestSingleLayer(analysis: Analysis): SingleLayer | null {
  const { layers, metric, mcnemar } = analysis;
  if (layers === null || layers.individual.length < 2) return null;
  const best = bestLayer(layers.individual, 'dev', metric, constantLayers(analysis));
  if (best === null) return null;
  const scores = layers.individual[best.layer];
  const found = mcnemar?.bestLayer;
  const test = found?.layer === best.layer ? pairedOutcome(found.seeds) : null;
  const own = standing(analysis, scores, test);
  // One that scores less than all layers together does not beat them, tested or not.
  const settled = own.kind === 'untested' && !isHigher(analysis, scores);
  return { layer: best.layer, scores, standing: settled ? { kind: 'worse', p: null } : own };
}

export interface Weakness {
  /** The interval on test, where it reaches down to what can be had without looking. */
  reach: { interval: Interval; chance: number } | null;
  /** Per cent of the oracle that were to be kept, where less is. */
  keeps: number | null;
}

/** Null where the answer is not weak. */
export function weaknessOf(analysis: Analysis, { deltas, scores }: ProbeClaim): Weakness | null {
  const { classes, majority, metric, oracle, protocol } = analysis;
  const interval = testInterval(scores, analysis);
  const chance = classes === null ? 0 : majority === null ? null : chanceShare(majority, classes);
  const reach = interval !== null && chance !== null && interval.low <= chance ? { interval, chance } : null;
  const [own, full] = [meanOf(scores, 'test', metric), meanOf(oracle, 'test', metric)];
  const lost = deltas.layers + deltas.neurons;
  const isLess = full !== null && (own === null || own < target(full, lost, protocol) - 1e-12);
  return reach || isLess ? { reach, keeps: isLess ? 100 - lost : null } : null;
}
