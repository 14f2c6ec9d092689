/**
 * Which words drive a neuron: word types by the mean size of the neuron's standardised activation over the word's train
 * rows, as NeuroX ranks them, rare words left out. For rows that are words; one streamed pass for all neurons asked about.
 */
import { selectNeurons } from '../../activations/select.ts';
import { type Control, yieldToEvents } from '../../base/abort.ts';
import { selectStatistics, type NeuronStatistics } from '../../probe/statistics.ts';
import type { ProbePart } from '../../probe/parts.ts';
import type { TopWords } from './field.ts';

/** A word seen once says more about its sentence than about the neuron. */
const leastCount = 3;
const wordsShown = 10;
/** What is held beside the activations: two sums for each word type and neuron. */
const largestSums = 2 ** 24;

/**
 * @param neurons model neurons, layer × hidden + index; constant ones have no words.
 * @param statistics of the train part.
 * @returns one entry a neuron in the order asked for. Progress counts rows.
 */
export async function topWords(
  { activations, types }: ProbePart,
  vocabulary: readonly string[],
  neurons: readonly number[],
  statistics: NeuronStatistics,
  { signal, progress }: Control = {},
): Promise<TopWords> {
  if (!types) return [];
  const varying = neurons.filter((neuron) => statistics.constant[neuron] === 0);
  const asked = varying.slice(0, Math.max(1, Math.floor(largestSums / Math.max(1, vocabulary.length))));
  if (asked.length === 0) return [];
  const columns = Int32Array.from(asked);
  const { mean, deviation } = selectStatistics(statistics, columns);
  const view = selectNeurons(activations, columns);
  const counts = new Uint32Array(vocabulary.length);
  const sums = new Float64Array(vocabulary.length * columns.length);
  const sizes = new Float64Array(sums.length);
  for (let index = 0; index < view.blockCount; index++) {
    signal?.throwIfAborted();
    const { start, rows, data } = await view.block(index);
    for (let row = 0; row < rows; row++) {
      const type = types[start + row];
      counts[type]++;
      for (let j = 0; j < columns.length; j++) {
        const z = (data[row * columns.length + j] - mean[j]) / deviation[j];
        sums[type * columns.length + j] += z;
        sizes[type * columns.length + j] += Math.abs(z);
      }
    }
    progress?.(start + rows, view.rows);
    await yieldToEvents();
  }
  const frequent = [...counts.keys()].filter((type) => counts[type] >= leastCount);
  return asked.map((neuron, j) => {
    const strength = (type: number) => sizes[type * columns.length + j] / counts[type];
    const best = frequent.toSorted((a, b) => strength(b) - strength(a) || a - b).slice(0, wordsShown);
    const entry = (type: number) => ({
      word: vocabulary[type],
      count: counts[type],
      mean: sums[type * columns.length + j] / counts[type],
      strength: strength(type),
    });
    return { neuron, words: best.map(entry) };
  });
}
