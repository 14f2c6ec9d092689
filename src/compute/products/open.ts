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
  { mean, rows, wanted = null, arithmetic = null }: ColumnProductsSpec,
  more: Pick<Threads, 'threads' | 'productsApart'> | null,
): Promise<ColumnProducts> {
  const pairs = pairCount(mean.length);
  const count = more ? Math.min(more.threads, Math.floor((rows * pairs) / worthAThread)) : 1;
  const bytes = (pairs + mean.length) * Float64Array.BYTES_PER_ELEMENT;
  return withRoom('the products of all neurons', bytes, async () => {
    if (!more || count < 2) return columnProductsHere({ mean, wanted, arithmetic });
    const spec = specFor({ mean, wanted, arithmetic }, (size) => new SharedArrayBuffer(size));
    return onThreads(spec, Array.from({ length: count }, more.productsApart));
  });
}

type Asked = Pick<ProductSpec, 'mean'> & Partial<Pick<ProductSpec, 'wanted' | 'arithmetic'>>;

function specFor(
  { mean, wanted = null, arithmetic = null }: Asked,
  room: (bytes: number) => ArrayBufferLike,
): ProductSpec {
  const floats = (length: number) => new Float64Array(room(length * Float64Array.BYTES_PER_ELEMENT));
  const taken = new Int32Array(room(Int32Array.BYTES_PER_ELEMENT));
  const sums = { products: floats(pairCount(mean.length)), squares: floats(mean.length) };
  return { mean, wanted, arithmetic, taken, ...sums };
}

/** Those on this thread take float64, too. */
export interface ColumnProductsHere extends ColumnProducts {
  add(data: Float32Array | Float64Array, rows: number, control?: Control): Promise<void>;
}

/** @throws WinnowError `out-of-memory`. */
export async function columnProductsHere(asked: Asked): Promise<ColumnProductsHere> {
  const spec = specFor(asked, (size) => new ArrayBuffer(size));
  const tiles = await TileProducts.open(spec);
  const { products, squares, taken } = spec;
  return {
    ...{ products, squares },
    add: inChunks<Float32Array | Float64Array>(spec.mean.length, async (data, rows, control) => {
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
    const add = inChunks<Float32Array>(mean.length, async (data, rows) => {
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

/** Rows of any number, a chunk at a time; progress counts rows. */
function inChunks<Numbers extends Float32Array | Float64Array>(
  width: number,
  addChunk: (data: Numbers, rows: number, control: Control) => Promise<void>,
): (data: Numbers, rows: number, control?: Control) => Promise<void> {
  return async (data, rows, { signal, progress } = {}) => {
    for (let start = 0; start < rows; start += chunkRows) {
      const count = Math.min(chunkRows, rows - start);
      await addChunk(data.subarray(start * width, (start + count) * width) as Numbers, count, {
        signal,
        progress: (done, total) => progress?.(start + (done / total) * count, rows),
      });
      progress?.(start + count, rows);
      signal?.throwIfAborted();
    }
  };
}
