import { expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import { neuronProducts } from '../../src/redundancy/neuron-products.ts';
import { rowOffset } from '../../src/compute/products/condensed.ts';
import { errorOf } from '../fixtures/errors.ts';
import { correlationOf, plainDistances, processor } from '../fixtures/correlation.ts';

function uniform(length: number, seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  new Mt19937(seed).uniform(values, -1, 3);
  return values;
}

test.each([
  { rows: 2, layers: 1, hidden: 1, blockRows: 9 },
  { rows: 3, layers: 1, hidden: 5, blockRows: 2 },
  { rows: 511, layers: 2, hidden: 3, blockRows: 511 },
  { rows: 1026, layers: 1, hidden: 9, blockRows: 513 },
  { rows: 20, layers: 3, hidden: 87, blockRows: 7 },
])('as by plain loops over $rows rows of $layers × $hidden neurons', async ({ blockRows, ...shape }) => {
  const width = shape.layers * shape.hidden;
  const data = uniform(shape.rows * width, 3);
  const { distances } = await correlationOf(inMemory(data, shape, blockRows));
  const expected = plainDistances(data, width);
  expect(distances).toHaveLength(expected.length);
  distances.forEach((distance, at) => expect(Math.abs(distance - expected[at])).toBeLessThan(1e-13));
});

test('copies, negatives and doubles are at distance 0 exactly, wherever they stand; near them nothing differs', async () => {
  const [rows, width] = [700, 300];
  const data = uniform(rows * width, 4);
  const twins = [3, 130, 257, 299];
  for (let row = 0; row < rows; row++) {
    const value = data[row * width + 3];
    [value, -value, 2 * value, value].forEach((twin, i) => (data[row * width + twins[i]] = twin));
  }
  const { distances } = await correlationOf(inMemory(data, { rows, layers: 1, hidden: width }));
  const between = (i: number, j: number) => distances[rowOffset(Math.min(i, j), width) + Math.max(i, j)];
  for (const i of twins) {
    for (const j of twins) if (i !== j) expect(between(i, j)).toBe(0);
    for (let other = 0; other < width; other++) {
      if (!twins.includes(other)) expect(between(i, other)).toBe(between(3, other));
    }
  }
});

test('a neuron far from zero keeps its correlation', async () => {
  const shape = { rows: 1000, layers: 1, hidden: 2 };
  const near = uniform(2000, 5).map((value) => Math.round(value * 1024) / 1024);
  const far = near.map((value, i) => (i % 2 === 0 ? value + 4096 : value));
  const [a, b] = [await correlationOf(inMemory(near, shape)), await correlationOf(inMemory(far, shape))];
  expect(Math.abs(a.distances[0] - b.distances[0])).toBeLessThan(1e-14);
});

test('constant neurons correlate with nothing; the largest and smallest numbers stay finite', async () => {
  const columns = [
    [1e38, -1e38, 2e38],
    [1e-38, 3e-38, 2e-38],
    [0.1, 0.1, 0.1],
    [0, 0, 0],
  ];
  const data = Float32Array.from({ length: 12 }, (_, i) => columns[i % 4][Math.floor(i / 4)]);
  const { distances, constant } = await correlationOf(inMemory(data, { rows: 3, layers: 2, hidden: 2 }));
  expect([...constant]).toEqual([0, 0, 1, 1]);
  expect([...distances.subarray(1)]).toEqual([1, 1, 1, 1, 1]);
  expect(distances[0]).toBeGreaterThan(0);
  expect(distances[0]).toBeLessThan(1);
});

test.each([NaN, Infinity, -Infinity])('%s among the activations is refused with its place', async (value) => {
  const data = uniform(40, 6);
  data[13] = value;
  const error = await errorOf(correlationOf(inMemory(data, { rows: 10, layers: 2, hidden: 2 })));
  expect(error.code).toBe('bad-data');
  expect(error.message).toMatch(/neuron 1 of layer 0/);
});

test('no rows are refused', async () => {
  const nothing = inMemory(new Float32Array(0), { rows: 0, layers: 1, hidden: 2 });
  expect((await errorOf(correlationOf(nothing))).code).toBe('bad-data');
});

test('progress grows to its end; a cancel between two chunks is heeded', async () => {
  const shape = { rows: 1200, layers: 1, hidden: 6 };
  const activations = inMemory(uniform(7200, 7), shape, 600);
  const seen: number[] = [];
  await neuronProducts(processor, activations, { progress: (done, total) => seen.push(done / total) });
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(new Set(seen).size).toBeGreaterThan(4);
  const control = new AbortController();
  const running = neuronProducts(processor, activations, {
    signal: control.signal,
    progress: (done, total) => {
      if (done > total / 2) control.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
});
