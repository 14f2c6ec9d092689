/**
 * Rows in the order of training, batch by batch, streamed from activations that may be larger than memory. A shuffled epoch
 * takes windows of consecutive rows in random order and the rows inside each in random order, so that at most a window is
 * held; windows have a fixed size, so the order depends on nothing but the seed. Batches straddle windows.
 */
import type { Activations, Block } from '../activations/matrix.ts';
import { Mt19937 } from '../base/random.ts';
import type { NeuronStatistics } from './statistics.ts';

/** Rows of a window of the shuffle; part of the meaning of a seed, so it never changes. */
const windowRows = 4096;

export interface Batch {
  rows: number;
  /** [rows, layers × hidden]; overwritten by the next batch. */
  data: Float32Array;
  /** Class numbers or scores, [rows]; overwritten by the next batch. */
  labels: Int32Array | Float32Array;
}

export interface BatchOptions {
  batchSize: number;
  /** The shuffle of one epoch; null: rows in their order. */
  shuffle: Mt19937 | null;
  /** Standardises each neuron; a constant one becomes 0. null: values as they are. */
  standard: NeuronStatistics | null;
}

/** The generator that shuffles an epoch (from 0) of a seed; epochs of neighbouring seeds share none. */
export function epochShuffle(seed: number, epoch: number): Mt19937 {
  return new Mt19937((Math.imul(seed, 0x9e3779b1) + Math.imul(epoch + 1, 0x85ebca6b)) >>> 0);
}

/** Every row once; the last batch may be short. */
export async function* batches(
  activations: Activations,
  labels: Int32Array | Float32Array,
  { batchSize, shuffle, standard }: BatchOptions,
): AsyncGenerator<Batch> {
  const width = activations.layers * activations.hidden;
  const data = new Float32Array(batchSize * width);
  const batchLabels = labels instanceof Int32Array ? new Int32Array(batchSize) : new Float32Array(batchSize);
  const copy = standard ? standardiser(standard) : copyRow;
  const windows = sequence(Math.ceil(activations.rows / windowRows));
  shuffle?.shuffle(windows);
  const reader = new WindowReader(activations);
  let filled = 0;
  for (const window of windows) {
    const start = window * windowRows;
    const rows = sequence(Math.min(windowRows, activations.rows - start));
    shuffle?.shuffle(rows);
    await reader.open(start, start + rows.length);
    for (const row of rows) {
      copy(reader.row(start + row), data.subarray(filled * width, (filled + 1) * width));
      batchLabels[filled] = labels[start + row];
      filled += 1;
      if (filled < batchSize) continue;
      yield { rows: filled, data, labels: batchLabels };
      filled = 0;
    }
  }
  if (filled > 0) yield { rows: filled, data, labels: batchLabels };
}

function sequence(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}

function copyRow(from: Float32Array, to: Float32Array): void {
  to.set(from);
}

/** (x − mean) / deviation in float64. */
function standardiser({ mean, deviation, constant }: NeuronStatistics): typeof copyRow {
  const scale = deviation.map((value, j) => (constant[j] || value === 0 ? 0 : 1 / value));
  return (from, to) => {
    for (let j = 0; j < scale.length; j++) to[j] = (from[j] - mean[j]) * scale[j];
  };
}

/** Holds the blocks that a window of rows lies in. */
class WindowReader {
  readonly #activations: Activations;
  readonly #width: number;
  #blocks = new Map<number, Block>();
  /** Rows of the first block, which a part may have cut. */
  #firstRows = 0;

  constructor(activations: Activations) {
    this.#activations = activations;
    this.#width = activations.layers * activations.hidden;
  }

  async open(start: number, end: number): Promise<void> {
    this.#firstRows ||= (await this.#activations.block(0)).rows;
    const held = new Map<number, Block>();
    for (let index = this.#blockOf(start); index <= this.#blockOf(end - 1); index++) {
      held.set(index, this.#blocks.get(index) ?? (await this.#activations.block(index)));
    }
    this.#blocks = held;
  }

  row(row: number): Float32Array {
    const block = this.#blocks.get(this.#blockOf(row))!;
    const from = (row - block.start) * this.#width;
    return block.data.subarray(from, from + this.#width);
  }

  #blockOf(row: number): number {
    if (row < this.#firstRows) return 0;
    return 1 + Math.floor((row - this.#firstRows) / this.#activations.blockRows);
  }
}
