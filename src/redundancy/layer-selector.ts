/** LayerSelector (protocols.md §4): the fewest layers from the bottom that know nearly as much as all of them. */
import { WinnowError } from '../base/errors.ts';
import type { Deltas } from '../data/question.ts';

/** @throws WinnowError `bad-option` for an empty list, and for a delta below 0 or over 100. */
export function checkDeltas(pairs: readonly Deltas[]): void {
  const next = 'Give each pair as two numbers from 0 to 100, for example 3:1.';
  if (pairs.length === 0) throw new WinnowError('bad-option', 'No pair of deltas was given.', next);
  for (const delta of pairs.flatMap(({ layers, neurons }) => [layers, neurons])) {
    if (delta >= 0 && delta <= 100) continue;
    throw new WinnowError('bad-option', `${delta} is no delta: a score can lose from 0 to 100 per cent.`, next);
  }
}

/** The score that has to be passed, strictly, when `delta` per cent of `full` may be lost. Right for negative scores in `refined`. */
export function target(full: number, delta: number, protocol: 'paper' | 'refined'): number {
  return protocol === 'paper' ? full * (1 - delta / 100) : full - (delta / 100) * Math.abs(full);
}

/**
 * Smallest k whose probe on layers 0..k passes the target; else the last layer.
 * @param dev dev score of the probe on layers 0..k for every k, the last being the oracle; null where not defined.
 */
export function selectTopLayer(dev: readonly (number | null)[], delta: number, protocol: 'paper' | 'refined'): number {
  const last = dev.length - 1;
  const oracle = dev[last];
  if (oracle === null) return last;
  const least = target(oracle, delta, protocol);
  const k = dev.findIndex((score) => score !== null && score > least);
  return k < 0 ? last : k;
}
