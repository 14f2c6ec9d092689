/**
 * Do two layers hold the same rows for alike? The mean share of common rows among the nearest by cosine, ties to the lower
 * row (Huh et al. 2024; protocols.md §10).
 */
import type { Activations } from '../../activations/matrix.ts';
import { type Control, yieldToEvents } from '../../base/abort.ts';
import { topRows } from '../../base/numbers.ts';
import { layerRowProducts, mostComparedRows, type RowProducts } from '../../redundancy/row-products.ts';
import type { MutualNeighbours } from './field.ts';

const mostNearest = 10;

/**
 * Of the first rows. Progress counts layers.
 * @throws WinnowError `out-of-memory`; DOMException AbortError.
 */
export async function mutualNeighbours(activations: Activations, control: Control = {}): Promise<MutualNeighbours> {
  const rows = Math.min(mostComparedRows, activations.rows);
  const nearest = Math.min(mostNearest, rows - 1);
  const layers: (Int32Array | null)[] = [];
  for await (const products of layerRowProducts(activations, control)) {
    layers.push(products && nearestRows(products, nearest));
    control.progress?.(layers.length, activations.layers);
    await yieldToEvents();
  }
  return { rows, nearest, shares: layers.map((a) => layers.map((b) => (a && b ? sharedOf(a, b, nearest) : null))) };
}

/** [rows, nearest], the nearest first; a vector of zeros is at right angles to every other. */
function nearestRows(products: RowProducts, nearest: number): Int32Array {
  const { rows, squares } = products;
  const norms = squares.map(Math.sqrt);
  const cosines = new Float64Array(rows);
  const found = new Int32Array(rows * nearest);
  for (let row = 0; row < rows; row++) {
    products.fill(cosines, row);
    for (let other = 0; other < rows; other++) {
      const size = norms[row] * norms[other];
      cosines[other] = size === 0 ? 0 : cosines[other] / size;
    }
    cosines[row] = -Infinity;
    found.set(topRows(cosines, nearest, 1), row * nearest);
  }
  return found;
}

/** Mean share of rows that are among the nearest of both. */
function sharedOf(a: Int32Array, b: Int32Array, nearest: number): number {
  let shared = 0;
  for (let from = 0; from < a.length; from += nearest) {
    const own = new Set(a.subarray(from, from + nearest));
    for (const row of b.subarray(from, from + nearest)) if (own.has(row)) shared += 1;
  }
  return shared / a.length;
}
