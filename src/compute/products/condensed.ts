/**
 * Numbers of pairs of n points in condensed storage, [n(n − 1)/2], in the order of SciPy's `pdist`: (0, 1), (0, 2) …
 * (n − 2, n − 1).
 */

/** Place of pair (i, j), i < j, in the condensed numbers of n points is `rowOffset(i, n) + j`. */
export function rowOffset(i: number, n: number): number {
  return i * n - (i * (i + 1)) / 2 - i - 1;
}

/** Numbers of n points in condensed storage. */
export function pairCount(n: number): number {
  return (n * (n - 1)) / 2;
}
