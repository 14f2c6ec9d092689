/**
 * McNemar's test over seeds in one outcome. A seed that leans the other way speaks against the difference with p = 1, so
 * that seeds of split votes do not add up to one.
 */
import { median } from 'simple-statistics';
import type { SeedComparison } from '../../measures/mcnemar/field.ts';

/** What a p value has to be below, two-sided. */
export const significance = 0.05;

export interface PairedOutcome {
  /** The probe beside the oracle, on the test part. */
  kind: 'worse' | 'better' | 'alike';
  /** Median over seeds for the direction named; of a probe that is alike, of both directions together. */
  p: number;
  /** Rows that only the oracle gets right, and only the other probe: means over seeds. */
  onlyOracle: number;
  onlyOther: number;
  seeds: number;
}

/** null where no seed was compared. */
export function pairedOutcome(seeds: readonly SeedComparison[]): PairedOutcome | null {
  if (seeds.length === 0) return null;
  const mean = (valueOf: (seed: SeedComparison) => number) =>
    seeds.reduce((sum, seed) => sum + valueOf(seed), 0) / seeds.length;
  const towards = (sign: number) =>
    median(seeds.map((seed) => (sign * (seed.onlyOracleRight - seed.onlyReducedRight) > 0 ? seed.p : 1)));
  const common = {
    onlyOracle: mean(({ onlyOracleRight }) => onlyOracleRight),
    onlyOther: mean(({ onlyReducedRight }) => onlyReducedRight),
    seeds: seeds.length,
  };
  const [worse, better] = [towards(1), towards(-1)];
  if (worse < significance) return { kind: 'worse', p: worse, ...common };
  if (better < significance) return { kind: 'better', p: better, ...common };
  return { kind: 'alike', p: median(seeds.map(({ p }) => p)), ...common };
}
