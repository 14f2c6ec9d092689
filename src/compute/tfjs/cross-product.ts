/**
 * XᵀX by tiles on tfjs: the float32 products of a block of rows come back from the backend and are summed here in float64,
 * so that the error does not grow with the number of blocks.
 */
import * as tf from '@tensorflow/tfjs';
import type { CrossProduct, CrossProductSpec } from '../device.ts';
import type { BackendGuard } from './guard.ts';

export class TfCrossProduct implements CrossProduct {
  readonly #width: number;
  readonly #tile: number;
  readonly #guard: BackendGuard;
  /** By j, then by i ≤ j: the wanted tiles. */
  readonly #sums: Map<number, Float64Array>[];

  constructor({ width, tile, wanted = () => true }: CrossProductSpec, guard: BackendGuard) {
    this.#width = width;
    this.#tile = tile;
    this.#guard = guard;
    const columns = Array.from({ length: width / tile }, (_, j) =>
      Array.from({ length: j + 1 }, (_, i) => i).filter((i) => wanted(i, j)),
    );
    this.#sums = guard.allocate(columns.flat().length * tile * tile * 8, () =>
      columns.map((rows) => new Map(rows.map((i) => [i, new Float64Array(tile * tile)]))),
    );
  }

  async add(data: Float32Array, rows: number): Promise<void> {
    this.#guard.enter(rows * this.#tile * 4);
    const lefts = new Set(this.#sums.flatMap((column) => [...column.keys()]));
    const transposed = new Map(Array.from(lefts, (i) => [i, this.#transposedTile(data, rows, i)]));
    try {
      for (let j = 0; j < this.#sums.length; j++) await this.#addColumn(j, transposed, data, rows);
    } finally {
      tf.dispose([...transposed.values()]);
    }
  }

  async #addColumn(
    j: number,
    transposed: ReadonlyMap<number, tf.Tensor2D>,
    data: Float32Array,
    rows: number,
  ): Promise<void> {
    const sums = [...this.#sums[j]];
    if (sums.length === 0) return;
    const right = tf.tensor2d(this.#tileOf(data, rows, j), [rows, this.#tile]);
    const products = sums.map(([i]) => tf.matMul(transposed.get(i)!, right));
    right.dispose();
    try {
      const values = await this.#guard.settle(Promise.all(products.map((product) => product.data<'float32'>())));
      sums.forEach(([, sum], place) => {
        for (let at = 0; at < sum.length; at++) sum[at] += values[place][at];
      });
    } finally {
      tf.dispose(products);
    }
  }

  tile(i: number, j: number): Float64Array {
    const tile = this.#sums[j].get(i);
    if (!tile) throw new Error(`tile ${i}, ${j} was not wanted`);
    return tile;
  }

  dispose(): void {
    this.#sums.length = 0;
  }

  #tileOf(data: Float32Array, rows: number, j: number): Float32Array {
    const tile = new Float32Array(rows * this.#tile);
    for (let row = 0; row < rows; row++) {
      const from = row * this.#width + j * this.#tile;
      tile.set(data.subarray(from, from + this.#tile), row * this.#tile);
    }
    return tile;
  }

  /** XNNPACK has no product with a transposed left side; tfjs would fall back to a scalar loop. */
  #transposedTile(data: Float32Array, rows: number, i: number): tf.Tensor2D {
    const tile = this.#tile;
    const values = new Float32Array(tile * rows);
    for (let row = 0; row < rows; row++) {
      const from = row * this.#width + i * tile;
      for (let column = 0; column < tile; column++) values[column * rows + row] = data[from + column];
    }
    return tf.tensor2d(values, [tile, rows]);
  }
}
