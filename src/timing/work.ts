/** What measuring costs, counted as the estimate counts: about as many operations as will run. */
import { WinnowError } from '../base/errors.ts';
import { operationsARow } from '../probe/operations.ts';
import type { Work } from '../run/stage.ts';
import { warmUpRounds } from './rounds.ts';
import { classifierSizes, trainedRows } from './sizes.ts';

/** What is measured, how often, and on what besides the run's own rows. */
export interface TimingExtent {
  /** Rows (labelled words: sentences) that go through the encoder. */
  rows: number;
  repeats: number;
  /** Whether rows are padded to the longest input, too. */
  padded: boolean;
}

export const usualExtent: TimingExtent = { rows: 64, repeats: 7, padded: false };

const bounds = { rows: 10_000, repeats: 1000 } as const;

/** @throws WinnowError `bad-option` */
export function checkExtent(extent: TimingExtent): void {
  for (const name of ['rows', 'repeats'] as const) {
    const value = extent[name];
    if (Number.isInteger(value) && value >= 1 && value <= bounds[name]) continue;
    const message = `The option "${name}" is ${value}; it must be a whole number from 1 to ${bounds[name]}.`;
    throw new WinnowError('bad-option', message, 'Correct it and start again.');
  }
}

/** Alone, a row takes about so many times what it takes among others. */
const aloneCost = 2;
/** Trials of batches, on the whole encoder. */
const trials = 12;

/**
 * @param operations of the whole encoder on one row; 0: there is no encoder.
 * @param answers features of the run's answers, as far as they are known.
 */
export function timingWork(
  { rows, repeats }: TimingExtent,
  load: {
    operations: number;
    layers: number;
    hidden: number;
    classes: number | null;
    train: number;
    epochs: number;
    batchSize: number;
  },
  answers: readonly number[],
): Work {
  const { operations, layers, hidden, classes, epochs, batchSize } = load;
  const rounds = warmUpRounds + repeats;
  const all = (layers + 1) * hidden;
  const trained = trainedRows(load.train, { all, classes, epochs, batchSize });
  const work = { training: 0, batches: 0 };
  for (const { features, rows: own, classes: outputs } of classifierSizes(answers, { all, rows: trained, classes })) {
    work.training += rounds * epochs * own * operationsARow(features, features * (outputs ?? 1));
    work.batches += rounds * epochs * Math.ceil(own / batchSize);
  }
  // Depths 0 to all take half of them on the average, in two ways.
  const passes = rounds * (layers + 1) * 0.5 * (aloneCost + 1) + trials;
  return { ...work, encoding: operations * rows * passes, openings: operations > 0 ? layers + 1 : 0 };
}
