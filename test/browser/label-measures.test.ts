/** What layers tell of labels, on every device: online code length and usable information as PyTorch's probes give them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import { blockEnds, codeLength } from '../../src/measures/code-length/code-length.ts';
import { usableInformation } from '../../src/measures/usable-information/usable-information.ts';
import type { ProbeOptions, ProbePart, ProbeParts } from '../../src/probe/parts.ts';
import { neuronStatistics } from '../../src/probe/statistics.ts';
import measures from '../fixtures/probes/measures.json';
import { devices, golden, goldenTensors, hidden, labelsOf, layers, weightsOf } from './probe-golden.ts';

const rows = 300;
let data: Float32Array;
let labels: Int32Array;
let tensors: Map<string, Float32Array>;
beforeAll(async () => {
  tensors = await goldenTensors();
  data = tensors.get('activations')!;
  labels = labelsOf('three-paper', tensors) as Int32Array;
});

const { seed, epochs, batchSize, learningRate, lambda1, lambda2 } = golden;

function optionsOf(protocol: 'paper' | 'refined'): ProbeOptions {
  const training = protocol === 'paper' ? { epochs } : { epochs: 100, patience: 3 };
  const own = { classes: 3, protocol, seeds: [seed], batchSize, learningRate, lambda1, lambda2 };
  return { ...own, ...training, metrics: ['accuracy'] };
}

/** The same rows may be a part of more of them, whose blocks are cut. */
function partsIn(blockRows: number): ProbeParts {
  const all = inMemory(data, { rows, layers, hidden }, blockRows);
  const rowsOf = (from: number, to: number): ProbePart => {
    return { activations: part(all, from, to), labels: labels.subarray(from, to) };
  };
  const { train, dev } = golden;
  return { train: rowsOf(0, train), dev: rowsOf(train, dev), test: rowsOf(dev, rows) };
}

/** The same rows, each behind one of a label that train lacks. */
function withUnknown({ activations: { rows: count }, labels: own }: ProbePart): ProbePart {
  const width = layers * hidden;
  const from = golden.train * width;
  const twice = new Float32Array(2 * count * width);
  for (let row = 0; row < count; row++) {
    twice.set(data.subarray(from + row * width, from + (row + 1) * width), (2 * row + 1) * width);
  }
  return {
    activations: inMemory(twice, { rows: 2 * count, layers, hidden }, 30),
    labels: Int32Array.from({ length: 2 * count }, (_, row) => (row % 2 === 0 ? -1 : own[(row - 1) / 2])),
  };
}

describe.each(devices)('%s', (name, open) => {
  test.each(['paper', 'refined'] as const)('code length, block by block, %s (1e-4)', async (protocol) => {
    const device = await open();
    const parts = partsIn(70);
    // Dev rows whose label train lacks stop nothing.
    parts.dev = withUnknown(parts.dev);
    const standard = protocol === 'refined' ? await neuronStatistics(parts.train.activations) : null;
    const counts: number[] = [];
    const progress = (done: number) => counts.push(done);
    const found = await codeLength(device, parts, standard, optionsOf(protocol), { progress });
    const expected = measures.codeLength[protocol];
    expect(found.ends).toEqual(expected[0].ends);
    expect(found.uniform).toBeCloseTo(200 * Math.log2(3), 9);
    found.layers.forEach(({ bits }, layer) => {
      const golden = expected[layer].bits;
      const sum = (values: number[]): number => values.reduce((all, value) => all + value);
      expect(Math.abs(sum(bits) - sum(golden)) / sum(golden)).toBeLessThan(1e-4);
      // A bias that starts at its best has a gradient of mere rounding, which Adam takes for a direction.
      const tolerance = protocol === 'paper' ? 1e-4 : 5e-3;
      bits.forEach((value, block) => {
        expect(Math.abs(value - golden[block]) / golden[block], `${layer} ${block}`).toBeLessThan(tolerance);
      });
    });
    // Shuffled labels are learnt from no layer: they take about as much as their shares alone.
    for (const { control } of found.layers) {
      expect(control.reduce((sum, bits) => sum + bits)).toBeGreaterThan(0.95 * found.uniform);
    }
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(1000);
    device.dispose();
  });

  test('usable information of every probe and row (1e-6)', async () => {
    const device = await open();
    const weights = weightsOf('three-paper', tensors, '');
    const trained = { individualWeights: [weights.slice(0, layers)], oracles: [weights[6]], standard: null };
    const { train, test: asked } = partsIn(4096);
    const found = await usableInformation(device, asked, train.labels, trained, optionsOf('paper'));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const expected = Object.values(measures.information);
    expect(Math.abs(found.oracle.mean! - mean(expected[6]))).toBeLessThan(1e-6);
    found.layers.forEach((own, layer) => expect(Math.abs(own.mean! - mean(expected[layer]))).toBeLessThan(1e-6));
    const order = [...expected[6].keys()].sort((a, b) => expected[6][a] - expected[6][b]);
    expect(found.hardest.map(({ row }) => row)).toEqual(order.slice(0, 20));
    const tolerance = name === 'reference' ? 1e-6 : 1e-5;
    for (const { row, bits } of found.hardest) expect(Math.abs(bits - expected[6][row])).toBeLessThan(tolerance);
    expect(found).toMatchObject({ rows: 50, split: 'test' });
    device.dispose();
  });
});

test('blocks end in order, each once, down to two rows and one', () => {
  expect(blockEnds(1)).toEqual([1]);
  expect(blockEnds(2)).toEqual([1, 2]);
  expect(blockEnds(60_614)).toEqual([60, 121, 242, 484, 969, 1939, 3788, 7576, 15_153, 30_307, 60_614]);
});

test('two train rows, one label, and test labels that train lacks have numbers or none', async () => {
  const device = await devices[0][1]();
  const parts = partsIn(4096);
  const two = { ...parts, train: { activations: part(parts.train.activations, 0, 2), labels: labels.slice(0, 2) } };
  const sent = await codeLength(device, two, null, { ...optionsOf('paper'), epochs: 1 });
  expect(sent.layers.flatMap(({ bits, control }) => [...bits, ...control]).every(Number.isFinite)).toBe(true);
  const one = { ...parts, train: { ...parts.train, labels: new Int32Array(200) } };
  const single = await codeLength(device, one, null, { ...optionsOf('paper'), classes: 1, epochs: 1 });
  expect(single).toMatchObject({ uniform: 0 });
  expect(single.layers[1].bits.every((bits) => bits === 0)).toBe(true);
  const weights = weightsOf('three-paper', tensors, '');
  const trained = { individualWeights: [weights.slice(0, layers)], oracles: [weights[6]], standard: null };
  // Label 2 is in no train row, and −1 in none at all.
  const missing = {
    ...parts.test,
    labels: Int32Array.from({ length: 50 }, (_, row) => (row < 3 ? row % 2 : row === 3 ? 2 : -1)),
  };
  const binary = parts.train.labels.map((label) => Math.min(label, 1));
  const found = await usableInformation(device, missing, binary, trained, optionsOf('paper'));
  expect(found.rows).toBe(3);
  expect(found.hardest.map(({ row }) => row).sort()).toEqual([0, 1, 2]);
  const none = { ...parts.test, labels: new Int32Array(50).fill(-1) };
  const empty = await usableInformation(device, none, binary, trained, optionsOf('paper'));
  expect(empty).toMatchObject({ rows: 0, most: null, hardest: [], oracle: { mean: null } });
  device.dispose();
});

test('both stop when asked', async () => {
  const device = await devices[0][1]();
  const parts = partsIn(4096);
  const control = new AbortController();
  const cancel = { signal: control.signal, progress: () => control.abort() };
  await expect(codeLength(device, parts, null, optionsOf('paper'), cancel)).rejects.toMatchObject({
    name: 'AbortError',
  });
  const weights = weightsOf('three-paper', tensors, '');
  const trained = { individualWeights: [weights.slice(0, layers)], oracles: [weights[6]], standard: null };
  const asked = usableInformation(device, parts.test, labels, trained, optionsOf('paper'), cancel);
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  device.dispose();
});
