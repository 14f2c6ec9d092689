/** The order of neurons without a probe, against numpy's means of labels, and beside the probe's. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';
import { fieldNames } from '../../src/measures/fields.ts';
import { probelessField, type Probeless } from '../../src/measures/probeless/field.ts';
import { meanDistances, orderByDistance, probeless } from '../../src/measures/probeless/probeless.ts';
import { measuredObservations, measuredSection } from '../../src/measures/reports.ts';
import { neuronStatistics } from '../../src/probe/statistics.ts';
import type { ProbeOptions, ProbePart } from '../../src/probe/parts.ts';
import type { Analysis, Measured } from '../../src/report/analysis.ts';
import { unspaced } from '../../src/report/format.ts';
import golden from '../fixtures/probes/measures.json';
import { tensorsOf } from '../fixtures/tensors.ts';

const [rows, layers, hidden, width] = [300, 4, 16, 64];
let data: Float32Array;
let labels: Int32Array;
beforeAll(async () => {
  const tensors = await tensorsOf(join(import.meta.dirname, '../fixtures/probes/probes.safetensors'));
  data = Float32Array.from(tensors('activations'));
  labels = Int32Array.from(tensors('three'));
});

function rowsOf(from: number, to: number): ProbePart {
  const all = inMemory(data, { rows, layers, hidden }, 70);
  return { activations: part(all, from, to), labels: labels.subarray(from, to) };
}

async function distancesOf(some: ProbePart, classes = 3): Promise<Float64Array> {
  const { constant } = await neuronStatistics(some.activations);
  return meanDistances(some, constant, classes);
}

test('distances of the labels’ means (1e-6) and their order are numpy’s', async () => {
  const found = await distancesOf(rowsOf(0, 200));
  golden.probeless.sizes.forEach((size, neuron) => expect(Math.abs(found[neuron] - size)).toBeLessThan(1e-6));
  expect([...orderByDistance(found)]).toEqual(golden.probeless.order);
});

test('a label without rows makes no pair, and one label no distance', async () => {
  const own = rowsOf(0, 200);
  expect(await distancesOf(own, 5)).toEqual(await distancesOf(own));
  expect([...(await distancesOf({ ...own, labels: new Int32Array(200) }))]).toEqual(Array(width).fill(0));
  expect([...(await distancesOf(rowsOf(0, 1)))]).toEqual(Array(width).fill(0));
});

test('probes on the first neurons of either order are trained and scored', async () => {
  const options: ProbeOptions = {
    ...{ classes: 3, protocol: 'paper', seeds: [0, 1], epochs: 2, batchSize: 64, learningRate: 0.01 },
    ...{ lambda1: 1e-5, lambda2: 1e-5, metrics: ['accuracy'] },
  };
  const parts = { train: rowsOf(0, 200), dev: rowsOf(200, 250), test: rowsOf(250, 300) };
  // A probe that leans on the very neurons that the labels' means lie far apart in.
  const weight = new Float32Array(3 * width);
  golden.probeless.order.forEach((neuron, place) => (weight[neuron] = 100 - place));
  const oracles = [{ weight, bias: new Float32Array(3) }];
  const counts: number[] = [];
  const progress = (done: number) => counts.push(done);
  const found = await probeless(referenceDevice(), parts, { oracles, standard: null }, options, { progress });
  expect(found.leading).toEqual(golden.probeless.order.slice(0, 50));
  // A thousandth of 64 neurons is one; each size once.
  expect(found.sizes.map(({ neurons }) => neurons)).toEqual([1, 3, 6]);
  expect(found.sizes[0].overlap).toBe(1);
  expect(found.sizes[0].probeless).toEqual(found.sizes[0].probe);
  expect(found.sizes[2].probeless.accuracy?.seeds).toHaveLength(1);
  expect(counts.at(-1)).toBe(1000);
  expect(probelessField.gap!(found, { layers, hidden })).toBeNull();
  expect(probelessField.gap!(found, { layers: 1, hidden })).toContain('but there are 16');
});

test('both orders are said, drawn and written row by row', () => {
  const score = (mean: number) => ({ accuracy: { mean, deviation: 0, seeds: [mean] } });
  const value: Probeless = {
    leading: [3],
    sizes: [
      { neurons: 2, overlap: 0.5, probeless: score(0.8), probe: score(0.7) },
      { neurons: 20, overlap: 0.25, probeless: score(0.85), probe: score(0.9) },
    ],
  };
  const none = Object.fromEntries(fieldNames.map((name) => [name, null])) as Measured;
  const oracle = { train: score(0.95), dev: score(0.95), test: score(0.95) };
  const facts = { oracle, metric: 'accuracy', protocol: 'refined', classes: 2, majority: 0.5, selection: [] };
  const analysis = { ...none, ...facts, probeless: value, instances: { train: 9000, dev: 900, test: 900 } };
  const result = { title: 'a run', stem: 'winnow-a', analysis: analysis as unknown as Analysis };
  const view = { metric: 'accuracy', split: 'test', compared: false, estimate: 'biased' } as const;
  const { figures } = measuredSection('neurons', [result], view);
  expect(figures.map(({ id }) => id)).toEqual(['probeless']);
  expect(unspaced(figures[0].description)).toContain(
    'With 20 neurons 85.0 % without a probe, 90.0 % by the probe; 25.0 % of them are in both. The order without a probe is ahead at 1 of 2 sizes.',
  );
  expect(figures[0].table.rows.map((row) => row.map(({ text }) => unspaced(text)))).toEqual([
    ['2', '80.0 %', '70.0 %', '50.0 %'],
    ['20', '85.0 %', '90.0 %', '25.0 %'],
  ]);
  const rowsOfIt = measuredObservations({ ...none, probeless: value }, { seeds: [0], metric: 'accuracy' });
  expect(rowsOfIt.map(({ kind, metric }) => `${kind} ${metric}`).slice(0, 3)).toEqual([
    'probeless-order overlap',
    'probeless-order accuracy',
    'probe-order accuracy',
  ]);
});
