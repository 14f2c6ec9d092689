import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';
import { layerProbes, type TrainedLayers } from '../../src/probe/layer-probes.ts';
import type { ProbePart, ProbeParts } from '../../src/probe/parts.ts';
import { ablation } from '../../src/measures/ablation/ablation.ts';
import { Clusterer, drawsAfterSplit } from '../../src/redundancy/clusterer.ts';
import { clusteringSweep } from '../../src/redundancy/clustering-sweep.ts';
import { layerContenders } from '../../src/measures/mcnemar/contenders.ts';
import { compareAnswer, compareWithOracle } from '../../src/measures/mcnemar/mcnemar.ts';
import { selectFromAll, selectNeuronSets, type SelectionOptions } from '../../src/redundancy/selection.ts';
import { controlParts, selectivity } from '../../src/measures/selectivity/selectivity.ts';
import type { SelectionEntry } from '../../src/run/run-file.ts';
import { errorOf } from '../fixtures/errors.ts';
import { corrections, hidden, layers, planted, plantedCluster } from '../fixtures/planted.ts';
import { correlationOf } from '../fixtures/correlation.ts';

const device = referenceDevice();
const rows = { train: 1000, dev: 200, test: 200 };
const pairs = [3, 2, 1].map((delta) => ({ layers: delta, neurons: 1 }));

function optionsOf(protocol: 'paper' | 'refined'): SelectionOptions {
  const training = { epochs: 12, batchSize: 50, learningRate: 0.03, lambda1: 1e-5, lambda2: 1e-5 };
  return { ...training, classes: 2, protocol, seeds: [0, 1], metrics: ['accuracy', 'f1'], metric: 'accuracy' };
}

interface Prepared {
  parts: ProbeParts;
  options: SelectionOptions;
  trained: TrainedLayers;
  clusterer: Clusterer;
}

async function prepare(protocol: 'paper' | 'refined', parts = planted(rows)): Promise<Prepared> {
  const options = optionsOf(protocol);
  const trained = await layerProbes(device, parts, options);
  const correlation = await correlationOf(parts.train.activations);
  const draws = drawsAfterSplit(7361, rows.train + rows.dev);
  return { parts, options, trained, clusterer: new Clusterer(correlation, { protocol, hidden, draws }) };
}

function select({ parts, options, trained, clusterer }: Prepared, thresholds = [-1, 0.3], deltas = pairs) {
  return selectNeuronSets(device, { parts, layers: trained, clusterer }, { deltas, thresholds }, options);
}

function modelNeurons({ minimalSet }: SelectionEntry): number[] {
  return minimalSet.neurons.map(({ layer, index }) => layer * hidden + index);
}

describe.each(['paper', 'refined'] as const)('%s', (protocol) => {
  let prepared: Prepared;
  beforeAll(async () => {
    prepared = await prepare(protocol);
  });

  test('layers stop where the planted signal is enough, a different one for each delta', async () => {
    const dev = prepared.trained.concatenated.map((own) => own.dev.accuracy!.mean!);
    expect(dev.slice(1)).toEqual([0.975, 0.985, 0.995, 1]);
    const found = await select(prepared);
    expect(found.map(({ entry }) => [entry.deltas.layers, entry.threshold, entry.topLayer])).toEqual([
      [3, -1, 1],
      [3, 0.3, 1],
      [2, -1, 2],
      [2, 0.3, 2],
      [1, -1, 3],
      [1, 0.3, 3],
    ]);
  });

  test('the minimal set holds what was planted, once where it is clustered', async () => {
    for (const { entry, neurons, weights } of await select(prepared)) {
      const minimal = modelNeurons(entry);
      expect([...neurons].sort()).toEqual([...minimal].sort());
      expect(weights.map(({ weight }) => weight.length)).toEqual([2 * minimal.length, 2 * minimal.length]);
      expect(minimal).toEqual(entry.ordering.slice(0, entry.minimalSet.size));
      expect(new Set(entry.ordering).size).toBe(entry.ordering.length);
      expect(Math.max(...entry.weights!)).toBe(Math.max(...entry.leaders!.map((own) => own.weights[0])));
      for (const { neurons: leading, weights: sizes } of entry.leaders!) {
        expect([...sizes].sort((a, b) => b - a)).toEqual(sizes);
        const largest = entry.weights![entry.ordering.indexOf(leading[0])];
        expect(largest).toBeGreaterThanOrEqual(sizes[0]);
      }
      const { dev } = entry.sizes.find((own) => own.neurons === entry.minimalSet.size)!;
      expect(entry.minimalSet.dev).toEqual(dev);
      expect(dev.accuracy!.mean).toBeGreaterThan(0.99 * entry.base.dev.accuracy!.mean!);
      // One per cent may be lost, and each correction up to the top layer is worth that or more.
      const needed = [...corrections.keys()].filter((neuron) => neuron < (entry.topLayer + 1) * hidden);
      for (const neuron of needed) expect(minimal).toContain(neuron);
      const signals = minimal.filter((neuron) => plantedCluster.includes(neuron)).length;
      expect(signals).toBeGreaterThanOrEqual(1);
      if (entry.threshold !== 0.3) continue;
      expect(signals).toBe(1);
      expect(new Set(plantedCluster.map((neuron) => entry.labels![neuron])).size).toBe(1);
    }
  });

  test('all layers, no clustering, a fine grid', async () => {
    const { parts, options, trained, clusterer } = prepared;
    const { entry } = await selectFromAll(device, { parts, layers: trained, clusterer }, options);
    expect(entry).toMatchObject({ deltas: { layers: 0, neurons: 1 }, threshold: -1, topLayer: layers - 1 });
    // At 99 % of 200 rows one may be wrong: the corrections of two rows each are needed.
    expect(modelNeurons(entry)).toEqual(expect.arrayContaining([8, 12]));
  });

  test('clusters at every threshold with the scores of their representatives', async () => {
    const { parts, options, trained, clusterer } = prepared;
    const entries = await clusteringSweep(device, { parts, layers: trained, clusterer }, [-1, 0.3, 0.9], options);
    expect(entries.map(({ threshold, clusters }) => [threshold, clusters])).toEqual([
      [-1, protocol === 'paper' ? 20 : 16],
      [0.3, protocol === 'paper' ? 17 : 13],
      [0.9, entries[2].clusters],
    ]);
    for (const { constantNeurons, windows, clusters } of entries) {
      expect(constantNeurons).toBe(4);
      expect(windows.reduce((sum, own) => sum + own.clusters, 0)).toBe(clusters);
    }
    expect(entries[0].dev).toEqual(trained.oracle.dev);
    expect(entries[1].dev!.accuracy!.mean).toBeCloseTo(1, 2);
  });
});

describe('the extra questions', () => {
  let prepared: Prepared;
  beforeAll(async () => {
    prepared = await prepare('refined');
  });

  test('probes on shuffled labels learn nothing that holds on other rows', async () => {
    const { parts, options, trained } = prepared;
    const found = await selectivity(device, parts, trained, options);
    expect(found.oracle.score).toEqual(trained.oracle.test.accuracy);
    expect(found.oracle.control.mean).toBeGreaterThan(0.3);
    expect(found.oracle.control.mean).toBeLessThan(0.7);
    found.oracle.selectivity.seeds.forEach((value, seed) => {
      expect(value).toBeCloseTo(found.oracle.score.seeds[seed]! - found.oracle.control.seeds[seed]!, 12);
    });
    expect(found.layers.map(({ layer }) => layer)).toEqual([0, 1, 2, 3, 4]);
    expect(found.layers[1].selectivity.mean).toBeGreaterThan(0.25);
    expect(Math.abs(found.layers[0].selectivity.mean!)).toBeLessThan(0.1);
  });

  test('where rows are words, a word has one control label wherever it stands', () => {
    const { parts } = prepared;
    const vocabulary = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const typed = (one: ProbePart): ProbePart => ({ ...one, types: one.labels.map((_, row) => row % 8) as Int32Array });
    const given = { train: typed(parts.train), dev: typed(parts.dev), test: typed(parts.test), vocabulary };
    const control = controlParts(given);
    const drawn = control.train.labels.slice(0, 8);
    expect(new Set(drawn)).toEqual(new Set([0, 1]));
    for (const split of ['train', 'dev', 'test'] as const) {
      expect([...control[split].labels]).toEqual(Array.from(parts[split].labels, (_, row) => drawn[row % 8]));
    }
  });

  test('top neurons do the work, bottom ones none, all of them what the oracle does', async () => {
    const { parts, options, trained } = prepared;
    const { sizes } = await ablation(device, parts.test, trained.oracles, trained.standard, options);
    const whole = sizes[sizes.length - 1];
    expect(whole.neurons).toBe(16);
    for (const keep of ['top', 'bottom', 'random'] as const) expect(whole[keep]).toEqual(trained.oracle.test);
    const [few] = sizes.filter(({ neurons }) => neurons === 4);
    expect(few.top.accuracy!.mean).toBeGreaterThan(0.95);
    expect(few.bottom.accuracy!.mean).toBeLessThan(0.7);
  });

  test('reduced probes are compared with the oracle row by row', async () => {
    const { parts, options, trained } = prepared;
    const selections = await select(prepared, [-1], pairs);
    const counts: number[] = [];
    const input = { parts, options, layers: trained, selected: selections, maxFeatures: selections[0] };
    const contenders = { ...input, ...(await layerContenders(input, {})) };
    const compared = await compareWithOracle(device, parts.test, trained, contenders, options, {
      progress: (done, total) => counts.push(done / total),
    });
    const { method, comparisons, maxFeatures, bestLayer, stacks } = compared;
    expect(method).toBe('exact');
    expect(counts.at(-1)).toBe(1);
    expect(maxFeatures).toEqual({ size: comparisons[0].size, seeds: comparisons[0].seeds });
    expect(await compareAnswer(device, parts.test, trained, selections[1], options)).toEqual(comparisons[1]);
    const dev = trained.individual.map((layer) => layer.dev.accuracy!.mean!);
    expect(bestLayer!.layer).toBe(dev.indexOf(Math.max(...dev)));
    const layerScores = [
      { ...bestLayer!, scores: trained.individual[bestLayer!.layer] },
      ...stacks!.map((stack) => ({ ...stack, scores: trained.concatenated[stack.layer] })),
    ];
    for (const { seeds, scores } of layerScores) {
      seeds.forEach(({ onlyOracleRight, onlyReducedRight }, seed) => {
        const lost = trained.oracle.test.accuracy!.seeds[seed]! - scores.test.accuracy!.seeds[seed]!;
        expect(onlyOracleRight - onlyReducedRight).toBeCloseTo(200 * lost, 6);
      });
    }
    // The last stack is the oracle: nothing to compare.
    expect(stacks!.every(({ layer }) => layer < trained.concatenated.length - 1)).toBe(true);
    comparisons.forEach(({ size, seeds }, i) => {
      const { entry } = selections[i];
      expect(size).toBe(entry.minimalSet.size);
      seeds.forEach(({ onlyOracleRight, onlyReducedRight, p }, seed) => {
        const lost = trained.oracle.test.accuracy!.seeds[seed]! - entry.minimalSet.test.accuracy!.seeds[seed]!;
        expect(onlyOracleRight - onlyReducedRight).toBeCloseTo(200 * lost, 6);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      });
    });
  });
});

describe('what cannot be answered is refused with a sentence', () => {
  const small = { train: 60, dev: 40, test: 40 };
  let prepared: Prepared;
  beforeAll(async () => {
    prepared = await prepare('refined', planted(small));
  });

  test.each([
    ['a negative delta', [{ layers: -1, neurons: 1 }], '-1 is no delta'],
    ['a delta over 100', [{ layers: 3, neurons: 101 }], '101 is no delta'],
    ['a delta that is no number', [{ layers: NaN, neurons: 1 }], 'NaN is no delta'],
    ['no pair of deltas', [], 'No pair of deltas'],
  ])('%s', async (_, deltas, sentence) => {
    const error = await errorOf(select(prepared, [0.3], deltas));
    expect(error).toMatchObject({ code: 'bad-option' });
    expect(error.message).toContain(sentence);
  });

  test.each([[[]], [[0]], [[1]], [[-0.5]], [[0.3, 2]], [[NaN]]])('thresholds %j', async (thresholds) => {
    expect(await errorOf(select(prepared, thresholds))).toMatchObject({ code: 'bad-option' });
    const { parts, options, trained, clusterer } = prepared;
    const sweep = clusteringSweep(device, { parts, layers: trained, clusterer }, thresholds, options);
    expect(await errorOf(sweep)).toMatchObject({ code: 'bad-option' });
  });

  test('one class only', async () => {
    const { train } = prepared.parts;
    const parts = { ...prepared.parts, train: { ...train, labels: train.labels.map(() => 1) } };
    const error = await errorOf(select({ ...prepared, parts }));
    expect(error).toMatchObject({ code: 'bad-data' });
    expect(error.message).toContain('All 60 train rows have the label `1`');
  });

  test('fewer rows than classes', async () => {
    const options = { ...prepared.options, classes: 61 };
    const error = await errorOf(select({ ...prepared, options }));
    expect(error.message).toContain('60 rows for 61 classes');
  });

  test('all neurons constant, where constant ones are left out', async () => {
    const parts = planted(small);
    for (const own of Object.values(parts) as ProbeParts['train'][]) {
      const { rows: count } = own.activations;
      own.activations = inMemory(new Float32Array(count * layers * hidden).fill(2), { rows: count, layers, hidden });
    }
    const refined = await prepare('refined', parts);
    for (const threshold of [-1, 0.3]) {
      const error = await errorOf(select(refined, [threshold]));
      expect(error).toMatchObject({ code: 'bad-data' });
      expect(error.message).toContain('All neurons have one value');
    }
    const [{ entry }] = await select(await prepare('paper', parts), [0.3]);
    expect(entry.minimalSet.dev.accuracy!.mean).not.toBeNaN();
  });

  test('a cancelled selection ends', async () => {
    const { parts, options, trained, clusterer } = prepared;
    const control = new AbortController();
    const progress = () => control.abort();
    const question = { deltas: pairs, thresholds: [0.3] };
    const input = { parts, layers: trained, clusterer };
    const running = selectNeuronSets(device, input, question, options, { signal: control.signal, progress });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('progress never goes back and ends whole', async () => {
    const { parts, options, trained, clusterer } = prepared;
    const shares: number[] = [];
    const answers: string[] = [];
    await selectNeuronSets(
      device,
      { parts, layers: trained, clusterer },
      { deltas: pairs, thresholds: [-1, 0.3] },
      options,
      {
        progress: (done, total) => shares.push(done / total),
        selected: ({ deltas, threshold }) => answers.push(`${deltas.layers} ${threshold}`),
      },
    );
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(answers).toEqual(['3 -1', '3 0.3', '2 -1', '2 0.3', '1 -1', '1 0.3']);
  });
});
