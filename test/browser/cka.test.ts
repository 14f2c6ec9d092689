import { beforeAll, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import { cka } from '../../src/measures/cka/cka.ts';
import { neuronProducts } from '../../src/redundancy/neuron-products.ts';
import { devices, golden, goldenTensors, hidden, layers, width } from './probe-golden.ts';

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
