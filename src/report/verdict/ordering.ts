/** Whether the ordering of neurons is better than chance: the top N of the oracle against as many random ones, over all N. */
import type { Analysis } from '../analysis.ts';

export interface OrderingGain {
  /** Mean over sizes and seeds of the score of the top N less that of N random neurons. */
  mean: number;
  /** Over seeds; null: of one. */
  deviation: number | null;
  /** Below 0 by two deviations. */
  isWorse: boolean;
}

/** Null where the ordering is better than chance (by two deviations over seeds), and where the file does not hold it. */
export function orderingByChance({ ablation, metric }: Pick<Analysis, 'ablation' | 'metric'>): OrderingGain | null {
  // All neurons are the same set in every order.
  const sizes = (ablation?.sizes ?? []).slice(0, -1);
  const gains = sizes.map(({ top, random }) => {
    const [own, other] = [top[metric]?.seeds ?? [], random[metric]?.seeds ?? []];
    return own.map((score, seed) => (score === null || other[seed] == null ? null : score - other[seed]));
  });
  const seeds = Math.min(...gains.map((own) => own.length));
  if (gains.length === 0 || seeds === 0) return null;
  const means = Array.from({ length: seeds }, (_, seed) => meanOf(gains.flatMap((own) => own[seed] ?? [])));
  if (means.some(Number.isNaN)) return null;
  const mean = meanOf(means);
  if (seeds === 1) return mean > 0 ? null : { mean, deviation: null, isWorse: false };
  const deviation = Math.sqrt(meanOf(means.map((own) => (own - mean) ** 2)));
  return mean - 2 * deviation > 0 ? null : { mean, deviation, isWorse: mean + 2 * deviation < 0 };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
