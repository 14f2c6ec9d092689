/**
 * Activations as the analysis reads them: rows × (layers + 1) × hidden float32, layer-major within a row, delivered in
 * blocks of consecutive rows so that a set larger than memory streams. A block's data is shared: never write into it.
 */

export interface Block {
  /** First row of the block, counted from the start of these activations. */
  start: number;
  rows: number;
  /** [rows, layers × hidden] */
  data: Float32Array;
}

export interface ActivationShape {
  readonly rows: number;
  /** Layers including the embeddings (layer 0). */
  readonly layers: number;
  readonly hidden: number;
}

export interface Activations extends ActivationShape {
  /** Rows of every block but the last (and, in a part, the first). */
  readonly blockRows: number;
  readonly blockCount: number;
  block(index: number): Promise<Block>;
}

/** Activations that already lie in memory: `data` is [rows, layers × hidden]. */
export function inMemory(data: Float32Array, shape: ActivationShape, blockRows = 4096): Activations {
  const width = shape.layers * shape.hidden;
  return {
    ...shape,
    blockRows,
    blockCount: Math.ceil(shape.rows / blockRows),
    block(index) {
      const start = index * blockRows;
      const rows = Math.min(blockRows, shape.rows - start);
      return Promise.resolve({ start, rows, data: data.subarray(start * width, (start + rows) * width) });
    },
  };
}

/** The rows [start, end) of `all` as activations of their own; blocks at the edges are cut, nothing is copied. `all` is whole, not itself a part. */
export function part(all: Activations, start: number, end: number): Activations {
  const { blockRows } = all;
  const width = all.layers * all.hidden;
  const first = Math.floor(start / blockRows);
  const last = Math.ceil(end / blockRows);
  return {
    rows: end - start,
    layers: all.layers,
    hidden: all.hidden,
    blockRows,
    blockCount: Math.max(0, last - first),
    async block(index) {
      const whole = await all.block(first + index);
      const from = Math.max(start, whole.start);
      const to = Math.min(end, whole.start + whole.rows);
      const data = whole.data.subarray((from - whole.start) * width, (to - whole.start) * width);
      return { start: from - start, rows: to - from, data };
    },
  };
}

/** Blocks of a view in another order are large: each reads all blocks that it needs rows of, once. */
const reorderedBytes = 128 * 2 ** 20;

/** Row i is row `order[i]` of `all`; each row is there once. Nothing is read before a block is asked for. */
export function reordered(all: Activations, order: Int32Array): Activations {
  const { layers, hidden } = all;
  const width = layers * hidden;
  const blockRows = Math.max(1, Math.floor(reorderedBytes / (width * Float32Array.BYTES_PER_ELEMENT)));
  return {
    ...{ rows: order.length, layers, hidden, blockRows, blockCount: Math.ceil(order.length / blockRows) },
    async block(index) {
      const start = index * blockRows;
      const wanted = order.subarray(start, start + blockRows);
      const data = new Float32Array(wanted.length * width);
      let source: Block | null = null;
      for (const place of Array.from(wanted.keys()).sort((a, b) => wanted[a] - wanted[b])) {
        const row = wanted[place];
        if (source === null || row >= source.start + source.rows) {
          source = await all.block(Math.floor(row / all.blockRows));
        }
        const from = (row - source.start) * width;
        data.set(source.data.subarray(from, from + width), place * width);
      }
      return { start, rows: wanted.length, data };
    },
  };
}

/** The mean of the vectors that lie one after the other in `all`, summed in float32 as PyTorch and numpy sum. */
export function writeMean(mean: Float32Array, all: Float32Array): void {
  const width = mean.length;
  mean.set(all.subarray(0, width));
  const count = all.length / width;
  if (count === 1) return;
  for (let index = 0; index < width; index += 1) {
    for (let at = index + width; at < all.length; at += width) mean[index] += all[at];
    mean[index] /= count;
  }
}
