/**
 * The geometry of every layer in two passes over the activations (protocols.md §10): means, then everything else. In
 * float64 on the processor, whatever the device.
 */
import type { Activations } from '../../activations/matrix.ts';
import { type Control, yieldToEvents } from '../../base/abort.ts';
import { neuronStatistics, type NeuronStatistics } from '../../probe/statistics.ts';
import { chunkRows } from '../../redundancy/correlation-products.ts';
import { DirectionSums } from './directions.ts';
import type { Geometry } from './field.ts';
import { SpectrumSums } from './spectra.ts';

/** Operations of one layer's eigenvalues, and of a row of it, as those of products are counted. */
export const eigenvalueWork = (hidden: number): number => 2 * 40 * hidden ** 3;
export const rowWork = (hidden: number): number => 2 * hidden ** 2;

/**
 * @param known statistics of these very rows; null: they are made here.
 * Progress counts layers that are done with, of all rows first.
 * @throws WinnowError `bad-data` for no rows or a value that is not finite, `out-of-memory`; DOMException AbortError.
 */
export async function geometry(
  activations: Activations,
  known: NeuronStatistics | null,
  { signal, progress }: Control = {},
): Promise<Geometry> {
  const { rows, layers, hidden } = activations;
  const passWork = rows * layers * rowWork(hidden);
  const work = passWork + layers * eigenvalueWork(hidden);
  const report = (done: number): void => progress?.(Math.floor((1000 * done) / work), 1000);
  const { mean, constant } = known ?? (await neuronStatistics(activations, { signal }));
  const directions = new DirectionSums(activations);
  const spectra = await SpectrumSums.open(activations);
  const pass = { directions, spectra, mean, shape: { layers, hidden }, signal };
  await addRows(activations, pass, (done) => report((passWork * done) / rows));
  const found: Geometry = {
    blockInfluence: directions.blockInfluence(),
    angularDistance: directions.angularDistance(),
    ...{ participationRatio: [], effectiveRank: [], matrixEntropy: [], anisotropy: [] },
  };
  for (const [layer, sums] of spectra.entries()) {
    const isConstant = constant.subarray(layer * hidden, (layer + 1) * hidden).every((one) => one === 1);
    const spectrum = isConstant ? null : await sums.spectrum({ signal });
    found.participationRatio.push(spectrum?.participationRatio ?? null);
    found.effectiveRank.push(spectrum?.effectiveRank ?? null);
    found.matrixEntropy.push(spectrum?.matrixEntropy ?? null);
    const variance = isConstant ? 0 : sums.variances.reduce((sum, value) => sum + value, 0);
    found.anisotropy.push(directions.anisotropy(layer, sums.variances, variance));
    report(passWork + (layer + 1) * eigenvalueWork(hidden));
  }
  return found;
}

interface Pass {
  directions: DirectionSums;
  spectra: SpectrumSums[];
  mean: Float64Array;
  shape: { layers: number; hidden: number };
  signal: AbortSignal | undefined;
}

/** The second pass. */
async function addRows(
  activations: Activations,
  { directions, spectra, mean, shape: { layers, hidden }, signal }: Pass,
  rowsDone: (rows: number) => void,
): Promise<void> {
  const width = layers * hidden;
  const centred = new Float64Array(chunkRows * hidden);
  for (let index = 0; index < activations.blockCount; index++) {
    const block = await activations.block(index);
    for (let start = 0; start < block.rows; start += chunkRows) {
      const count = Math.min(chunkRows, block.rows - start);
      for (let row = start; row < start + count; row++) directions.add(block.data, row * width);
      for (const [layer, sums] of spectra.entries()) {
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
