/** Measures of rows among one another, against numpy's and SciPy's distances of all pairs. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { intrinsicDimensionField } from '../../src/measures/intrinsic-dimension/field.ts';
import { intrinsicDimension } from '../../src/measures/intrinsic-dimension/intrinsic-dimension.ts';
import { mutualNeighboursField } from '../../src/measures/mutual-neighbours/field.ts';
import { mutualNeighbours } from '../../src/measures/mutual-neighbours/mutual-neighbours.ts';
import { measuredObservations, measuredSection } from '../../src/measures/reports.ts';
import { fieldNames } from '../../src/measures/fields.ts';
import type { Analysis, Measured } from '../../src/report/analysis.ts';
import golden from '../fixtures/probes/measures.json';
import { tensorsOf } from '../fixtures/tensors.ts';

const [layers, hidden, width] = [4, 16, 64];
let all: Float32Array;
beforeAll(async () => {
  const tensors = await tensorsOf(join(import.meta.dirname, '../fixtures/probes/probes.safetensors'));
  all = Float32Array.from(tensors('activations'));
});

type Rows = keyof typeof golden.neighbours;

function rowsOf(name: Rows, blockRows = 70) {
  const again = Float32Array.of(...all.subarray(0, 40 * width), ...all.subarray(0, 20 * width));
  const data = name === 'again' ? again : all.slice(0, { all: 300, few: 10, two: 2 }[name] * width);
  return inMemory(data, { rows: data.length / width, layers, hidden }, blockRows);
}

describe.each<Rows>(['all', 'few', 'again', 'two'])('%s rows', (name) => {
  test('share the neighbours that numpy finds', async () => {
    const { rows, nearest, shares } = await mutualNeighbours(rowsOf(name));
    expect({ rows, nearest }).toEqual({ rows: rowsOf(name).rows, nearest: Math.min(10, rowsOf(name).rows - 1) });
    expect(shares.map((row) => row.map((value) => value && Number(value.toFixed(12))))).toEqual(
      golden.neighbours[name].map((row) => row.map((value) => value && Number(value.toFixed(12)))),
    );
  });

  test('have the dimension that SciPy’s distances give (1e-6)', async () => {
    const { layers: found } = await intrinsicDimension(rowsOf(name));
    const expected = golden.dimension[name];
    expect(found.map((value) => value === null)).toEqual(expected.map((value) => value === null));
    found.forEach((value, layer) => expect(Math.abs((value ?? 0) - (expected[layer] ?? 0))).toBeLessThan(1e-6));
  });
});

test('one row, vectors of zeros and equal rows have no number instead of a wrong one', async () => {
  const one = inMemory(all.slice(0, width), { rows: 1, layers, hidden });
  expect((await mutualNeighbours(one)).shares.flat()).toEqual(Array(16).fill(null));
  expect((await intrinsicDimension(one)).layers).toEqual([null, null, null, null]);
  // A vector of zeros, and three rows of which two are equal: the third has both equally far.
  const odd = inMemory(Float32Array.of(0, 0, 1, 1, 1, 1), { rows: 3, layers: 1, hidden: 2 });
  expect((await intrinsicDimension(odd)).layers).toEqual([null]);
  expect((await mutualNeighbours(odd)).shares).toEqual([[1]]);
});

test('only the first 2,000 rows are compared', async () => {
  const rows = 2003;
  const data = Float32Array.from({ length: rows }, (_, row) => (row < 2000 ? row * row : Number.NaN));
  const found = await intrinsicDimension(inMemory(data, { rows, layers: 1, hidden: 1 }, 512));
  expect(found.rows).toBe(2000);
  expect(found.layers[0]).toBeGreaterThan(0);
});

test('both count layers, stop when asked, and refuse a value of another model', async () => {
  for (const measure of [mutualNeighbours, intrinsicDimension]) {
    const counts: number[] = [];
    await measure(rowsOf('few'), { progress: (done, total) => counts.push(done / total) });
    expect(counts).toEqual([0.25, 0.5, 0.75, 1]);
    const control = new AbortController();
    const stopped = measure(rowsOf('few'), { signal: control.signal, progress: () => control.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  }
  expect(mutualNeighboursField.gap!({ rows: 2, nearest: 1, shares: [[1]] }, { layers, hidden })).toContain('4 by 4');
  expect(intrinsicDimensionField.gap!({ rows: 2, layers: [1] }, { layers, hidden })).toContain('4 layers');
});

test('both are said and drawn in their sections', () => {
  const none = Object.fromEntries(fieldNames.map((name) => [name, null])) as Measured;
  const shares = [
    [null, null, null],
    [null, 1, 0.25],
    [null, 0.25, 1],
  ];
  const measured = {
    ...none,
    mutualNeighbours: { rows: 2000, nearest: 10, shares },
    intrinsicDimension: { rows: 2000, layers: [null, 12.34, 7.5] },
  };
  const view = { metric: 'accuracy', split: 'test', compared: false, estimate: 'biased' } as const;
  const result = { title: 'a run', stem: 'winnow-a', analysis: measured as Analysis };
  const alike = measuredSection('similarity', [result], view);
  expect(alike.findings).toEqual([
    'By the nearest rows, layers 1 and 2 (0.250) are the only two that can be compared.',
  ]);
  const built = measuredSection('geometry', [result], view);
  expect(built.findings).toEqual([
    'Rows vary in most directions in layer 1 (intrinsic dimension 12.3), in layer 2 in 7.50.',
  ]);
  expect(built.figures[0].table.rows.map((row) => row.map(({ text }) => text))).toEqual([
    ['0', '–'],
    ['1', '12.340'],
    ['2', '7.500'],
  ]);
  const rows = measuredObservations(measured, { seeds: [0], metric: 'accuracy' });
  expect(rows.map(({ metric }) => metric)).toEqual([
    ...Array<string>(6).fill('mutual_neighbours'),
    ...Array<string>(3).fill('intrinsic_dimension'),
  ]);
});
