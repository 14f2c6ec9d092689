import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRun, parseRun, runVersion, type RunFile } from '../../src/run/run-file.ts';

/** The demo's stored result, as version 1 would have written it. */
const text = readFileSync(join(import.meta.dirname, '../../public/demo/reviews/result.json'), 'utf8');
const old = { ...(JSON.parse(text) as RunFile), version: 1 };
for (const key of ['clustering', 'selection', 'maxFeatures', 'selectivity', 'ablation', 'mcnemar'] as const)
  delete old[key];

const scores = { accuracy: { mean: 0.5, deviation: 0, seeds: [0.5] } };
const splits = { train: scores, dev: scores, test: scores };
const places = [{ layer: 1, index: 2 }];
/** Of one neuron and two labels. */
const two = 'AACAPwAAAMA=';
const own = { accuracy: 0.5 };
const probe = { seed: 0, train: own, dev: { accuracy: null }, test: own, weight: two, bias: two };
const selection = {
  deltas: { layers: 3, neurons: 1 },
  threshold: -1,
  topLayer: 1,
  base: splits,
  ordering: [5, 6],
  cutoffs: [1, 2],
  sizes: [{ neurons: 1, ...splits, classes: { train: [0.5, null], dev: [1, 0], test: [1, 0] } }],
  minimalSet: { size: 1, neurons: places, ...splits, probe },
};
const added = {
  clustering: [
    {
      threshold: 0.3,
      clusters: 2,
      labels: [1, 2, ...Array<number>(558).fill(0)],
      representatives: [0, 1],
      constantNeurons: 1,
      windows: [{ window: 1, clusters: 2 }],
      ...splits,
    },
    {
      threshold: 0.4,
      clusters: 1,
      labels: [1, 1, ...Array<number>(558).fill(0)],
      representatives: [0],
      constantNeurons: 1,
      windows: [{ window: 1, clusters: 1 }],
    },
  ],
  selection: [selection],
  maxFeatures: selection,
  selectivity: {
    control: 'shuffled-labels',
    oracle: { score: scores.accuracy, control: scores.accuracy, selectivity: scores.accuracy },
    layers: [{ layer: 0, score: scores.accuracy, control: scores.accuracy, selectivity: scores.accuracy }],
  },
  ablation: { sizes: [{ neurons: 1, top: scores, bottom: scores, random: scores }] },
  mcnemar: {
    method: 'exact',
    comparisons: [
      {
        deltas: { layers: 3, neurons: 1 },
        threshold: -1,
        size: 1,
        seeds: [{ onlyOracleRight: 1, onlyReducedRight: 0, p: 1 }],
      },
    ],
  },
};

test('a file of version 1 opens, without what it could not know', () => {
  const run = parseRun(JSON.stringify(old), 'run.json');
  expect(run).toEqual({ ...old, version: runVersion });
  expect(run.selection).toBeUndefined();
});

test('a file of version 2 opens with all that it holds', () => {
  const run = { ...old, version: 2, ...added };
  expect(parseRun(JSON.stringify(run), 'run.json')).toEqual({ ...run, version: runVersion });
});

test('clusters, selections and the extra questions come back as they were', () => {
  const run = { ...old, version: runVersion, ...added };
  expect(parseRun(JSON.stringify(run), 'run.json')).toEqual(run);
});

const minimal = selection.minimalSet;
const clustered = added.clustering[0];
test.each([
  [
    'clustering.0.labels has cluster 1000000000',
    { clustering: [{ ...clustered, labels: [1e9, ...clustered.labels.slice(1)] }] },
  ],
  ['clustering.0.labels.0', { clustering: [{ ...clustered, labels: [-1, ...clustered.labels.slice(1)] }] }],
  ['clustering.0.threshold', { clustering: [{ ...clustered, threshold: 7 }] }],
  ['selection.0.topLayer there is layer 99', { selection: [{ ...selection, topLayer: 99 }] }],
  ['selection.0 labels 1 neurons', { selection: [{ ...selection, labels: [1] }] }],
  ['selection.0.ordering, neuron 160', { selection: [{ ...selection, ordering: [160] }] }],
  ['selection.0.sizes is empty', { selection: [{ ...selection, sizes: [] }] }],
  ['selection.0.minimalSet names 1 neurons', { selection: [{ ...selection, minimalSet: { ...minimal, size: 1e9 } }] }],
  [
    'selection.0.minimalSet.neurons.0 is',
    { selection: [{ ...selection, minimalSet: { ...minimal, neurons: [{ layer: 2, index: 0 }] } }] },
  ],
  [
    'at maxFeatures.minimalSet.probe.weight, 2 numbers',
    { maxFeatures: { ...selection, minimalSet: { ...minimal, probe: { ...probe, weight: 'AACAPw==' } } } },
  ],
  [
    'at selection.0.minimalSet.probe.bias, base64',
    { selection: [{ ...selection, minimalSet: { ...minimal, probe: { ...probe, bias: 'AACAPwAA\u00e4MA=' } } }] },
  ],
  ['maxFeatures.topLayer', { maxFeatures: { ...selection, topLayer: 7 } }],
  ['the model has 7000000000 neurons', { model: { ...old.model, hidden: 1e9 }, clustering: [], selection: [] }],
  ['clustering.0.labels', { clustering: [{ ...added.clustering[0], labels: 'none' }] }],
  [
    'selection.0.minimalSet.neurons.0.layer',
    { selection: [{ ...selection, minimalSet: { ...selection.minimalSet, neurons: [{ index: 1 }] } }] },
  ],
  ['timings.0.ms, a finite number', { timings: [{ stage: 'read', ms: JSON.parse('1e999') as number }] }],
  ['selection.0.weights.1, a finite number', { selection: [{ ...selection, weights: [1, Infinity] }] }],
  ['procrustes is not a table', { procrustes: [[1]] }],
  ['mcnemar.method', { mcnemar: { ...added.mcnemar, method: 'guess' } }],
])('a wrong %s is named', (place, wrong) => {
  expect(() => checkRun({ ...old, version: 2, ...added, ...wrong }, 'run.json')).toThrow(place);
});
