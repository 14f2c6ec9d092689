import { beforeAll, expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { procrustes } from '../../src/measures/procrustes/stage.ts';
import similarity from '../fixtures/probes/procrustes.json';
import { devices, goldenTensors, hidden, layers, width } from './probe-golden.ts';

const rows = 300;
let data: Float32Array;
beforeAll(async () => {
  data = (await goldenTensors()).get('activations')!;
});

function memory(values: Float32Array, blockRows?: number) {
  return inMemory(values, { rows, layers, hidden }, blockRows);
}

function expectClose(found: (number | null)[][], expected: (number | null)[][]): void {
  expect(found.map((row) => row.map((value) => value === null))).toEqual(
    expected.map((row) => row.map((value) => value === null)),
  );
  const differences = found.flatMap((row, i) => row.map((value, j) => Math.abs((value ?? 0) - (expected[i][j] ?? 0))));
  expect(Math.max(...differences)).toBeLessThan(1e-6);
}

test.each(devices)('%s: as by the singular values of numpy (1e-6)', async (_, open) => {
  const device = await open();
  for (const blockRows of [70, 4096]) {
    const found = await procrustes(device, memory(data, blockRows));
    expectClose(found, similarity);
    expect(found[1][1]).toBe(1);
    expect(found[2][1]).toBe(found[1][2]);
  }
  device.dispose();
});

test('a layer that is another one turned, moved and made larger is the same', async () => {
  const device = await devices[0][1]();
  const [cosine, sine] = [Math.cos(1), Math.sin(1)];
  const turned = data.slice();
  for (let row = 0; row < rows; row++) {
    const from = row * width + hidden;
    for (let j = 0; j < hidden; j += 2) {
      turned[from + hidden + j] = 3 * (cosine * data[from + j] - sine * data[from + j + 1]) + 1;
      turned[from + hidden + j + 1] = 3 * (sine * data[from + j] + cosine * data[from + j + 1]) - 2;
    }
  }
  const found = await procrustes(device, memory(turned));
  expect(found[1][2]).toBeCloseTo(1, 6);
  expect(found[1][3]).toBeLessThan(0.9);
  device.dispose();
});

test('counts pairs of layers and stops when asked', async () => {
  const device = await devices[1][1]();
  const counts: [number, number][] = [];
  await procrustes(device, memory(data), { progress: (done, total) => counts.push([done, total]) });
  expect(counts).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
  const control = new AbortController();
  const running = procrustes(device, memory(data), { signal: control.signal, progress: () => control.abort() });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  device.dispose();
});
