import { describe, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import { holdNeurons, noNeuron, selectNeurons } from '../../src/activations/select.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';
import { layerProbes } from '../../src/probe/layer-probes.ts';
import type { ProbeOptions, ProbeParts } from '../../src/probe/parts.ts';
import { predictWith } from '../../src/probe/evaluate.ts';
import { layoutOf, narrow, spread } from '../../src/probe/subset-layout.ts';
import { subsetProbes } from '../../src/probe/subset-probes.ts';
import { errorOf } from '../fixtures/errors.ts';
import { hidden, layers, planted } from '../fixtures/planted.ts';

const width = layers * hidden;
const device = referenceDevice();
const parts = planted({ train: 300, dev: 60, test: 50 });
const everything = Int32Array.from({ length: width }, (_, neuron) => neuron);

function optionsOf(protocol: 'paper' | 'refined'): ProbeOptions {
  const training = { epochs: 2, batchSize: 64, learningRate: 0.01, lambda1: 1e-3, lambda2: 1e-3 };
  return { ...training, classes: 2, protocol, seeds: [3, 4], metrics: ['accuracy', 'f1'], metric: 'accuracy' };
}

describe('some neurons as activations', () => {
  const rows = 10;
  const all = inMemory(
    Float32Array.from({ length: rows * width }, (_, i) => i),
    { rows, layers, hidden },
    4,
  );

  test.each([
    ['a view', (own: typeof all, neurons: Int32Array) => Promise.resolve(selectNeurons(own, neurons))],
    ['held in memory', (own: typeof all, neurons: Int32Array) => holdNeurons(own, neurons)],
  ])('%s: columns in the order asked for, zeros for none, also of a part', async (_, select) => {
    for (const [start, end] of [
      [0, 10],
      [3, 9],
    ]) {
      const cut = start === 0 ? all : part(all, start, end);
      const some = await select(cut, Int32Array.of(7, 2, noNeuron));
      expect([some.rows, some.layers, some.hidden]).toEqual([end - start, 1, 3]);
      const found: number[] = [];
      for (let index = 0; index < some.blockCount; index++) found.push(...(await some.block(index)).data);
      const expected = Array.from({ length: end - start }, (__, i) => (start + i) * width);
      expect(found).toEqual(expected.flatMap((row) => [row + 7, row + 2, 0]));
    }
  });

  test('a neuron that is not there, or none at all, is a fault', () => {
    for (const neurons of [[width], [-2], []]) {
      expect(() => selectNeurons(all, Int32Array.from(neurons))).toThrow(/20 neurons/);
    }
  });
});

describe.each([
  [null, 3],
  [4, 3],
  [16, 200],
])('pieces of %s, %s outputs', (piece, outputs) => {
  test.each([[[1]], [[2, 5, 8, 10, 13, 20]], [[3, 4]], [[20]]])('sizes %j: weights come back as they went', (sizes) => {
    const layout = layoutOf(sizes, width, { outputs, width: piece });
    if (piece !== null) expect(layout.hidden).toBe(piece);
    const { hidden: wide } = layout;
    // What is joined is read by the same probes, which read their neurons in order and nothing else.
    const readers = layout.joined.map((_, at) =>
      [...layout.probes.keys()].filter((p) => layout.probes[p].first <= at && at <= layout.probes[p].last).join(),
    );
    for (let at = 1; at < readers.length; at++) {
      if (layout.joined[at] === layout.joined[at - 1]) expect(readers[at]).toBe(readers[at - 1]);
    }
    for (const [p, size] of sizes.entries()) {
      const { first, last } = layout.probes[p];
      const columns = layout.columns.subarray(first * wide, (last + 1) * wide);
      expect([...columns.filter((place) => place !== noNeuron)]).toEqual([...everything.subarray(0, size)]);
      const weights = {
        weight: Float32Array.from({ length: outputs * size }, (_, i) => i + 1),
        bias: new Float32Array(outputs),
      };
      const spreadOut = spread(weights, size, layout);
      expect(spreadOut.weight).toHaveLength(outputs * columns.length);
      columns.forEach((place, column) => {
        expect(spreadOut.weight[column]).toBe(place === noNeuron ? 0 : place + 1);
      });
      expect(narrow(spreadOut, size, layout)).toEqual(weights);
    }
  });

  test('sizes that do not ascend, or are no sizes, are a fault', () => {
    for (const sizes of [[], [0], [5, 5], [7, 3], [21]]) {
      expect(() => layoutOf(sizes, width, { outputs, width: piece })).toThrow(/of 20 neurons/);
    }
  });
});

test('probes have pieces of their own where that makes less work', () => {
  const sizes = [2, 5, 8, 10, 13];
  const rangesOf = (outputs: number, list: number[]) => layoutOf(list, width, { outputs, width: 16 }).probes;
  expect(rangesOf(200, sizes)).toEqual(sizes.map((_, p) => ({ first: p, last: p })));
  // Three pieces of their own would be read, two shared ones are.
  const shared = [
    { first: 0, last: 0 },
    { first: 0, last: 1 },
  ];
  expect(rangesOf(1, [16, 20])).toEqual(shared);
  expect(rangesOf(1000, [16, 20])).toEqual(shared);
});

describe.each(['paper', 'refined'] as const)('%s', (protocol) => {
  const options = optionsOf(protocol);

  test('the first neurons of all layers are the probes on layers 0..k, trained together or alone', async () => {
    const expected = await layerProbes(device, parts, options);
    const subset = { neurons: everything, standard: expected.standard };
    const sizes = Array.from({ length: layers }, (_, k) => (k + 1) * hidden);
    const together = await subsetProbes(device, parts, subset, sizes, options);
    together.forEach(({ scores, weights }, k) => {
      const { train, dev, test: own, classes } = expected.concatenated[k];
      expect(scores).toEqual({ train, dev, test: own, classes });
      weights.forEach(({ weight, bias }, seed) => {
        expect(weight).toEqual(expected.concatenatedWeights[seed][k].weight);
        expect(bias).toEqual(expected.concatenatedWeights[seed][k].bias);
      });
    });
  });

  test('sizes of any width, and neurons of any order, train alike together and alone', async () => {
    const neurons = Int32Array.from(everything, (_, i) => (i * 7) % width);
    const { standard } = await layerProbes(device, parts, { ...options, seeds: [3] });
    const sizes = [1, 2, 6, 7, 15];
    const together = await subsetProbes(device, parts, { neurons, standard }, sizes, options);
    for (const [p, size] of sizes.entries()) {
      const [alone] = await subsetProbes(device, parts, { neurons, standard }, [size], options);
      expect(together[p]).toEqual(alone);
      const right = alone.scores.test.accuracy!.seeds[0]!;
      const view = {
        activations: selectNeurons(parts.test.activations, neurons.subarray(0, size)),
        labels: parts.test.labels,
      };
      const own = standard && {
        mean: Float64Array.from(neurons.subarray(0, size), (neuron) => standard.mean[neuron]),
        deviation: Float64Array.from(neurons.subarray(0, size), (neuron) => standard.deviation[neuron]),
        constant: Uint8Array.from(neurons.subarray(0, size), (neuron) => standard.constant[neuron]),
      };
      const [predicted] = await predictWith(device, view, [alone.weights[0]], own, options);
      expect(predicted.filter((value, row) => value === view.labels[row]).length / 50).toBeCloseTo(right, 12);
    }
  });

  test('scores of a class are those of its rows alone', async () => {
    const { oracle } = await layerProbes(device, parts, options);
    const count = [0, 1].map((label) => parts.test.labels.filter((own) => own === label).length);
    const { classes } = oracle;
    const overall = (classes!.test[0]! * count[0] + classes!.test[1]! * count[1]) / (count[0] + count[1]);
    expect(overall).toBeCloseTo(oracle.test.accuracy!.mean!, 12);
    const without = await layerProbes(device, parts, { ...options, metric: undefined, seeds: [3] });
    expect(without.oracle.classes).toBeUndefined();
  });
});

test('values that are not numbers are said, not scored', async () => {
  const broken: ProbeParts = planted({ train: 300, dev: 60, test: 50 });
  (await broken.dev.activations.block(0)).data[5] = Infinity;
  const error = await errorOf(
    subsetProbes(device, broken, { neurons: Int32Array.of(5), standard: null }, [1], optionsOf('paper')),
  );
  expect(error).toMatchObject({ code: 'bad-data' });
});
