/** Small invented values of the contract's types; the numbers mean nothing beyond being told apart. */
import type { LayerScores, RunFile, Scores, SelectionEntry, SplitScores } from '../../../src/run/run-file.ts';
import type { Estimate, Inspection, LiveClusters } from '../../../src/session/contract.ts';

/** What is said of every file of sentences. */
const plainTable = {
  labelPath: null,
  shardPaths: [],
  form: { encoding: 'UTF-8', separator: '\t', quoted: false } as const,
  unlabelled: null,
  words: null,
  cut: false,
  unseen: 0,
};

export const inspection: Inspection = {
  model: {
    name: 'tiny-bert',
    architecture: 'BERT',
    layers: 3,
    hidden: 32,
    heads: 4,
    parameters: 123_456,
    maxLength: 64,
    weightFormat: 'safetensors, F32',
    weightFiles: ['model.safetensors'],
    bytes: 500_000,
    hiddenStates: null,
    head: 'classifier',
    encoder: null,
    adapter: null,
    pooling: 'first',
    lastLayer: null,
  },
  tokenizer: { path: 'model/tokenizer.json', kind: 'WordPiece', vocabulary: 1000 },
  weights: { choices: ['model.safetensors'], used: 'model.safetensors', encoders: [] },
  activations: null,
  experiment: null,
  data: {
    task: 'sst-2',
    kind: 'glue',
    candidates: ['sst-2', 'cola'],
    files: [
      {
        path: 'data/train.tsv',
        name: 'train.tsv',
        role: 'train',
        rows: 2000,
        skipped: 3,
        bytes: 90_000,
        counts: [900, 1100],
        ...plainTable,
      },
      {
        path: 'data/dev.tsv',
        name: 'dev.tsv',
        role: 'dev',
        rows: 200,
        skipped: 0,
        bytes: 9_000,
        counts: [98, 102],
        ...plainTable,
      },
    ],
    labels: ['0', '1'],
    columns: null,
    sentences: [],
    preview: [{ text: 'a fine film', pair: null, label: '1', tokens: ['[CLS]', 'a', 'fine', 'film', '[SEP]'] }],
  },
  missing: [],
  notices: [],
  reduced: null,
  ignored: [{ path: 'data/test.tsv', reason: 'it has no labels.' }],
};

/** Words under as many labels as CCG has: one of them frequent, every other one rarer; made-up names, some of them long. */
export const labelNames = Array.from({ length: 300 }, (_, i) =>
  i % 40 === 1 ? `((S[dcl]\\\\NP)/(S[to]\\\\NP))/NP${'/PP'.repeat(8)}-${i}` : `L${i}`,
);

function labelledFile(role: 'train' | 'dev' | 'test', rows: number) {
  return {
    path: `words/own-${role}.conllu`,
    name: `own-${role}.conllu`,
    labelPath: null,
    shardPaths: [],
    form: { encoding: 'UTF-8', separator: '\t', quoted: false } as const,
    unlabelled: null,
    role,
    rows,
    words: rows * 12,
    cut: role === 'train',
    skipped: 2,
    bytes: rows * 300,
    counts: labelNames.map((_, i) => (i === 7 ? 5000 : 300 - i)),
    unseen: role === 'test' ? 11 : 0,
  };
}

export const labelledInspection: Inspection = {
  ...inspection,
  data: {
    task: 'ccg',
    kind: 'labelling',
    candidates: ['ccg', 'labelling'],
    files: [labelledFile('train', 12_345), labelledFile('dev', 400), labelledFile('test', 500)],
    labels: labelNames,
    columns: { choices: ['FORM', 'UPOS', 'XPOS'], text: 'FORM', pair: null, label: 'XPOS', labels: ['XPOS'] },
    preview: [],
    sentences: [
      {
        words: ['unbelievable', 'films', '\u00ad'],
        labels: [labelNames[1], labelNames[2], labelNames[41]],
        tokens: [['un', '##believ', '##able'], ['films'], []],
      },
      { words: ['x'.repeat(120)], labels: ['L3'], tokens: [Array.from({ length: 60 }, () => '##xx')] },
    ],
  },
  ignored: [],
};

export const estimate: Estimate = {
  device: {
    ...{ backend: 'wasm', adapter: null, threads: 2, arithmetic: 'fused' },
    reason: 'WebAssembly, 2 threads: no hardware WebGPU adapter.',
  },
  kept: 0,
  seconds: 95,
  quickSeconds: 40,
  memoryBytes: 400_000_000,
  storageBytes: 25_000_000,
  warnings: [],
};

function scores(mean: number): Scores {
  return {
    accuracy: { mean, deviation: 0.01, seeds: [mean - 0.01, mean + 0.01] },
    f1: { mean: mean - 0.02, deviation: 0.005, seeds: [mean - 0.025, mean - 0.015] },
  };
}

export function splitScores(mean: number): SplitScores {
  return { train: scores(mean + 0.02), dev: scores(mean + 0.01), test: scores(mean) };
}

function layers(means: readonly number[]): LayerScores[] {
  return means.map((mean, layer) => ({ layer, ...splitScores(mean) }));
}

/** A run of a model of three layers in which layers 0–2 suffice. `shift` moves every score. */
export function sampleRun(name: string, shift = 0): RunFile {
  return {
    format: 'winnow-run',
    version: 3,
    created: '2026-11-20T10:00:00.000Z',
    protocol: 'refined',
    options: {
      rows: null,
      maxLength: 64,
      seeds: [0, 1],
      epochs: 10,
      batchSize: 128,
      learningRate: 0.001,
      lambda1: 1e-5,
      lambda2: 1e-5,
    },
    model: { name, architecture: 'BERT', layers: 3, hidden: 32, parameters: 123_456, sha256: name.repeat(8) },
    data: {
      task: 'sst-2',
      files: [{ role: 'train', name: 'train.tsv', bytes: 90_000, sha256: 'ab'.repeat(32) }],
      instances: { train: 3600, dev: 400, test: 200 },
      labels: ['0', '1'],
      majority: 0.51,
    },
    metric: 'accuracy',
    device: { backend: 'wasm', adapter: null, threads: 2, browser: 'Chromium 156' },
    timings: [
      { stage: 'extract', ms: 12_345, rows: 2200 },
      { stage: 'probes', ms: 4_321 },
    ],
    oracle: splitScores(0.9 + shift),
    layers: {
      individual: layers([0.51 + shift, 0.712 + shift, 0.894 + shift, 0.853 + shift]),
      concatenated: layers([0.51 + shift, 0.731 + shift, 0.897 + shift, 0.9 + shift]),
    },
    cka: {
      biased: [
        [null, null, null, null],
        [null, 1, 0.61, 0.12],
        [null, 0.61, 1, 0.834],
        [null, 0.12, 0.834, 1],
      ],
      debiased: [
        [null, null, null, null],
        [null, 1, 0.59, 0.1],
        [null, 0.59, 1, 0.83],
        [null, 0.1, 0.83, 1],
      ],
    },
    warnings: ['Storage was refused: activations were kept in memory.'],
  };
}

/** Neurons two by two in one cluster, 1 … 48 over the 96 neurons of layers 0–2 of the sample's model. */
const pairs = Array.from({ length: 96 }, (_, neuron) => 1 + Math.floor(neuron / 2));
const firsts = Array.from({ length: 48 }, (_, pair) => 2 * pair);

/** Higher neurons lead; 4 are not enough, 8 are. */
export function selectionEntry(threshold: number, deltas = { layers: 1, neurons: 1 }, shift = 0): SelectionEntry {
  const clustered = threshold > 0;
  const left = clustered ? firsts : Array.from({ length: 96 }, (_, neuron) => neuron);
  const ordering = [...left].reverse();
  const sizes = [
    { neurons: 4, ...splitScores(0.8 + shift) },
    { neurons: 8, ...splitScores(0.885 + shift) },
    { neurons: left.length, ...splitScores(0.89 + shift) },
  ];
  return {
    deltas,
    threshold,
    topLayer: 2,
    base: splitScores(0.89 + shift),
    ...(clustered && { labels: pairs, representatives: firsts }),
    ordering,
    cutoffs: [2, 8, left.length],
    sizes,
    minimalSet: {
      size: 8,
      neurons: ordering.slice(0, 8).map((neuron) => ({ layer: Math.floor(neuron / 32), index: neuron % 32 })),
      ...splitScores(0.885 + shift),
    },
  };
}

/** The sample with neurons: selections with and without clusters, clusters at two thresholds, the extra questions. */
export function neuronRun(name: string, shift = 0): RunFile {
  const run = sampleRun(name, shift);
  const all = Array.from({ length: 128 }, (_, neuron) => 1 + Math.floor(neuron / 2));
  const coarse = Array.from({ length: 128 }, (_, neuron) => 1 + (neuron % 32));
  const windows = (window: number, clusters: number) =>
    [1, 2, 3, 4].map((own) => ({ window: own, clusters: own === window ? clusters : 0 }));
  const curve = (mean: number) => ({ accuracy: { mean, deviation: 0.01, seeds: [mean, mean] } });
  const selective = (score: number) => {
    const of = (mean: number) => ({ mean, deviation: 0, seeds: [mean, mean] });
    return { score: of(score), control: of(0.5), selectivity: of(score - 0.5) };
  };
  return {
    ...run,
    clustering: [
      {
        threshold: 0.3,
        clusters: 64,
        labels: all,
        representatives: all.filter((_, neuron) => neuron % 2 === 0).map((label) => 2 * (label - 1)),
        constantNeurons: 0,
        windows: windows(1, 64),
        ...splitScores(0.899 + shift),
      },
      {
        threshold: 0.6,
        clusters: 32,
        labels: coarse,
        representatives: Array.from({ length: 32 }, (_, neuron) => neuron),
        constantNeurons: 0,
        windows: windows(4, 32),
        ...splitScores(0.7 + shift),
      },
    ],
    selection: [selectionEntry(-1, undefined, shift), selectionEntry(0.3, undefined, shift)],
    selectivity: {
      control: 'shuffled-labels',
      oracle: selective(0.9),
      layers: [0.5, 0.7, 0.89, 0.85].map((score, layer) => ({ layer, ...selective(score) })),
    },
    ablation: {
      sizes: [1, 8, 128].map((neurons, i) => ({
        neurons,
        top: curve(0.7 + i / 10),
        bottom: curve(0.5 + i / 5),
        random: curve(0.5 + i / 5),
      })),
    },
    mcnemar: {
      method: 'exact',
      comparisons: [
        {
          deltas: { layers: 1, neurons: 1 },
          threshold: 0.3,
          size: 8,
          seeds: [
            { onlyOracleRight: 12, onlyReducedRight: 9, p: 0.664 },
            { onlyOracleRight: 11, onlyReducedRight: 9, p: 0.824 },
          ],
        },
      ],
    },
  };
}

/** A dendrogram of all 128 neurons: pairs at 0.2, the pairs to one at 0.5. */
export function liveClusters(): LiveClusters {
  const rows: number[] = [];
  for (let pair = 0; pair < 64; pair++) rows.push(2 * pair, 2 * pair + 1, 0.2, 2);
  rows.push(128, 129, 0.5, 4);
  for (let next = 0; next < 62; next++) rows.push(130 + next, 192 + next, 0.5, 6 + 2 * next);
  const neurons = Int32Array.from({ length: 128 }, (_, neuron) => neuron);
  return { linkage: Float64Array.from(rows), neurons, layers: 4, hidden: 32 };
}
