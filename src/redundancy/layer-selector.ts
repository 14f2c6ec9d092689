/** LayerSelector (protocols.md §4): the fewest layers from the bottom that know nearly as much as all of them. */

/** The tolerated losses of layers in per cent that every result is asked about. */
export const usualDeltas = [1, 2, 3] as const;

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
