/** The numbers of neurons that are tried, in per cent of all of a model's neurons (protocols.md §6). */

/** Tenths of a per cent. */
const upper = [150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900];
const shares = [1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, ...upper];
const fineShares = [...Array.from({ length: 100 }, (_, i) => i + 1), ...upper];

export type Grid = 'usual' | 'fine';

/**
 * Sizes from small to large, each once, from 1 to `available`. `fine` is the grid of the "max features" run.
 * Shares count from all neurons, whatever is left of them; products run as in the published scripts, (p · layers) · hidden.
 */
export function gridSizes(grid: Grid, shape: { layers: number; hidden: number }, available: number): number[] {
  const sizes = (grid === 'usual' ? shares : fineShares).map((share) =>
    Math.trunc((share / 1000) * shape.layers * shape.hidden),
  );
  return [...new Set(sizes)].filter((size) => size >= 1 && size <= available);
}
