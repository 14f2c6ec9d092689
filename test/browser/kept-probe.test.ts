/** The probe that a minimal set keeps, on raw activations, says what the trained one says of standardised ones, on every device. */
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import { selectNeurons } from '../../src/activations/select.ts';
import { floatsFromBase64 } from '../../src/base/base64.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';
import type { Device, LinearWeights } from '../../src/compute/device.ts';
import { noClustering } from '../../src/data/question.ts';
import { splitSeed } from '../../src/data/split.ts';
import { batches } from '../../src/probe/batches.ts';
import { layerProbes } from '../../src/probe/layer-probes.ts';
import { medianSeed } from '../../src/probe/kept-probe.ts';
import type { ProbePart, ProbeParts } from '../../src/probe/parts.ts';
import { selectStatistics, type NeuronStatistics } from '../../src/probe/statistics.ts';
import { specOf } from '../../src/probe/train.ts';
import { Clusterer, drawsAfterSplit } from '../../src/redundancy/clusterer.ts';
import {
  selectFromAll,
  selectNeuronSets,
  type Selected,
  type SelectionOptions,
} from '../../src/redundancy/selection.ts';
import { devices, golden, goldenTensors, hidden, labelsOf, layers, type CaseName } from './probe-golden.ts';
import { correlationOf } from '../fixtures/correlation.ts';

const rows = 300;
let tensors: Map<string, Float32Array<ArrayBuffer>>;
beforeAll(async () => {
  tensors = await goldenTensors();
});

/** Far from zero, as a model's outlier neurons are. */
function shifted(): Float32Array<ArrayBuffer> {
  return tensors.get('activations')!.map((value, at) => (at % 7 === 0 ? value * 3 + 20 : value));
}

function partsOf(name: CaseName): ProbeParts {
  const all = inMemory(shifted(), { rows, layers, hidden }, 64);
  const labels = labelsOf(name, tensors);
  const cut = (start: number, end: number): ProbePart => ({
    activations: part(all, start, end),
    labels: labels.slice(start, end),
  });
  return { train: cut(0, golden.train), dev: cut(golden.train, golden.dev), test: cut(golden.dev, rows) };
}

/** As a run of labelled words has them: types of words, and a label that train lacks. */
function wordParts(): ProbeParts {
  const parts = partsOf('three-paper');
  const typed = (own: ProbePart): ProbePart => ({ ...own, types: Int32Array.from(own.labels, (_, row) => row % 9) });
  const test = typed(parts.test);
  test.labels[3] = -1;
  return { train: typed(parts.train), dev: typed(parts.dev), test, vocabulary: [...'abcdefghi'] };
}

/** Logits of one probe on all rows of a part, [rows, outputs]. */
async function logitsOf(
  device: Device,
  { activations, labels }: ProbePart,
  weights: LinearWeights,
  standard: NeuronStatistics | null,
  options: SelectionOptions,
): Promise<number[]> {
  const trainer = device.probeTrainer(
    specOf(activations, options, [{ first: 0, last: activations.layers - 1 }], [weights]),
  );
  const found: number[] = [];
  for await (const batch of batches(activations, labels, { batchSize: options.batchSize, shuffle: null, standard })) {
    found.push(...(await trainer.scores(batch.data, batch.rows)).subarray(0, batch.rows * weights.bias.length));
  }
  trainer.dispose();
  return found;
}

const kinds = [
  ['sentences', 3, () => partsOf('three-paper')],
  ['words', 3, wordParts],
  ['regression', null, () => partsOf('score-paper')],
] as const;

let inAnotherOrder = 0;

describe.each(['paper', 'refined'] as const)('%s', (protocol) => {
  describe.each(kinds)('%s', (_, classes, makeParts) => {
    const { batchSize, learningRate, lambda1, lambda2 } = golden;
    const metric = classes === null ? 'pearson' : 'accuracy';
    const training = { epochs: 6, batchSize, learningRate, lambda1, lambda2 };
    const options = { ...training, classes, protocol, seeds: [3, 4, 5, 6], metrics: [metric], metric } as const;
    let parts: ProbeParts;
    let statistics: NeuronStatistics | null;
    let answers: Selected[];

    beforeAll(async () => {
      parts = makeParts();
      const trained = await layerProbes(referenceDevice(), parts, options);
      statistics = trained.standard;
      const draws = drawsAfterSplit(splitSeed, rows);
      const clusterer = new Clusterer(await correlationOf(parts.train.activations), { protocol, hidden, draws });
      const input = { parts, layers: trained, clusterer };
      // Losing nothing, the base may be the answer: it reads its neurons in another order.
      const deltas = [50, 0].map((neurons) => ({ layers: 1, neurons }));
      const question = { deltas, thresholds: [noClustering, 0.5] };
      answers = await selectNeuronSets(referenceDevice(), input, question, options);
      answers.push(await selectFromAll(referenceDevice(), input, options));
    });

    test.each(devices)('%s: logits to 1e-4, the same predictions', async (_name, open) => {
      const device = await open();
      for (const { entry, neurons, weights } of answers) {
        const { probe, ...minimal } = entry.minimalSet;
        const columns = Int32Array.from(minimal.neurons, ({ layer, index }) => layer * hidden + index);
        if (columns.some((neuron, at) => neuron !== neurons[at])) inAnotherOrder += 1;
        const place = medianSeed(minimal.dev[metric]!);
        expect(probe!.seed).toBe(options.seeds[place]);
        expect(probe!.test[metric]).toBe(minimal.test[metric]!.seeds[place]);
        const folded = { weight: floatsFromBase64(probe!.weight)!, bias: floatsFromBase64(probe!.bias)! };
        const of = (read: Int32Array) => ({ ...parts.test, activations: selectNeurons(parts.test.activations, read) });
        const standard = statistics && selectStatistics(statistics, neurons);
        const before = await logitsOf(device, of(neurons), weights[place], standard, options);
        const after = await logitsOf(device, of(columns), folded, null, options);
        const error = Math.max(...before.map((value, at) => Math.abs(value - after[at])));
        expect(error).toBeLessThan(1e-4);
        if (classes !== null) expect(predictionsOf(after, classes)).toEqual(predictionsOf(before, classes));
      }
      device.dispose();
    });
  });
});

test('among them are probes that read their neurons in another order than the set has them', () => {
  expect(inAnotherOrder).toBeGreaterThan(0);
});

/** Class numbers, [rows]. */
function predictionsOf(logits: readonly number[], classes: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const own = logits.slice(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}
