/** The middle of repeated measurements and how far they scatter. */
import type { Spread } from '../run/run-file.ts';

/** Quartiles as numpy.quantile gives them (linear between neighbours). @param samples at least one, in any order. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const [lower, median, upper] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  return { median, lower, upper, samples: [...samples] };
}

/** @param sorted ascending. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const before = Math.floor(place);
  const after = Math.min(sorted.length - 1, before + 1);
  return sorted[before] + (place - before) * (sorted[after] - sorted[before]);
}
