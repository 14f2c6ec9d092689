import { beforeAll, expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { bestBlocks, geometryField, type Geometry } from '../../src/measures/geometry/field.ts';
import { geometry } from '../../src/measures/geometry/geometry.ts';
import golden from '../fixtures/probes/measures.json';
import { tensorsOf } from '../fixtures/tensors.ts';
import { join } from 'node:path';
import type { Activations } from '../../src/activations/matrix.ts';
import type { Control } from '../../src/base/abort.ts';
import { neuronProducts } from '../../src/redundancy/neuron-products.ts';
import { processor } from '../fixtures/correlation.ts';

const [layers, hidden, width] = [4, 16, 64];
let all: Float32Array;
beforeAll(async () => {
  const tensors = await tensorsOf(join(import.meta.dirname, '../fixtures/probes/probes.safetensors'));
  all = Float32Array.from(tensors('activations'));
});

type Rows = keyof typeof golden.geometry;

function rowsOf(name: Rows): Float32Array {
  if (name === 'again') return Float32Array.of(...all.subarray(0, 40 * width), ...all.subarray(0, 20 * width));
  return all.slice(0, { all: 300, few: 10, two: 2 }[name] * width);
}

function measure(data: Float32Array, blockRows?: number) {
  return geometryOf(inMemory(data, { rows: data.length / width, layers, hidden }, blockRows));
}

async function geometryOf(activations: Activations, control: Control = {}): Promise<Geometry> {
  return geometry(activations, await neuronProducts(processor, activations), control);
}

/** Every number within 1e-6 of the other's, everything else equal. */
function expectClose(found: unknown, expected: unknown, at = ''): void {
  if (typeof expected === 'number') return expect(Math.abs(Number(found) - expected), at).toBeLessThan(1e-6);
  if (expected === null || typeof expected !== 'object') return expect(found, at).toBe(expected);
  expect(Object.keys(found as object).sort(), at).toEqual(Object.keys(expected).sort());
  for (const [key, value] of Object.entries(expected)) {
    expectClose((found as Record<string, unknown>)[key], value, `${at}.${key}`);
  }
}

test.each<Rows>(['all', 'few', 'again', 'two'])('%s rows: as by the singular values of numpy (1e-6)', async (name) => {
  for (const blockRows of [70, 4096]) expectClose(await measure(rowsOf(name), blockRows), golden.geometry[name]);
});

test('more rows than a chunk have the same geometry as one copy of them', async () => {
  const twice = Float32Array.of(...all, ...all);
  const [once, both] = [await measure(all), await measure(twice, 1000)];
  expectClose({ ...both, anisotropy: 0 }, { ...once, anisotropy: 0 });
});

test('a layer far from zero keeps its spectrum, and one that is the layer before it does nothing', async () => {
  const moved = all.map((value, i) => (Math.floor((i % width) / hidden) === 2 ? value + 64 : value));
  for (let from = 0; from < moved.length; from += width) moved.copyWithin(from + 48, from + 32, from + 48);
  const found = await measure(moved);
  expect(Math.abs(found.effectiveRank[2]! - golden.geometry.all.effectiveRank[2]!)).toBeLessThan(1e-4);
  expect(Math.abs(found.blockInfluence[2]!)).toBeLessThan(1e-12);
  expect(found.angularDistance[2][3]).toBeLessThan(1e-7);
  expect(bestBlocks(found.angularDistance)[0]).toMatchObject({ length: 1, first: 2 });
});

test('one row, vectors of zeros and one neuron have no number instead of a wrong one', async () => {
  const one = await measure(all.slice(0, width));
  expect(one.effectiveRank).toEqual([null, null, null, null]);
  expect(one.anisotropy).toEqual(Array(4).fill({ mean: null, neurons: [] }));
  const zeros = await measure(new Float32Array(3 * width));
  expect(zeros).toMatchObject({ blockInfluence: [null, null, null], matrixEntropy: [null, null, null, null] });
  expect(zeros.angularDistance[1]).toEqual([null, 0, null, null]);
  const narrow = await geometryOf(inMemory(Float32Array.of(1, 2, 1, 3), { rows: 2, layers: 2, hidden: 1 }));
  expect(narrow).toMatchObject({
    participationRatio: [null, 1],
    effectiveRank: [null, 1],
    matrixEntropy: [null, null],
  });
  // A row of zeros has no angle; the other one has.
  const half = await geometryOf(inMemory(Float32Array.of(0, 0, 1, 2, 3, 4, 6, 8), { rows: 2, layers: 2, hidden: 2 }));
  expect(half.blockInfluence[0]).toBeCloseTo(0, 12);
  expect(half.anisotropy[0]).toEqual({ mean: null, neurons: [] });
  for (const value of [one, zeros, narrow, half]) expect(JSON.stringify(value)).toBe(JSON.stringify(noNaN(value)));
});

/** NaN, which JSON would turn into null, is none of the values. */
function noNaN(value: Geometry): Geometry {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (Number.isNaN(part) ? 'NaN' : part))) as Geometry;
}

test('the block of every length that turns vectors least; of equals the lowest', () => {
  const distances = [
    [0, 0.2, 0.3, null],
    [0.2, 0, 0.2, null],
    [0.3, 0.2, 0, null],
    [null, null, null, 0],
  ];
  expect(bestBlocks(distances)).toEqual([
    { length: 1, first: 0, distance: 0.2 },
    { length: 2, first: 0, distance: 0.3 },
  ]);
});

test('counts its work to the end and stops when asked', async () => {
  const blocks = inMemory(all, { rows: 300, layers, hidden }, 100);
  const counts: number[] = [];
  await geometryOf(blocks, { progress: (done) => counts.push(done) });
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts.at(-1)).toBe(1000);
  const control = new AbortController();
  const stopped = geometryOf(blocks, { signal: control.signal, progress: () => control.abort() });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});

test('a value of another model is refused', async () => {
  const value = await measure(all);
  const gap = (change: Partial<Geometry>) => geometryField.gap!({ ...value, ...change }, { layers, hidden });
  expect(gap({})).toBeNull();
  expect(gap({ effectiveRank: [1] })).toContain('geometry.effectiveRank');
  expect(gap({ blockInfluence: [] })).toContain('3 steps');
  expect(gap({ angularDistance: [[0]] })).toContain('4 by 4');
  const neurons = [{ index: 16, part: 1, variance: 0 }];
  expect(gap({ anisotropy: value.anisotropy.map((own) => ({ ...own, neurons })) })).toContain('neuron 16');
});
