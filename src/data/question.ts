/** A question about neurons: which losses are allowed, in per cent, and from which cluster threshold neurons are chosen. */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';

/** Threshold that means no clustering, as in the published scripts. */
export const noClustering = -1;

/** A cophenetic distance, or −1. */
export const thresholdSchema = v.pipe(
  v.number(),
  v.check((c) => c === noClustering || (c > 0 && c < 1), 'a threshold lies between 0 and 1 or is −1'),
);

const delta = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

/** How much may be lost, in per cent of the score. */
export const deltasSchema = v.object({
  /** Of the oracle's score, by leaving upper layers out. */
  layers: delta,
  /** Of what is left then, by leaving neurons out. */
  neurons: delta,
});

export type Deltas = v.InferOutput<typeof deltasSchema>;

export interface Question {
  deltas: Deltas;
  threshold: number;
}

/** @throws WinnowError `bad-option` for an empty list and for a threshold that is neither −1 nor between 0 and 1. */
export function checkThresholds(thresholds: readonly number[]): void {
  const next = 'Give thresholds between 0 and 1, for example 0.3, or −1 for no clustering.';
  if (thresholds.length === 0) throw new WinnowError('bad-option', 'No clustering threshold was given.', next);
  const wrong = thresholds.find((threshold): boolean => !v.is(thresholdSchema, threshold));
  if (wrong !== undefined) throw new WinnowError('bad-option', `${wrong} is no clustering threshold.`, next);
}

/** @throws WinnowError `bad-option` for an empty list, and for a delta below 0 or over 100. */
export function checkDeltas(pairs: readonly Deltas[]): void {
  const next = 'Give each pair as two numbers from 0 to 100, for example 3:1.';
  if (pairs.length === 0) throw new WinnowError('bad-option', 'No pair of deltas was given.', next);
  const wrong = pairs.flatMap(({ layers, neurons }) => [layers, neurons]).find((value): boolean => !v.is(delta, value));
  if (wrong === undefined) return;
  throw new WinnowError('bad-option', `${wrong} is no delta: a score can lose from 0 to 100 per cent.`, next);
}
