/**
 * XᵀY of every two layers over the same rows, columns centred: what linear measures of how alike layers are read. Blocks
 * are streamed; nothing of the size rows × rows is made.
 */
import type { Activations } from '../activations/matrix.ts';
import { type Control, yieldToEvents } from '../base/abort.ts';
import type { CrossProduct, CrossProductSpec, Device } from '../compute/device.ts';
import { neuronStatistics } from '../probe/statistics.ts';

/** Rows of one product on the device: float32 sums stay short, tiles stay small. */
const productRows = 1024;

interface Wishes {
  /** Sees every chunk of centred rows, [rows, layers × hidden]; the next one overwrites it. */
  visit?: (data: Float32Array, rows: number) => void;
  /** Which pairs of layers i ≤ j; absent: all. */
  wanted?: CrossProductSpec['wanted'];
}

/**
 * Progress counts rows over both passes (means, then products).
 * @returns a tile a pair of layers, for the caller to dispose of.
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; DOMException AbortError.
 */
export async function centredProducts(
  device: Device,
  activations: Activations,
  { signal, progress }: Control,
  { visit, wanted }: Wishes = {},
): Promise<CrossProduct> {
  const { rows, layers, hidden } = activations;
  const { mean } = await neuronStatistics(activations, { signal, progress: (done) => progress?.(done, 2 * rows) });
  const products = device.crossProduct({ width: layers * hidden, tile: hidden, ...(wanted && { wanted }) });
  try {
    for await (const chunk of centredChunks(activations, mean)) {
      visit?.(chunk.data, chunk.rows);
      await products.add(chunk.data, chunk.rows);
      progress?.(rows + chunk.end, 2 * rows);
      await yieldToEvents();
      signal?.throwIfAborted();
    }
    return products;
  } catch (error) {
    products.dispose();
    throw error;
  }
}

interface Chunk {
  rows: number;
  end: number;
  /** [rows, layers × hidden]; overwritten by the next chunk. */
  data: Float32Array;
}

async function* centredChunks(activations: Activations, mean: Float64Array): AsyncGenerator<Chunk> {
  const width = mean.length;
  const data = new Float32Array(Math.min(productRows, activations.rows) * width);
  for (let index = 0; index < activations.blockCount; index++) {
    const block = await activations.block(index);
    for (let start = 0; start < block.rows; start += productRows) {
      const rows = Math.min(productRows, block.rows - start);
      for (let row = 0; row < rows; row++) {
        const from = (start + row) * width;
        for (let j = 0; j < width; j++) data[row * width + j] = block.data[from + j] - mean[j];
      }
      yield { rows, end: block.start + start + rows, data };
    }
  }
}
