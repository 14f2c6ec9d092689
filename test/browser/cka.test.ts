import { beforeAll, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import { cka, ckaBetween } from '../../src/measures/cka/cka.ts';
import { neuronProducts } from '../../src/redundancy/neuron-products.ts';
import comparison from '../fixtures/verdicts/comparison.json';
import comparisonUrl from '../fixtures/verdicts/comparison.safetensors?url';
import { devices, golden, goldenTensors, hidden, layers, readTensors, width } from './probe-golden.ts';

const rows = 300;
let data: Float32Array;
beforeAll(async () => {
  data = (await goldenTensors()).get('activations')!;
});

function expectClose(found: (number | null)[][], expected: (number | null)[][]): void {
  expected.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value === null) expect(found[i][j]).toBeNull();
      else expect(Math.abs(found[i][j]! - value)).toBeLessThan(1e-6);
    });
  });
}

test.each(devices)('%s: similarity of layers as by rows × rows Gram matrices in numpy (1e-6)', async (_, open) => {
  const device = await open();
  for (const blockRows of [70, 4096]) {
    const found = await cka(await neuronProducts(device, inMemory(data, { rows, layers, hidden }, blockRows)));
    expectClose(found.biased, golden.cka.biased);
    expectClose(found.debiased, golden.cka.debiased);
    expect(found.biased[1][1]).toBe(1);
    expect(found.biased[2][1]).toBe(found.biased[1][2]);
  }
  device.dispose();
});

test.each(devices)('%s: a layer far from zero keeps its similarity', async (_, open) => {
  const device = await open();
  const moved = data.map((value, i) => (Math.floor((i % width) / hidden) === 2 ? value + 64 : value));
  const [near, far] = [
    await cka(await neuronProducts(device, memory(data))),
    await cka(await neuronProducts(device, memory(moved))),
  ];
  expect(Math.abs(far.biased[2][3]! - near.biased[2][3]!)).toBeLessThan(1e-5);
  device.dispose();
});

function memory(values: Float32Array) {
  return inMemory(values, { rows, layers, hidden });
}

test('the unbiased form needs four rows, the biased one two', async () => {
  const device = await devices[1][1]();
  const three = await cka(await neuronProducts(device, part(memory(data), 0, 3)));
  expect(three.biased[1][2]).toBeGreaterThan(0);
  expect(three.debiased[1][2]).toBeNull();
  const one = await cka(await neuronProducts(device, part(memory(data), 0, 1)));
  expect(one.biased.flat().every((value) => value === null)).toBe(true);
  device.dispose();
});

test('the products count rows over both passes and stop when asked', async () => {
  const device = await devices[1][1]();
  const counts: number[] = [];
  const blocks = inMemory(data, { rows, layers, hidden }, 100);
  await neuronProducts(device, blocks, { progress: (done, total) => counts.push(done / total) });
  expect([...new Set(counts)]).toEqual([1, 2, 3, 4, 5, 6].map((sixth) => sixth / 6));
  const control = new AbortController();
  const running = neuronProducts(device, blocks, {
    signal: control.signal,
    progress: (done) => {
      if (done > rows) control.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  device.dispose();
});

/** 120 rows: 4 layers of 6 neurons, the first of them constant, and 3 layers of 4. */
async function twoModels(blockRows: [number, number] = [50, 32]) {
  const tensors = await readTensors(comparisonUrl);
  return {
    first: inMemory(tensors.get('first')!, { rows: 120, layers: 4, hidden: 6 }, blockRows[0]),
    other: inMemory(tensors.get('other')!, { rows: 120, layers: 3, hidden: 4 }, blockRows[1]),
  };
}

test.each(devices)('%s: layers of two models as by rows × rows Gram matrices in numpy (1e-6)', async (_, open) => {
  const device = await open();
  for (const blocks of [
    [50, 32],
    [4096, 4096],
  ] satisfies [number, number][]) {
    const { first, other } = await twoModels(blocks);
    const found = await ckaBetween(device, first, other);
    expectClose(found.biased, comparison.cka);
    expectClose(found.debiased, comparison.debiased);
    expect(found.biased.map((row) => row.length)).toEqual([3, 3, 3, 3]);
    // Where there is room for a layer of the first at a time, what is found is the same.
    expect(await ckaBetween(device, first, other, {}, 0)).toEqual(found);
  }
  device.dispose();
});

test('a model beside itself is as alike as its own layers are', async () => {
  const device = await devices[1][1]();
  const own = await cka(await neuronProducts(device, memory(data)));
  const itself = await ckaBetween(device, memory(data), memory(data));
  expectClose(itself.biased, own.biased);
  expectClose(itself.debiased, own.debiased);
  device.dispose();
});

test('two models need the same rows', async () => {
  const device = await devices[1][1]();
  const { first, other } = await twoModels();
  await expect(ckaBetween(device, part(first, 0, 100), other)).rejects.toThrow('100 rows beside 120');
  device.dispose();
});
