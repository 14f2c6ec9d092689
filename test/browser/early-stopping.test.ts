/** Probes that stop early, from the rows to the scores, as PyTorch trains them (tools/goldens/early_stopping.py). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import type { Device } from '../../src/compute/device.ts';
import { layerProbes, type ProbeOptions, type ProbeParts } from '../../src/probe/layer-probes.ts';
import { TrainingLog } from '../../src/probe/training-log.ts';
import facts from '../fixtures/probes/early-stopping.json';
import { trainingCase } from '../fixtures/training.ts';
import { devices, golden, goldenTensors, hidden, labelsOf, layers, relativeError } from './probe-golden.ts';

type CaseName = keyof typeof facts.cases;
const caseNames = Object.keys(facts.cases) as CaseName[];
const rows = 300;
let tensors: Map<string, Float32Array>;
beforeAll(async () => {
  tensors = await goldenTensors();
});

function partsOf(name: CaseName): ProbeParts {
  const all = inMemory(tensors.get('activations')!, { rows, layers, hidden }, 64);
  const labels = labelsOf(name === 'score' ? 'score-refined' : 'three-refined', tensors);
  const cut = (start: number, end: number) => ({
    activations: part(all, start, end),
    labels: labels.subarray(start, end),
  });
  return { train: cut(0, golden.train), dev: cut(golden.train, golden.dev), test: cut(golden.dev, rows) };
}

function optionsOf(name: CaseName): ProbeOptions {
  const { seed, batchSize, learningRate, lambda1, lambda2 } = golden;
  return {
    ...{ protocol: 'refined', seeds: [seed], batchSize, learningRate, lambda1, lambda2 },
    ...{ classes: name === 'score' ? null : 3, epochs: facts.epochs[name], patience: facts.patience },
    metrics: name === 'score' ? ['pearson', 'spearman'] : ['accuracy', 'macro_f1', 'matthews_corrcoef'],
  };
}

describe.each(devices)('%s', (_, open) => {
  let device: Device;
  beforeAll(async () => {
    device = await open();
  });
  afterAll(() => device.dispose());

  test.each(caseNames)('stops %s where PyTorch does: epochs, losses (1e-4), scores (1e-4)', async (name) => {
    const log = new TrainingLog();
    const counts: [number, number][] = [];
    const results = await layerProbes(
      device,
      partsOf(name),
      { ...optionsOf(name), log },
      {
        progress: (done, total) => counts.push([done, total]),
      },
    );
    const expected = facts.cases[name];
    const found = [...results.individual, ...results.concatenated.slice(1)];
    expected.forEach(({ train, dev, best, scores }, p) => {
      const [curves] = results.curves;
      expect(curves[p].best).toBe(best);
      expect(relativeError(curves[p].train, train)).toBeLessThan(1e-4);
      expect(relativeError(curves[p].dev, dev)).toBeLessThan(1e-4);
      for (const split of ['train', 'dev', 'test'] as const) {
        const own = found[p][split] as Record<string, { mean: number | null }>;
        for (const [metric, value] of Object.entries(scores?.[split] ?? {})) {
          expect(own[metric].mean).toBeCloseTo(value, 4);
        }
      }
    });
    expect(log.limited).toBe(expected.filter(({ best }) => best === facts.epochs[name]).length);
    expect(counts.every(([done, total]) => done <= total)).toBe(true);
    const last = counts[counts.length - 1];
    expect(last[0]).toBe(last[1]);
  });

  test('a trainer goes on from where another one stood with some of its probes (1e-6)', async () => {
    const { spec, batches } = trainingCase({ layers: 3, hidden: 20, outputs: 3 });
    const whole = device.probeTrainer(spec);
    const first = device.probeTrainer(spec);
    for (const { data, labels, rows: count } of batches) {
      await whole.step(data, labels, count);
      await first.step(data, labels, count);
    }
    const numbers = [1, 4];
    const [start, { steps, moments, squares }] = [await first.weights(), await first.adam()];
    first.dispose();
    expect(steps).toBe(batches.length);
    const some = <T>(all: readonly T[]) => numbers.map((probe) => all[probe]);
    const rest = device.probeTrainer({
      ...{ ...spec, probes: some(spec.probes), start: some(start) },
      adam: { steps, moments: some(moments), squares: some(squares) },
    });
    for (const { data, labels, rows: count } of batches) {
      await whole.step(data, labels, count);
      await rest.step(data, labels, count);
    }
    const [all, own] = [await whole.weights(), await rest.weights()];
    numbers.forEach((probe, i) => {
      expect(relativeError(own[i].weight, all[probe].weight)).toBeLessThan(1e-6);
      expect(relativeError(own[i].bias, all[probe].bias)).toBeLessThan(1e-6);
    });
    whole.dispose();
    rest.dispose();
  });
});
