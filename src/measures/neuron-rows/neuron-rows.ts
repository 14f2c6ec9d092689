/**
 * Which rows of a part move a neuron most: those with its highest and lowest values, with what they say. The neurons' columns
 * are read in one streamed pass, as many at once as memory allows; activations are as extracted, never standardised.
 */
import type { Activations } from '../../activations/matrix.ts';
import { holdNeurons } from '../../activations/select.ts';
import type { Control } from '../../base/abort.ts';
import { topRows } from '../../base/numbers.ts';
import { shortened, wordsAround, type PartTexts } from '../../data/part-texts.ts';
import type { ProbePart } from '../../probe/parts.ts';
import type { NeuronRow, NeuronRows } from './field.ts';

/** Numbers of the columns that are held at once. */
const heldNumbers = 2 ** 24;
/**
 * @param neurons model neurons, layer × hidden + index.
 * @param most rows at either end.
 * @returns one entry a neuron, in the order asked for. Progress counts rows of all passes.
 * @throws WinnowError `internal` for an unknown neuron, `out-of-memory`; DOMException AbortError.
 */
export async function neuronRows(
  { activations, labels, texts }: Pick<ProbePart, 'activations' | 'labels' | 'texts'>,
  neurons: readonly number[],
  most: number,
  { signal, progress }: Control = {},
): Promise<NeuronRows[]> {
  const { rows } = activations;
  const atOnce = Math.max(1, Math.floor(heldNumbers / rows));
  const found: NeuronRows[] = [];
  for (let from = 0; from < neurons.length; from += atOnce) {
    const some = Int32Array.from(neurons.slice(from, from + atOnce));
    const passed = rows * Math.ceil(from / atOnce);
    const total = rows * Math.ceil(neurons.length / atOnce);
    const held = await holdNeurons(activations, some, { signal, progress: (done) => progress?.(passed + done, total) });
    const columns = await columnsOf(held);
    some.forEach((neuron, i) => found.push({ neuron, ...endsOf(columns[i], labels, texts, most) }));
  }
  return found;
}

/** Each neuron's values, by row. */
async function columnsOf(held: Activations): Promise<Float32Array[]> {
  const { rows, hidden, blockCount } = held;
  const columns = Array.from({ length: hidden }, () => new Float32Array(rows));
  for (let index = 0; index < blockCount; index++) {
    const block = await held.block(index);
    for (let row = 0; row < block.rows; row++) {
      for (let j = 0; j < hidden; j++) columns[j][block.start + row] = block.data[row * hidden + j];
    }
  }
  return columns;
}

function endsOf(
  column: Float32Array,
  labels: ProbePart['labels'],
  texts: PartTexts | undefined,
  most: number,
): Omit<NeuronRows, 'neuron'> {
  const { mean, deviation } = moments(column);
  if (deviation === 0) return { mean, deviation, highest: [], lowest: [] };
  const rowOf = (row: number): NeuronRow => ({
    ...{ row, value: column[row], label: labels[row] },
    ...wordsOf(row, column, texts),
  });
  return {
    ...{ mean, deviation },
    highest: topRows(column, most, 1).map(rowOf),
    lowest: topRows(column, most, -1).map(rowOf),
  };
}

/** Sums run over the distance to the first value: a constant column has deviation 0 exactly. */
function moments(column: Float32Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (const value of column) {
    const distance = value - column[0];
    sum += distance;
    squares += distance * distance;
  }
  const mean = sum / column.length;
  const variance = squares / column.length - mean * mean;
  return { mean: column[0] + mean, deviation: Math.sqrt(Math.max(0, variance)) };
}

function wordsOf(
  row: number,
  column: Float32Array,
  texts: PartTexts | undefined,
): Pick<NeuronRow, 'text' | 'pair' | 'words'> {
  if (!texts) return { text: '', pair: null };
  if (texts.kind === 'sentence') {
    const { text, pair } = texts.rows[row];
    return { text: shortened(text), pair: pair === null ? null : shortened(pair) };
  }
  const { at, first, words } = wordsAround(texts, row);
  const list = words.map((word, i) => ({ word, value: column[first + i] }));
  return { text: '', pair: null, words: { at, list } };
}
