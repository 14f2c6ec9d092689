/**
 * Some neurons of activations, in any order, as activations of one layer: gathered block by block as they are read, or
 * once into memory where the same few neurons are read again and again. Neuron numbers are layer × hidden + index.
 */
import { type Control, yieldToEvents } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import { inMemory, type Activations } from './matrix.ts';

/** Stands for a column of zeros. */
export const noNeuron = -1;

/**
 * A view of `neurons`, [rows, 1 × neurons.length]. Nothing is read before a block is asked for.
 * @throws WinnowError `internal` for a neuron that the activations do not have.
 */
export function selectNeurons(activations: Activations, neurons: Int32Array): Activations {
  checkNeurons(activations, neurons);
  const { rows, blockRows, blockCount } = activations;
  return {
    rows,
    layers: 1,
    hidden: neurons.length,
    blockRows,
    blockCount,
    async block(index) {
      const block = await activations.block(index);
      const data = new Float32Array(block.rows * neurons.length);
      gather(block.data, activations.layers * activations.hidden, neurons, data);
      return { start: block.start, rows: block.rows, data };
    },
  };
}

/**
 * The same neurons, read once and held. Progress counts rows.
 * @throws WinnowError `internal` for an unknown neuron, `out-of-memory`; DOMException AbortError.
 */
export async function holdNeurons(
  activations: Activations,
  neurons: Int32Array,
  { signal, progress }: Control = {},
): Promise<Activations> {
  checkNeurons(activations, neurons);
  const { rows, layers, hidden, blockCount } = activations;
  const data = allocate(rows, neurons.length);
  for (let index = 0; index < blockCount; index++) {
    signal?.throwIfAborted();
    const block = await activations.block(index);
    const from = block.start * neurons.length;
    gather(block.data, layers * hidden, neurons, data.subarray(from, from + block.rows * neurons.length));
    progress?.(block.start + block.rows, rows);
    await yieldToEvents();
  }
  return inMemory(data, { rows, layers: 1, hidden: neurons.length }, activations.blockRows);
}

/** Neurons that lie beside each other, whole layers above all, are copied together. @param to zeros at first. */
function gather(from: Float32Array, width: number, neurons: Int32Array, to: Float32Array): void {
  const rows = to.length / neurons.length;
  const { runs, places, sources } = pieces(neurons);
  for (let row = 0; row < rows; row++) {
    const source = row * width;
    const target = row * neurons.length;
    for (const { place, neuron, length } of runs) {
      to.set(from.subarray(source + neuron, source + neuron + length), target + place);
    }
    for (let i = 0; i < places.length; i++) to[target + places[i]] = from[source + sources[i]];
  }
}

/** Shorter runs are copied faster one by one. */
const leastRun = 32;

interface Run {
  /** In the list. */
  place: number;
  /** The first. */
  neuron: number;
  length: number;
}

/** What is copied at once, and where every other neuron stands in the list and in a row. */
function pieces(neurons: Int32Array): { runs: Run[]; places: Int32Array; sources: Int32Array } {
  const all: Run[] = [];
  neurons.forEach((neuron, place) => {
    const last = all.at(-1);
    if (neuron === noNeuron) return;
    if (last && neuron === last.neuron + last.length && place === last.place + last.length) last.length += 1;
    else all.push({ place, neuron, length: 1 });
  });
  // In the order of memory, which is read ahead: rows lie far apart.
  const alone = all.filter(({ length }) => length < leastRun).sort((a, b) => a.neuron - b.neuron);
  const each = (first: (run: Run) => number) =>
    Int32Array.from(alone.flatMap((run) => Array.from({ length: run.length }, (_, i) => first(run) + i)));
  return {
    runs: all.filter(({ length }) => length >= leastRun),
    places: each(({ place }) => place),
    sources: each(({ neuron }) => neuron),
  };
}

function allocate(rows: number, columns: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(rows * columns);
  } catch (cause) {
    const megabytes = Math.round((rows * columns * 4) / 2 ** 20);
    const message = `${rows} rows of ${columns} neurons need ${megabytes} MB, which this tab cannot have.`;
    throw new WinnowError('out-of-memory', message, 'Use fewer rows, or close other tabs and try again.', cause);
  }
}

function checkNeurons({ layers, hidden }: Activations, neurons: Int32Array): void {
  const width = layers * hidden;
  const wrong = neurons.findIndex((neuron) => neuron < noNeuron || neuron >= width);
  if (neurons.length > 0 && wrong < 0) return;
  const found = wrong < 0 ? 'no neurons' : `neuron ${neurons[wrong]}`;
  const message = `There are ${width} neurons, and ${found} was asked for.`;
  throw new WinnowError('internal', message, 'This is a fault in Winnow: please report it.');
}
