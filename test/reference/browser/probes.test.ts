/** Probes and CKA against the goldens that PyTorch made from minilm-sst2, on every device that runs in a browser. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inMemory } from '../../../src/activations/matrix.ts';
import { linearStart, numpyShuffle } from '../../../src/base/random.ts';
import type { Device, LayerRange, LinearWeights, ProbeTrainer } from '../../../src/compute/device.ts';
import { pearson, spearman } from '../../../src/probe/metrics.ts';
import { cka } from '../../../src/measures/cka/cka.ts';
import { neuronProducts } from '../../../src/redundancy/neuron-products.ts';
import { devices, gather, readTensors, relativeError } from '../../browser/probe-golden.ts';

import hiddenUrl from '../../../../shared/golden/sst2/hidden.safetensors?url';
import probesUrl from '../../../../shared/golden/sst2/probes.safetensors?url';
import probeFactsUrl from '../../../../shared/golden/sst2/probes.json?url';
import ckaUrl from '../../../../shared/golden/sst2/cka.json?url';
import regressionUrl from '../../../../shared/golden/stsb/regression.safetensors?url';
import regressionFactsUrl from '../../../../shared/golden/stsb/regression.json?url';

interface ProbeGolden {
  losses: number[];
  dev: number;
  train: number;
}

async function json<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}

const layers = 7;
const hidden = 384;
const width = layers * hidden;
const training = { epochs: 10, batchSize: 128, learningRate: 1e-3, lambda1: 1e-5, lambda2: 1e-5 };
const ranges: Record<string, LayerRange> = {
  all: { first: 0, last: 6 },
  layer3: { first: 3, last: 3 },
  upto3: { first: 0, last: 3 },
};

/** Rows of the split in its order, by numpy's shuffle with the paper's seed. */
function splitOf(rows: number): { train: Int32Array; dev: Int32Array } {
  const order = numpyShuffle(7361, rows);
  const cut = Math.floor(rows * 0.9);
  return { train: order.subarray(0, cut), dev: order.subarray(cut) };
}

interface Task {
  outputs: number;
  probes: LayerRange[];
  start: LinearWeights[];
  data: Float32Array;
  labels: Int32Array | Float32Array;
}

/** Trains as the golden was; answers with the trainer and the losses of each epoch. */
async function train(device: Device, task: Task): Promise<{ trainer: ProbeTrainer; losses: Float64Array[] }> {
  const { outputs, probes, start, data, labels } = task;
  const loss = outputs === 1 ? 'squared-error' : 'cross-entropy';
  const shape = { layers, hidden, outputs, probes, start };
  const trainer = device.probeTrainer({ ...shape, ...training, loss, penalty: 'norm' });
  const rows = labels.length;
  const losses: Float64Array[] = [];
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    for (let at = 0; at < rows; at += training.batchSize) {
      const end = Math.min(rows, at + training.batchSize);
      await trainer.step(data.slice(at * width, end * width), labels.slice(at, end), end - at);
    }
    losses.push(await trainer.takeLosses());
  }
  return { trainer, losses };
}

/** Outputs of every probe for all rows, [rows, probes × outputs]. */
async function scoresOf(trainer: ProbeTrainer, data: Float32Array, rows: number): Promise<number[]> {
  const all: number[] = [];
  for (let at = 0; at < rows; at += training.batchSize) {
    const end = Math.min(rows, at + training.batchSize);
    all.push(...(await trainer.scores(data.slice(at * width, end * width), end - at)));
  }
  return all;
}

describe.each(devices)('%s', (_, open) => {
  let device: Device;
  beforeAll(async () => {
    device = await open();
  });
  afterAll(() => device.dispose());

  test('sst2/probes: weights to 1e-4, losses to 1e-5, accuracies', async () => {
    const [probes, hiddenStates] = await Promise.all([readTensors(probesUrl), readTensors(hiddenUrl)]);
    const facts = await json<Record<string, ProbeGolden>>(probeFactsUrl);
    const names = Object.keys(ranges);
    const start = names.map((name) => ({ weight: probes.get(`${name}.W0`)!, bias: probes.get(`${name}.b0`)! }));
    start.forEach(({ weight, bias }) => {
      expect(linearStart(11, weight.length / 2, 2)).toEqual({ weights: weight, bias });
    });
    const all = hiddenStates.get('cls')!;
    const gold = Int32Array.from(hiddenStates.get('label')!);
    const split = splitOf(gold.length);
    const part = (rows: Int32Array) => ({ data: gather(all, rows, width), labels: rows.map((row) => gold[row]) });
    const task = { outputs: 2, probes: Object.values(ranges), start, ...part(split.train) };
    const { trainer, losses } = await train(device, task);
    const weights = await trainer.weights();
    names.forEach((name, p) => {
      expect(relativeError(weights[p].weight, probes.get(`${name}.W`)!)).toBeLessThan(1e-4);
      expect(relativeError(weights[p].bias, probes.get(`${name}.b`)!)).toBeLessThan(1e-4);
      losses.forEach((epoch, e) => {
        expect(Math.abs(epoch[p] / facts[name].losses[e] - 1)).toBeLessThan(1e-5);
      });
    });
    for (const [name, rows] of Object.entries(split)) {
      const { data, labels } = part(rows);
      const scores = await scoresOf(trainer, data, rows.length);
      names.forEach((probe, p) => {
        const right = labels.filter((label, row) => {
          const at = (row * names.length + p) * 2;
          return (scores[at + 1] > scores[at] ? 1 : 0) === label;
        });
        expect(right.length / rows.length).toBe(facts[probe][name as 'train' | 'dev']);
      });
    }
    trainer.dispose();
  });

  test('stsb/regression: weights to 1e-4, losses to 1e-5, correlations to 1e-4', async () => {
    const tensors = await readTensors(regressionUrl);
    const facts = await json<{ losses: number[]; dev_pearson: number; dev_spearman: number }>(regressionFactsUrl);
    const start = { weight: tensors.get('W0')!, bias: tensors.get('b0')! };
    expect(linearStart(12, width, 1)).toEqual({ weights: start.weight, bias: start.bias });
    const gold = tensors.get('score')!;
    const split = splitOf(gold.length);
    const labels = Float32Array.from(split.train, (row) => gold[row]);
    const data = gather(tensors.get('cls')!, split.train, width);
    const probes = [{ first: 0, last: 6 }];
    const { trainer, losses } = await train(device, { outputs: 1, probes, start: [start], data, labels });
    const [{ weight, bias }] = await trainer.weights();
    expect(relativeError(weight, tensors.get('W')!)).toBeLessThan(1e-4);
    expect(relativeError(bias, tensors.get('b')!)).toBeLessThan(1e-4);
    losses.forEach(([loss], epoch) => expect(Math.abs(loss / facts.losses[epoch] - 1)).toBeLessThan(1e-5));
    const predicted = await scoresOf(trainer, tensors.get('cls')!, gold.length);
    expect(relativeError(predicted, tensors.get('pred')!)).toBeLessThan(1e-4);
    const dev = [...split.dev];
    const [devPredicted, devGold] = [dev.map((row) => predicted[row]), dev.map((row) => gold[row])];
    expect(Math.abs(pearson(devGold, devPredicted)! - facts.dev_pearson)).toBeLessThan(1e-4);
    expect(Math.abs(spearman(devGold, devPredicted)! - facts.dev_spearman)).toBeLessThan(1e-4);
    trainer.dispose();
  });

  test('sst2/cka to 1e-6, nulls equal', async () => {
    const tensors = await readTensors(hiddenUrl);
    const expected = await json<Record<'biased' | 'debiased', (number | null)[][]>>(ckaUrl);
    const found = await cka(await neuronProducts(device, inMemory(tensors.get('cls')!, { rows: 872, layers, hidden })));
    for (const form of ['biased', 'debiased'] as const) {
      expected[form].forEach((row, i) => {
        row.forEach((value, j) => {
          if (value === null) expect(found[form][i][j]).toBeNull();
          else expect(Math.abs(found[form][i][j]! - value)).toBeLessThan(1e-6);
        });
      });
    }
  });
});
