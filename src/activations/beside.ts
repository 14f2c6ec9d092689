/**
 * Two sets of activations of the same rows as one: the layers of the first, then those of the other. The narrower ones are
 * filled up with zeros, which no centred product sees. Rows come in the blocks of the first.
 */
import type { Activations } from './matrix.ts';

/** @throws RangeError where they have different numbers of rows. */
export function beside(first: Activations, other: Activations): Activations {
  const { rows, blockRows, blockCount } = first;
  if (other.rows !== rows) throw new RangeError(`${rows} rows beside ${other.rows}`);
  const hidden = Math.max(first.hidden, other.hidden);
  const layers = first.layers + other.layers;
  return {
    ...{ rows, layers, hidden, blockRows, blockCount },
    async block(index) {
      const own = await first.block(index);
      const data = new Float32Array(own.rows * layers * hidden);
      for (let row = 0; row < own.rows; row++) writeRow(data, own.data, row, first, row * layers);
      const end = own.start + own.rows;
      for (let row = own.start; row < end;) {
        const block = await other.block(Math.floor(row / other.blockRows));
        for (const last = Math.min(end, block.start + block.rows); row < last; row++)
          writeRow(data, block.data, row - block.start, other, (row - own.start) * layers + first.layers);
      }
      return { start: own.start, rows: own.rows, data };
    },
  };

  /** @param place the layer of `data`, counted over all rows, that the row's first layer comes to. */
  function writeRow(data: Float32Array, source: Float32Array, row: number, of: Activations, place: number): void {
    for (let layer = 0; layer < of.layers; layer++) {
      const from = (row * of.layers + layer) * of.hidden;
      data.set(source.subarray(from, from + of.hidden), (place + layer) * hidden);
    }
  }
}

/** Layers [from, to). */
export function layersBetween(all: Activations, from: number, to: number): Activations {
  if (from === 0 && to === all.layers) return all;
  const [whole, width] = [all.layers * all.hidden, (to - from) * all.hidden];
  return {
    ...all,
    layers: to - from,
    async block(index) {
      const { start, rows, data } = await all.block(index);
      const taken = new Float32Array(rows * width);
      for (let row = 0; row < rows; row++) {
        const at = row * whole + from * all.hidden;
        taken.set(data.subarray(at, at + width), row * width);
      }
      return { start, rows, data: taken };
    },
  };
}
