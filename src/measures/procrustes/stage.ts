/**
 * How near a rotation brings one layer to another: ‖XᵀY‖_* / (‖X‖_F ‖Y‖_F) over centred columns, the orthogonal Procrustes
 * similarity normalised by both norms (Ding et al. 2021; protocols.md §4). 1 is the same up to a rotation or reflection.
 */
import { SVD, Matrix } from 'ml-matrix';
import { part, type Activations } from '../../activations/matrix.ts';
import { type Control, yieldToEvents } from '../../base/abort.ts';
import type { Device } from '../../compute/device.ts';
import { layerProducts, neuronProducts } from '../../redundancy/neuron-products.ts';
import type { MeasureStage } from '../stage.ts';

/** More rows hardly move it, and each costs as much as for CKA. */
const mostRows = 10_000;

/** Singular values of H × H numbers, in plain JavaScript, take about as long as so many × H³ operations of a product. */
const singularCost = 20;

export const procrustesStage: MeasureStage<'procrustes'> = {
  name: 'procrustes',
  title: 'Turn the layers onto each other',
  unit: 'pairs of layers',
  share: 1,
  after: 'selection',
  applies: ({ protocol }) => protocol === 'refined',
  operations: ({ layers, hidden, rows }) => ({
    products:
      Math.min(mostRows, rows.train) * ((layers + 1) * hidden) ** 2 + pairsOf(layers + 1) * singularCost * hidden ** 3,
  }),
  compute: (device, { parts }, control) => procrustes(device, parts.train.activations, control),
};

/**
 * Of the first rows. Progress counts pairs of layers.
 * @returns [layers, layers], symmetric; null where a layer is the same vector in every row.
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; DOMException AbortError.
 */
export async function procrustes(
  device: Device,
  activations: Activations,
  { signal, progress }: Control = {},
): Promise<(number | null)[][]> {
  const { rows, layers, hidden } = activations;
  const neurons = await neuronProducts(device, part(activations, 0, Math.min(mostRows, rows)), { signal });
  const norms = Array.from({ length: layers }, (_, layer) =>
    Math.sqrt(neurons.squares.subarray(layer * hidden, (layer + 1) * hidden).reduce((sum, square) => sum + square, 0)),
  );
  const similarity = norms.map((norm) => norms.map((other): number | null => (norm > 0 && other > 0 ? 1 : null)));
  let done = 0;
  for (let j = 1; j < layers; j++) {
    for (let i = 0; i < j; i++) {
      if (similarity[i][j] !== null) {
        const nuclear = nuclearNorm(layerProducts(neurons, i, j), hidden);
        similarity[i][j] = similarity[j][i] = nuclear / (norms[i] * norms[j]);
      }
      progress?.(++done, pairsOf(layers));
      await yieldToEvents();
      signal?.throwIfAborted();
    }
  }
  return similarity;
}

function pairsOf(layers: number): number {
  return (layers * (layers - 1)) / 2;
}

/** Sum of the singular values of a matrix [size, size]. */
function nuclearNorm(values: Float64Array, size: number): number {
  const matrix = Matrix.from1DArray(size, size, values);
  const { diagonal } = new SVD(matrix, { computeLeftSingularVectors: false, computeRightSingularVectors: false });
  return diagonal.reduce((sum, value) => sum + value, 0);
}
