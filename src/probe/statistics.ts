/**
 * Mean, deviation and constancy of every neuron over all rows, in one streamed pass and in float64. Sums run over the
 * distance to the first row, so that a neuron far from zero loses no digits and a constant one has exactly its own mean.
 */
import type { Activations } from '../activations/matrix.ts';
import { noNeuron } from '../activations/select.ts';
import { type Control, yieldToEvents } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';

/** One value a neuron, [layers × hidden]. */
export interface NeuronStatistics {
  mean: Float64Array;
  /** Of the population (divided by the number of rows). */
  deviation: Float64Array;
  /** 1 where the largest value equals the smallest. */
  constant: Uint8Array;
}

/** @throws WinnowError `bad-data` for no rows or a value that is not finite. Progress counts rows. */
export async function neuronStatistics(activations: Activations, control: Control = {}): Promise<NeuronStatistics> {
  const { rows, layers, hidden, blockCount } = activations;
  if (rows === 0)
    throw new WinnowError('bad-data', 'There are no rows to analyse.', 'Add a data file with labelled rows.');
  const width = layers * hidden;
  const sums = { first: new Float32Array(width), sum: new Float64Array(width), squares: new Float64Array(width) };
  const constant = new Uint8Array(width).fill(1);
  for (let index = 0; index < blockCount; index++) {
    control.signal?.throwIfAborted();
    const block = await activations.block(index);
    if (index === 0) sums.first.set(block.data.subarray(0, width));
    addBlock(block.data, block.rows, sums, constant);
    control.progress?.(block.start + block.rows, rows);
    await yieldToEvents();
  }
  const mean = sums.sum.map((sum, j) => sums.first[j] + sum / rows);
  const deviation = sums.squares.map((square, j) => Math.sqrt(Math.max(0, square / rows - (sums.sum[j] / rows) ** 2)));
  if (mean.every(Number.isFinite) && deviation.every(Number.isFinite)) return { mean, deviation, constant };
  throw notFinite(
    mean.findIndex((value, j) => !Number.isFinite(value + deviation[j])),
    hidden,
  );
}

/** Statistics of some columns; one that holds no neuron is constant at 0. */
export function selectStatistics(
  { mean, deviation, constant }: NeuronStatistics,
  columns: Int32Array,
): NeuronStatistics {
  return {
    mean: Float64Array.from(columns, (neuron) => (neuron === noNeuron ? 0 : mean[neuron])),
    deviation: Float64Array.from(columns, (neuron) => (neuron === noNeuron ? 0 : deviation[neuron])),
    constant: Uint8Array.from(columns, (neuron) => (neuron === noNeuron ? 1 : constant[neuron])),
  };
}

interface Sums {
  first: Float32Array;
  sum: Float64Array;
  squares: Float64Array;
}

/** Four rows at once, one after the other: sums are read and written a fourth as often. */
function addBlock(data: Float32Array, rows: number, { first, sum, squares }: Sums, constant: Uint8Array): void {
  const width = first.length;
  const end = rows * width;
  let from = 0;
  for (; from + 4 * width <= end; from += 4 * width) {
    for (let j = 0; j < width; j++) {
      const at = from + j;
      const start = first[j];
      const a = data[at] - start;
      const b = data[at + width] - start;
      const c = data[at + 2 * width] - start;
      const d = data[at + 3 * width] - start;
      sum[j] = sum[j] + a + b + c + d;
      squares[j] = squares[j] + a * a + b * b + c * c + d * d;
      if (a !== 0 || b !== 0 || c !== 0 || d !== 0) constant[j] = 0;
    }
  }
  for (; from < end; from += width) {
    for (let j = 0; j < width; j++) {
      const distance = data[from + j] - first[j];
      sum[j] += distance;
      squares[j] += distance * distance;
      if (distance !== 0) constant[j] = 0;
    }
  }
}

function notFinite(neuron: number, hidden: number): WinnowError {
  const place = `neuron ${neuron % hidden} of layer ${Math.floor(neuron / hidden)}`;
  const message = `The model gives values that are not numbers, first at ${place}.`;
  return new WinnowError(
    'bad-data',
    message,
    'Check that the weights are whole, for example by saving the model again.',
  );
}
