/**
 * TwoNN (Facco et al. 2017; protocols.md §10): how much farther than its nearest row a row's second nearest is tells in how
 * many directions rows vary around it. By maximum likelihood, N / Σ ln(r2 / r1).
 */
import type { Activations } from '../../activations/matrix.ts';
import { type Control, yieldToEvents } from '../../base/abort.ts';
import { layerRowProducts, mostComparedRows, type RowProducts } from '../../redundancy/row-products.ts';
import type { IntrinsicDimension } from './field.ts';

/**
 * Of the first rows. Progress counts layers.
 * @returns null for a layer of constant vectors, with fewer than three rows, and where all rows are as far as their second nearest.
 * @throws WinnowError `out-of-memory`; DOMException AbortError.
 */
export async function intrinsicDimension(activations: Activations, control: Control = {}): Promise<IntrinsicDimension> {
  const layers: (number | null)[] = [];
  for await (const products of layerRowProducts(activations, control)) {
    layers.push(products && twoNearest(products));
    control.progress?.(layers.length, activations.layers);
    await yieldToEvents();
  }
  return { rows: Math.min(mostComparedRows, activations.rows), layers };
}

/** A row that has an equal one is left out. */
function twoNearest(products: RowProducts): number | null {
  const { rows, squares } = products;
  const own = new Float64Array(rows);
  let [counted, sum] = [0, 0];
  for (let row = 0; row < rows; row++) {
    products.fill(own, row);
    let [first, second] = [Infinity, Infinity];
    for (let other = 0; other < rows; other++) {
      if (other === row) continue;
      const distance = Math.max(0, squares[row] + squares[other] - 2 * own[other]);
      if (distance < first) [first, second] = [distance, first];
      else if (distance < second) second = distance;
    }
    if (first === 0 || second === Infinity) continue;
    counted += 1;
    // Squared distances: half of the logarithm.
    sum += Math.log(second / first) / 2;
  }
  return sum > 0 ? counted / sum : null;
}
