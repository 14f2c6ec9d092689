/** Probes on the first N of a list, trained together on pieces of odd widths, on every device. */
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import type { ProbeOptions, ProbeParts } from '../../src/probe/parts.ts';
import { neuronStatistics } from '../../src/probe/statistics.ts';
import { predictWith } from '../../src/probe/evaluate.ts';
import { subsetProbes, type SubsetProbe } from '../../src/probe/subset-probes.ts';
import { devices, golden, goldenTensors, hidden, labelsOf, layers, relativeError, width } from './probe-golden.ts';

const rows = 300;
const sizes = [1, 3, 20, 47, 64];
const neurons = Int32Array.from({ length: width }, (_, i) => (i * 27) % width);
let parts: ProbeParts;
beforeAll(async () => {
  const tensors = await goldenTensors();
  const all = inMemory(tensors.get('activations')!, { rows, layers, hidden }, 64);
  const labels = labelsOf('three-paper', tensors);
  const cut = (start: number, end: number) => ({
    activations: part(all, start, end),
    labels: labels.subarray(start, end),
  });
  parts = { train: cut(0, golden.train), dev: cut(golden.train, golden.dev), test: cut(golden.dev, rows) };
});

function optionsOf(protocol: 'paper' | 'refined'): ProbeOptions {
  const { seed, epochs, batchSize, learningRate, lambda1, lambda2 } = golden;
  const training = { epochs, batchSize, learningRate, lambda1, lambda2 };
  return { ...training, classes: 3, protocol, seeds: [seed], metrics: ['accuracy'] };
}

describe.each(['paper', 'refined'] as const)('%s', (protocol) => {
  const options = optionsOf(protocol);
  let expected: SubsetProbe[];

  test.each(devices)('%s trains them as the reference does (1e-5), and scores given weights', async (name, open) => {
    const device = await open();
    const standard = protocol === 'refined' ? await neuronStatistics(parts.train.activations) : null;
    const found = await subsetProbes(device, parts, { neurons, standard }, sizes, options);
    if (name === 'reference') expected = found;
    found.forEach(({ size, weights, scores }, p) => {
      expect(size).toBe(sizes[p]);
      expect(relativeError(weights[0].weight, expected[p].weights[0].weight)).toBeLessThan(1e-5);
      expect(scores.dev.accuracy!.mean).toBeCloseTo(expected[p].scores.dev.accuracy!.mean!, 1);
    });
    const whole = found[sizes.length - 1];
    const weight = new Float32Array(3 * width);
    whole.weights[0].weight.forEach((value, i) => {
      weight[Math.floor(i / width) * width + neurons[i % width]] = value;
    });
    const given = [{ weight, bias: whole.weights[0].bias }];
    const [predicted] = await predictWith(device, parts.test, given, standard, options);
    const right = predicted.filter((value, row) => value === parts.test.labels[row]).length;
    expect(right / parts.test.labels.length).toBeCloseTo(whole.scores.test.accuracy!.mean!, 6);
    device.dispose();
  });
});

describe('a piece wider than a tile of the kernels, and no multiple of one', () => {
  const wide = 333;
  const options = { ...optionsOf('paper'), epochs: 1, seeds: [2] };
  let expected: SubsetProbe[];

  test.each(devices)('%s trains it as the reference does (1e-5)', async (name, open) => {
    const random = new Mt19937(9);
    const make = (count: number) => {
      const data = new Float32Array(count * wide);
      random.uniform(data, -1, 1);
      const labels = Int32Array.from({ length: count }, () => random.interval(2));
      return { activations: inMemory(data, { rows: count, layers: 1, hidden: wide }), labels };
    };
    const made = { train: make(150), dev: make(10), test: make(10) };
    const device = await open();
    const subset = { neurons: Int32Array.from({ length: wide }, (_, neuron) => neuron), standard: null };
    const found = await subsetProbes(device, made, subset, [130, wide], options);
    if (name === 'reference') expected = found;
    found.forEach(({ weights }, p) => {
      expect(relativeError(weights[0].weight, expected[p].weights[0].weight)).toBeLessThan(1e-5);
    });
    device.dispose();
  });
});
