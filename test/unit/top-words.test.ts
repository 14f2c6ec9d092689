import { expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { neuronStatistics } from '../../src/probe/statistics.ts';
import { topWords } from '../../src/measures/top-words/top-words.ts';

const vocabulary = ['the', 'cat', 'runs', 'once'];
const types = Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2, 3);
const rows = types.length;

/** Neuron 0 is high on "cat", neuron 1 low on "runs", neuron 2 constant, neuron 3 high on a word seen once. */
function value(row: number, neuron: number): number {
  const word = vocabulary[types[row]];
  if (neuron === 0) return word === 'cat' ? 5 : (row % 3) / 10;
  if (neuron === 1) return word === 'runs' ? -4 : 0.5;
  if (neuron === 2) return 7;
  return word === 'once' ? 100 : row;
}

const data = Float32Array.from({ length: rows * 4 }, (_, i) => value(Math.floor(i / 4), i % 4));
const activations = inMemory(data, { rows, layers: 2, hidden: 2 }, 4);
const part = { activations, labels: new Int32Array(rows), types };

test('names the words that move a neuron, with counts and the direction; rare words and constant neurons have none', async () => {
  const statistics = await neuronStatistics(activations);
  const found = await topWords(part, vocabulary, [1, 0, 2, 3], statistics);
  expect(found.map(({ neuron }) => neuron)).toEqual([1, 0, 3]);
  expect(found[0].words[0]).toMatchObject({ word: 'runs', count: 3 });
  expect(found[0].words[0].mean).toBeLessThan(0);
  expect(found[1].words[0]).toMatchObject({ word: 'cat', count: 3 });
  expect(found[1].words[0].mean).toBeGreaterThan(0);
  expect(found.flatMap(({ words }) => words.map(({ word }) => word))).not.toContain('once');
});

test('means are those of the standardised activation', async () => {
  const statistics = await neuronStatistics(activations);
  const [{ words }] = await topWords(part, vocabulary, [0], statistics);
  const column = Array.from({ length: rows }, (_, row) => Math.fround(value(row, 0)));
  const mean = column.reduce((sum, one) => sum + one, 0) / rows;
  const deviation = Math.sqrt(column.reduce((sum, one) => sum + (one - mean) ** 2, 0) / rows);
  for (const { word, mean: own, strength } of words) {
    const z = column.filter((_, row) => vocabulary[types[row]] === word).map((one) => (one - mean) / deviation);
    expect(own).toBeCloseTo(z.reduce((sum, one) => sum + one, 0) / z.length, 12);
    expect(strength).toBeCloseTo(z.reduce((sum, one) => sum + Math.abs(one), 0) / z.length, 12);
  }
});

test('sentences have no word types', async () => {
  const statistics = await neuronStatistics(activations);
  expect(await topWords({ activations, labels: new Int32Array(rows) }, vocabulary, [0], statistics)).toEqual([]);
});
