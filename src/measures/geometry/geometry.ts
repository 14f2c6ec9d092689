/**
 * The geometry of every layer (protocols.md §10): of the products of its neurons, and of one more pass over the activations
 * for what takes the length of a vector. In float64 on the processor, whatever the device.
 */
import type { Activations } from '../../activations/matrix.ts';
import { type Control, yieldToEvents } from '../../base/abort.ts';
import { chunkRows } from '../../compute/products/tile-products.ts';
import type { NeuronProducts } from '../../redundancy/neuron-products.ts';
import { DirectionSums } from './directions.ts';
import type { Geometry } from './field.ts';
import { DirectionProducts, spectrumOf } from './spectra.ts';

/** Operations of one layer's eigenvalues, and of a row of it, as those of products are counted. */
export const eigenvalueWork = (hidden: number): number => 2 * 60 * hidden ** 3;
export const rowWork = (hidden: number): number => 2 * hidden ** 2;

/**
 * @param neurons products over these very rows.
 * Progress counts layers that are done with, of all rows first.
 * @throws WinnowError `bad-data` for no rows or a value that is not finite, `out-of-memory`; DOMException AbortError.
 */
export async function geometry(
  activations: Activations,
  neurons: NeuronProducts,
  { signal, progress }: Control = {},
): Promise<Geometry> {
  const { rows, layers, hidden } = activations;
  const passWork = rows * layers * rowWork(hidden);
  const work = passWork + layers * eigenvalueWork(hidden);
  const report = (done: number): void => progress?.(Math.floor((1000 * done) / work), 1000);
  const { mean, constant, squares } = neurons;
  const directions = new DirectionSums(activations);
  const products: DirectionProducts[] = [];
  for (let layer = 0; layer < layers; layer++) products.push(await DirectionProducts.open(hidden));
  const pass = { directions, products, mean, shape: { layers, hidden }, signal };
  await addRows(activations, pass, (done) => report((passWork * done) / rows));
  const found: Geometry = {
    blockInfluence: directions.blockInfluence(),
    angularDistance: directions.angularDistance(),
    ...{ participationRatio: [], effectiveRank: [], matrixEntropy: [], anisotropy: [] },
  };
  for (const [layer, own] of products.entries()) {
    const isConstant = constant.subarray(layer * hidden, (layer + 1) * hidden).every((one) => one === 1);
    const spectrum = isConstant ? null : await spectrumOf(neurons, layer, own, { signal });
    found.participationRatio.push(spectrum?.participationRatio ?? null);
    found.effectiveRank.push(spectrum?.effectiveRank ?? null);
    found.matrixEntropy.push(spectrum?.matrixEntropy ?? null);
    const variances = squares.subarray(layer * hidden, (layer + 1) * hidden);
    const variance = isConstant ? 0 : variances.reduce((sum, value) => sum + value, 0);
    found.anisotropy.push(directions.anisotropy(layer, variances, variance));
    report(passWork + (layer + 1) * eigenvalueWork(hidden));
  }
  return found;
}

interface Pass {
  directions: DirectionSums;
  products: DirectionProducts[];
  mean: Float64Array;
  shape: { layers: number; hidden: number };
  signal: AbortSignal | undefined;
}

/** The second pass. */
async function addRows(
  activations: Activations,
  { directions, products, mean, shape: { layers, hidden }, signal }: Pass,
  rowsDone: (rows: number) => void,
): Promise<void> {
  const width = layers * hidden;
  const centred = new Float64Array(chunkRows * hidden);
  for (let index = 0; index < activations.blockCount; index++) {
    const block = await activations.block(index);
    for (let start = 0; start < block.rows; start += chunkRows) {
      const count = Math.min(chunkRows, block.rows - start);
      for (let row = start; row < start + count; row++) directions.add(block.data, row * width);
      for (const [layer, sums] of products.entries()) {
        centre(block.data.subarray(start * width, (start + count) * width), mean, layer * hidden, centred);
        await sums.add(centred, count, { signal });
      }
      rowsDone(block.start + start + count);
      await yieldToEvents();
      signal?.throwIfAborted();
    }
  }
}

/** The columns of a layer, which begins at column `first`, less their means. */
function centre(data: Float32Array, mean: Float64Array, first: number, centred: Float64Array): void {
  const width = mean.length;
  const hidden = centred.length / chunkRows;
  for (let from = first, to = 0; from < data.length; from += width) {
    for (let j = 0; j < hidden; j++, to++) centred[to] = data[from + j] - mean[first + j];
  }
}
