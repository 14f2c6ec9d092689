import { expect, test } from 'vitest';
import { inMemory, part, type Activations } from '../../src/activations/matrix.ts';
import { batches, epochShuffle, type BatchOptions } from '../../src/probe/batches.ts';
import { neuronStatistics } from '../../src/probe/statistics.ts';

const layers = 2;
const hidden = 3;
const width = layers * hidden;

/** Row r holds 100 r, 100 r + 1, … */
function numbered(rows: number, blockRows: number): Activations {
  const data = Float32Array.from({ length: rows * width }, (_, i) => Math.floor(i / width) * 100 + (i % width));
  return inMemory(data, { rows, layers, hidden }, blockRows);
}

async function rowsOf(
  activations: Activations,
  options: Partial<BatchOptions>,
): Promise<{ row: number; size: number }[]> {
  const labels = Int32Array.from({ length: activations.rows }, (_, row) => row);
  const all: { row: number; size: number }[] = [];
  const offset = (await activations.block(0)).data[0] / 100;
  const chosen = { batchSize: 7, shuffle: null, standard: null, ...options };
  for await (const batch of batches(activations, labels, chosen)) {
    for (let i = 0; i < batch.rows; i++) {
      expect(batch.data[i * width + 4]).toBe((batch.labels[i] + offset) * 100 + 4);
      all.push({ row: batch.labels[i], size: batch.rows });
    }
  }
  return all;
}

test('rows come in their order, whatever the blocks; the last batch is short', async () => {
  for (const blockRows of [1, 4, 5, 100]) {
    const all = await rowsOf(numbered(20, blockRows), {});
    expect(all.map(({ row }) => row)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(all.map(({ size }) => size)).toEqual(Array.from({ length: 20 }, (_, i) => (i < 14 ? 7 : 6)));
  }
});

test('a part with cut blocks at both ends gives its own rows', async () => {
  const all = await rowsOf(part(numbered(40, 8), 5, 31), {});
  expect(all.map(({ row }) => row)).toEqual(Array.from({ length: 26 }, (_, i) => i));
});

test('a shuffled epoch has every row once, in an order of the seed and epoch alone', async () => {
  const rows = 9000; // more than two windows
  const order = async (blockRows: number, seed: number, epoch: number) =>
    (await rowsOf(numbered(rows, blockRows), { batchSize: 128, shuffle: epochShuffle(seed, epoch) })).map(
      ({ row }) => row,
    );
  const first = await order(1000, 3, 0);
  expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
  expect(await order(777, 3, 0)).toEqual(first);
  expect(await order(1000, 3, 1)).not.toEqual(first);
  expect(await order(1000, 4, 0)).not.toEqual(first);
  const moved = first.filter((row, i) => Math.abs(row - i) > 50).length;
  expect(moved).toBeGreaterThan(rows * 0.9);
});

test('standardised neurons have mean 0 and deviation 1, constant ones are 0', async () => {
  const data = Float32Array.from({ length: 50 * width }, (_, i) => (i % width === 2 ? 0.1 : 1e4 + Math.sin(i * i)));
  const activations = inMemory(data, { rows: 50, layers, hidden }, 8);
  const standard = await neuronStatistics(activations);
  expect([...standard.constant]).toEqual([0, 0, 1, 0, 0, 0]);
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  const options = { batchSize: 7, shuffle: null, standard };
  for await (const batch of batches(activations, new Float32Array(50), options)) {
    for (let i = 0; i < batch.rows * width; i++) {
      sums[i % width] += batch.data[i] / 50;
      squares[i % width] += batch.data[i] ** 2 / 50;
    }
  }
  for (let j = 0; j < width; j++) {
    expect(sums[j]).toBeCloseTo(0, 6);
    expect(squares[j]).toBeCloseTo(j === 2 ? 0 : 1, 5);
  }
});

test('a value that is not a number is refused with its place', async () => {
  const data = new Float32Array(10 * width);
  data[7 * width + 4] = NaN;
  const activations = inMemory(data, { rows: 10, layers, hidden }, 4);
  await expect(neuronStatistics(activations)).rejects.toThrow('neuron 1 of layer 1');
});
