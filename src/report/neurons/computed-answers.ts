/**
 * Every answer about neurons that a result holds as computed: its selections, and the one from all layers on the finer
 * grid. Beside each stands what its test against the oracle came to.
 */
import type { Comparison } from '../../measures/mcnemar/field.ts';
import type { SelectionEntry, SplitScores } from '../../run/run-file.ts';
import type { Analysis } from '../analysis.ts';
import { pairedOutcome, type PairedOutcome } from '../verdict/paired.ts';
import type { Question } from '../../data/question.ts';
import { sameQuestion } from './question.ts';

export interface ComputedAnswer {
  /** `max features`: all layers, no clustering, a finer grid of sizes. */
  question: Question | 'max features';
  entry: SelectionEntry;
  /** Neurons kept. */
  size: number;
  /** That a kept neuron lies in, ascending; empty where the file does not name the neurons. */
  layers: number[];
  scores: SplitScores;
  /** McNemar's test against the oracle; null where the file does not hold it. */
  test: PairedOutcome | null;
}

/** In the order of the result, the finer grid last. */
export function computedAnswers({ selection, maxFeatures, mcnemar, shape }: Analysis): ComputedAnswer[] {
  const hidden = shape?.hidden ?? 1;
  const answers = selection.map((entry) => {
    const question = { deltas: entry.deltas, threshold: entry.threshold };
    const found = mcnemar?.comparisons.find((comparison) => sameQuestion(comparison, question));
    return described(question, entry, found, hidden);
  });
  return maxFeatures ? [...answers, described('max features', maxFeatures, mcnemar?.maxFeatures, hidden)] : answers;
}

/** Layers of the kept neurons, ascending. */
export function layersOf({ minimalSet: { size, neurons }, ordering }: SelectionEntry, hidden: number): number[] {
  const layers =
    neurons.length === size
      ? neurons.map(({ layer }) => layer)
      : ordering.slice(0, size).map((neuron) => Math.floor(neuron / hidden));
  return [...new Set(layers)].sort((a, b) => a - b);
}

function described(
  question: ComputedAnswer['question'],
  entry: SelectionEntry,
  found: Pick<Comparison, 'size' | 'seeds'> | undefined,
  hidden: number,
): ComputedAnswer {
  const { minimalSet } = entry;
  const test = found && found.size === minimalSet.size ? pairedOutcome(found.seeds) : null;
  const layers = layersOf(entry, hidden);
  return { question, entry, size: minimalSet.size, layers, scores: minimalSet, test };
}

/** Against the oracle, of the probe on the first `size` neurons of an entry's ordering; null where that was not tested. */
export function testOf(analysis: Analysis, entry: SelectionEntry, size: number): PairedOutcome | null {
  return computedAnswers(analysis).find((one) => one.entry === entry && one.size === size)?.test ?? null;
}
