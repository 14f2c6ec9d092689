/**
 * Sums of products of centred columns on the processor, on all threads: each takes the next tile of a chunk, so that one
 * that other programs hold up does less. The numbers depend neither on how many there are nor on which of them made what.
 */
import type { Control } from '../../base/abort.ts';
import { withRoom } from '../../base/errors.ts';
import type { ColumnProducts, ColumnProductsSpec } from '../device.ts';
import type { ProductThread, Threads } from '../threads.ts';
import { pairCount } from './condensed.ts';
import { chunkRows, TileProducts, type ProductSpec } from './tile-products.ts';

/** So many multiplications take longer than starting a thread does. */
const worthAThread = 2e9;

/**
 * @param more null: all on this thread.
 * @throws WinnowError `out-of-memory`; what a thread ends with.
 */
export async function openColumnProducts(
  { mean, rows, arithmetic = null }: ColumnProductsSpec,
  more: Pick<Threads, 'threads' | 'productsApart'> | null,
): Promise<ColumnProducts> {
  const pairs = pairCount(mean.length);
  const count = more ? Math.min(more.threads, Math.floor((rows * pairs) / worthAThread)) : 1;
  const bytes = (pairs + mean.length) * Float64Array.BYTES_PER_ELEMENT;
  return withRoom('the products of all neurons', bytes, async () => {
    if (!more || count < 2) return onThisThread(specFor(mean, arithmetic, (size) => new ArrayBuffer(size)));
    const spec = specFor(mean, arithmetic, (size) => new SharedArrayBuffer(size));
    return onThreads(spec, Array.from({ length: count }, more.productsApart));
  });
}

function specFor(
  mean: Float64Array,
  arithmetic: ProductSpec['arithmetic'],
  room: (bytes: number) => ArrayBufferLike,
): ProductSpec {
  const floats = (length: number) => new Float64Array(room(length * Float64Array.BYTES_PER_ELEMENT));
  const taken = new Int32Array(room(Int32Array.BYTES_PER_ELEMENT));
  return { mean, arithmetic, taken, products: floats(pairCount(mean.length)), squares: floats(mean.length) };
}

async function onThisThread(spec: ProductSpec): Promise<ColumnProducts> {
  const tiles = await TileProducts.open(spec);
  const { products, squares, taken } = spec;
  return {
    ...{ products, squares },
    add: inChunks(spec.mean.length, async (data, rows, control) => {
      taken[0] = 0;
      await tiles.add(data, rows, control);
    }),
    dispose() {},
  };
}

async function onThreads(spec: ProductSpec, threads: readonly ProductThread[]): Promise<ColumnProducts> {
  const { products, squares, taken, mean } = spec;
  const dispose = (): void => threads.forEach((thread) => thread.close());
  try {
    const shared = new Float32Array(new SharedArrayBuffer(chunkRows * mean.length * Float32Array.BYTES_PER_ELEMENT));
    await Promise.all(threads.map((thread) => thread.open(spec)));
    const add = inChunks(mean.length, async (data, rows) => {
      shared.set(data);
      taken[0] = 0;
      await Promise.all(threads.map((thread) => thread.add(shared, rows)));
    });
    return { products, squares, add, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

type AddChunk = (data: Float32Array, rows: number, control: Control) => Promise<void>;

/** Rows of any number, a chunk at a time; progress counts rows. */
function inChunks(width: number, addChunk: AddChunk): ColumnProducts['add'] {
  return async (data, rows, { signal, progress } = {}) => {
    for (let start = 0; start < rows; start += chunkRows) {
      const count = Math.min(chunkRows, rows - start);
      await addChunk(data.subarray(start * width, (start + count) * width), count, {
        signal,
        progress: (done, total) => progress?.(start + (done / total) * count, rows),
      });
      progress?.(start + count, rows);
      signal?.throwIfAborted();
    }
  };
}
