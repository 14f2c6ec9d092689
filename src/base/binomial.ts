/**
 * Tails of the binomial distribution and the exact tests made of them, for any number of rows: terms come from Loader's
 * saddle-point form (2000), so nothing underflows before the tail itself does, and only terms that count are summed.
 */

/** P(X ≥ hits) of `rows` independent rows that are right with probability `share` each: SciPy's `binomtest(…, 'greater').pvalue`. */
export function binomialTail(hits: number, rows: number, share: number): number {
  if (hits <= 0 || share >= 1) return 1;
  if (share <= 0 || hits > rows) return 0;
  const odds = share / (1 - share);
  // Away from the middle the terms fall; from the other side they would have to be taken from 1.
  if (hits <= rows * share) return Math.max(0, 1 - fallingSum(rows - hits + 1, rows, 1 - share, 1 / odds));
  return Math.min(1, fallingSum(hits, rows, share, odds));
}

/** McNemar's exact test, two-sided: a split at least this uneven of the rows that only one of two probes gets right. */
export function mcnemarExact(a: number, b: number): number {
  return Math.min(1, 2 * binomialTail(Math.max(a, b), a + b, 0.5));
}

/** P(X = from) + P(X = from + 1) + …, where every term is smaller than the one before. */
function fallingSum(from: number, rows: number, share: number, odds: number): number {
  const first = Math.exp(logProbability(from, rows, share));
  let term = 1;
  let sum = 1;
  for (let hits = from; hits < rows && term > Number.EPSILON * 1e-2; hits++) {
    term *= ((rows - hits) / (hits + 1)) * odds;
    sum += term;
  }
  return first * sum;
}

function logProbability(hits: number, rows: number, share: number): number {
  const misses = rows - hits;
  if (misses === 0) return rows * Math.log(share);
  if (hits === 0) return rows * Math.log1p(-share);
  const errors = stirlingError(rows) - stirlingError(hits) - stirlingError(misses);
  const deviance = partDeviance(hits, rows * share) + partDeviance(misses, rows * (1 - share));
  return errors - deviance + 0.5 * Math.log(rows / (2 * Math.PI * hits * misses));
}

/** x ln(x/m) + m − x */
function partDeviance(count: number, mean: number): number {
  const excess = (count - mean) / mean;
  return mean * ((1 + excess) * Math.log1p(excess) - excess);
}

/** ln n! − ln(√(2πn) (n/e)ⁿ) */
function stirlingError(n: number): number {
  if (n >= 16) {
    const square = n * n;
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * square)) / square) / square) / square) / n;
  }
  let logFactorial = 0;
  for (let factor = 2; factor <= n; factor++) logFactorial += Math.log(factor);
  return logFactorial - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
}
