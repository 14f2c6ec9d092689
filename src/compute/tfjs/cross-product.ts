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
  /** Tile (i, j), i ≤ j, at i + j(j + 1)/2. */
  readonly #sums: Float64Array[];

  constructor({ width, tile }: CrossProductSpec, guard: BackendGuard) {
    this.#width = width;
    this.#tile = tile;
    this.#guard = guard;
    const tiles = width / tile;
    const count = (tiles * (tiles + 1)) / 2;
    this.#sums = guard.allocate(count * tile * tile * 8, () =>
      Array.from({ length: count }, () => new Float64Array(tile * tile)),
    );
  }

  async add(data: Float32Array, rows: number): Promise<void> {
    const tiles = this.#width / this.#tile;
    this.#guard.enter(rows * this.#tile * 4);
    const transposed = Array.from({ length: tiles }, (_, i) => this.#transposedTile(data, rows, i));
    try {
      for (let j = 0; j < tiles; j++) await this.#addColumn(j, transposed, data, rows);
    } finally {
      tf.dispose(transposed);
    }
  }

  async #addColumn(j: number, transposed: tf.Tensor2D[], data: Float32Array, rows: number): Promise<void> {
    const right = tf.tensor2d(this.#tileOf(data, rows, j), [rows, this.#tile]);
    const products = transposed.slice(0, j + 1).map((left) => tf.matMul(left, right));
    right.dispose();
    try {
      const values = await this.#guard.settle(Promise.all(products.map((product) => product.data<'float32'>())));
      values.forEach((part, i) => {
        const sum = this.#sums[i + (j * (j + 1)) / 2];
        for (let at = 0; at < sum.length; at++) sum[at] += part[at];
      });
    } finally {
      tf.dispose(products);
    }
  }

  tile(i: number, j: number): Float64Array {
    return this.#sums[i + (j * (j + 1)) / 2];
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
