import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inMemory, part } from '../../src/activations/matrix.ts';
import type { Device } from '../../src/compute/device.ts';
import { layerProbes, type ProbeOptions, type ProbeParts } from '../../src/probe/layer-probes.ts';
import { caseNames, devices, golden, goldenTensors, hidden, isRefined, labelsOf, layers } from './probe-golden.ts';
import { outputsOf, relativeError, width, type CaseName } from './probe-golden.ts';

const rows = 300;
let tensors: Map<string, Float32Array>;
beforeAll(async () => {
  tensors = await goldenTensors();
});

function partsOf(name: CaseName, blockRows = 64): ProbeParts {
  const all = inMemory(tensors.get('activations')!, { rows, layers, hidden }, blockRows);
  const labels = labelsOf(name, tensors);
  const cut = (start: number, end: number) => ({
    activations: part(all, start, end),
    labels: labels.subarray(start, end),
  });
  return { train: cut(0, golden.train), dev: cut(golden.train, golden.dev), test: cut(golden.dev, rows) };
}

function optionsOf(name: CaseName): ProbeOptions {
  const { seed, epochs, batchSize, learningRate, lambda1, lambda2 } = golden;
  return {
    classes: outputsOf(name) === 1 ? null : outputsOf(name),
    protocol: isRefined(name) ? 'refined' : 'paper',
    seeds: [seed],
    epochs,
    batchSize,
    learningRate,
    lambda1,
    lambda2,
    metrics: outputsOf(name) === 1 ? ['pearson', 'spearman'] : ['accuracy', 'macro_f1', 'matthews_corrcoef'],
  };
}

describe.each(devices)('%s', (_, open) => {
  let device: Device;
  beforeAll(async () => {
    device = await open();
  });
  afterAll(() => device.dispose());

  test.each(caseNames.filter((name) => !isRefined(name)))(
    'scores %s from the seed alone as PyTorch, scikit-learn and SciPy do (1e-4)',
    async (name) => {
      const results = await layerProbes(device, partsOf(name), optionsOf(name));
      const expected = golden.cases[name];
      const found = [...results.individual, ...results.concatenated.slice(1)];
      expected.forEach(({ scores }, p) => {
        for (const split of ['train', 'dev', 'test'] as const) {
          const own = found[p][split] as Record<string, { mean: number | null }>;
          if (!scores) expect(own.pearson.mean).toBeNull();
          for (const [metric, value] of Object.entries(scores?.[split] ?? {})) {
            expect(own[metric].mean).toBeCloseTo(value, 4);
          }
        }
      });
      expect(results.concatenated[0]).toEqual(results.individual[0]);
      expect(results.oracle).toEqual({
        train: results.concatenated[3].train,
        dev: results.concatenated[3].dev,
        test: results.concatenated[3].test,
      });
      expect(relativeError(results.oracles[0].weight, tensors.get(`${name}.6.W`)!)).toBeLessThan(1e-5);
    },
  );
});

describe('on WebAssembly', () => {
  let device: Device;
  beforeAll(async () => {
    device = await devices[1][1]();
  });
  afterAll(() => device.dispose());

  test('the refined protocol leaves constant neurons out and depends on the seed, not on the blocks', async () => {
    const name = 'three-refined';
    const options = { ...optionsOf(name), seeds: [5, 6] };
    const seen: number[] = [];
    const results = await layerProbes(device, partsOf(name), options, {
      seedDone: (partial) => seen.push(partial.seedsDone),
    });
    expect(seen).toEqual([1, 2]);
    expect(results.constantNeurons).toBe(hidden + 1);
    for (const { weight } of results.oracles) {
      for (let k = 0; k < 3; k++) {
        expect(weight.slice(k * width, k * width + hidden).every((w) => w === 0)).toBe(true);
        expect(weight[k * width + 2 * hidden + 5]).toBe(0);
        expect(weight[k * width + 2 * hidden + 6]).not.toBe(0);
      }
    }
    expect(results.oracles[0].weight).not.toEqual(results.oracles[1].weight);
    const other = await layerProbes(device, partsOf(name, 37), options);
    expect(other).toEqual(results);
    const { mean, deviation, seeds } = results.oracle.dev.accuracy!;
    expect(seeds).toHaveLength(2);
    expect(mean).toBeCloseTo((seeds[0]! + seeds[1]!) / 2, 12);
    expect(deviation).toBeCloseTo(Math.abs(seeds[0]! - seeds[1]!) / 2, 12);
  });

  test('the refined protocol learns what can be learnt', async () => {
    const results = await layerProbes(device, partsOf('binary-paper'), {
      ...optionsOf('binary-paper'),
      protocol: 'refined',
      epochs: 20,
    });
    expect(results.oracle.test.accuracy!.mean).toBeGreaterThan(0.7);
  });

  test('counts every batch once', async () => {
    const counts: [number, number][] = [];
    await layerProbes(
      device,
      partsOf('binary-paper'),
      { ...optionsOf('binary-paper'), seeds: [1, 2] },
      {
        progress: (done, total) => counts.push([done, total]),
      },
    );
    const total = 2 * (5 * 4 + 1 + 1);
    expect(counts.map(([done]) => done)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    expect(counts.every(([, all]) => all === total)).toBe(true);
  });

  test('stops in mid-training when asked, and trains again afterwards', async () => {
    const control = new AbortController();
    const options = { ...optionsOf('binary-paper'), epochs: 10_000 };
    let batches = 0;
    const progress = () => {
      batches += 1;
      if (batches === 50) control.abort();
    };
    const running = layerProbes(device, partsOf('binary-paper'), options, { signal: control.signal, progress });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(batches).toBe(50);
    const again = await layerProbes(device, partsOf('binary-paper'), optionsOf('binary-paper'));
    expect(again.oracle.dev.accuracy!.mean).toBeCloseTo(golden.cases['binary-paper'][6].scores.dev.accuracy, 4);
  });

  test('answers an abort that comes from outside while it trains', async () => {
    const control = new AbortController();
    const options = { ...optionsOf('binary-paper'), epochs: 100_000 };
    // A task of its own, like a click: it comes only where training lets events in.
    const progress = (): void => void setTimeout(() => control.abort());
    const running = layerProbes(device, partsOf('binary-paper'), options, { signal: control.signal, progress });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('labels that do not fit are refused', async () => {
    const parts = partsOf('three-paper');
    await expect(layerProbes(device, parts, { ...optionsOf('three-paper'), classes: 2 })).rejects.toThrow(
      /label 2 in row/,
    );
    const short = { ...parts, dev: { ...parts.dev, labels: parts.dev.labels.subarray(1) } };
    await expect(layerProbes(device, short, optionsOf('three-paper'))).rejects.toThrow('50 rows');
  });
});

test.each(devices)('%s: activations that are not numbers end in an error, not in scores', async (_, open) => {
  const device = await open();
  for (const [value, row] of [
    [NaN, 10],
    [Infinity, 10],
    [NaN, 220],
  ]) {
    const parts = partsOf('binary-paper');
    const data = tensors.get('activations')!.slice();
    data[row * width + 20] = value;
    const all = inMemory(data, { rows, layers, hidden }, 64);
    parts.train.activations = part(all, 0, golden.train);
    parts.dev.activations = part(all, golden.train, golden.dev);
    await expect(layerProbes(device, parts, optionsOf('binary-paper'))).rejects.toMatchObject({ code: 'bad-data' });
  }
  device.dispose();
});
