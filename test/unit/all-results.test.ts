import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allResultsOf, allResultsText } from '../../src/published/all-results-write.ts';
import { parseAllResults, writeAllResults, type PublishedResults } from '../../src/published/all-results.ts';
import { parsePythonJson } from '../../src/published/python-json.ts';
import type { RunFile, Score, SplitScores } from '../../src/run/run-file.ts';

const folder = join(import.meta.dirname, '../fixtures/selection');
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const open = (name: string) => parseAllResults(text(name), name);

describe('files of the published scripts', () => {
  test.each(['pipeline.json', 'clustering.json', 'max-features.json'])('%s opens and is saved as it was', (name) => {
    const { document } = open(name);
    const saved = writeAllResults(document);
    expect(parsePythonJson(saved, name)).toEqual(parsePythonJson(text(name), name));
    expect(saved.match(/NaN|Infinity/g)).toEqual(text(name).match(/NaN|Infinity/g));
  });

  test('the pipeline: layers, scores, neurons of the model', () => {
    const results = open('pipeline.json');
    expect(results).toMatchObject({
      layout: 'pipeline',
      shape: { layers: 3, hidden: 4 },
      labels: ['neg', 'pos'],
      warnings: [],
    });
    const lowest = results.layers!.concatenated[0].dev.accuracy!;
    expect(lowest).toEqual({ mean: null, deviation: null, seeds: [null] });
    expect(results.layers!.concatenated[0].classes!.dev).toEqual([Infinity, 1e-5]);
    expect(results.layers!.individual.map(({ layer }) => layer)).toEqual([0, 1, 2]);
    expect(results.selection.map(({ deltas, threshold, topLayer }) => [deltas.layers, threshold, topLayer])).toEqual([
      [3, -1, 1],
      [3, 0.3, 1],
      [1, -1, 2],
      [1, 0.3, 2],
    ]);
    const document = results.document as { selection: Record<string, { neuron_selection: Record<string, Raw> }> };
    const raw = document.selection['selection-1-1'].neuron_selection['clustering-0.30'];
    const found = results.selection[3];
    expect(found.ordering).toEqual(raw.ordering.map((index) => raw.independent_neurons[index]));
    expect(found.minimalSet.neurons).toEqual(
      raw.minimal_neuron_set.map((index) => {
        const neuron = raw.independent_neurons[index];
        return { layer: Math.floor(neuron / 4), index: neuron % 4 };
      }),
    );
    expect(found.sizes.map(({ neurons }) => neurons)).toEqual([1, 2, 4]);
    expect(results.selection[0].ordering).toHaveLength(8);
  });

  test('classes may have any name, and one that a probe does not score has no score', () => {
    const names = ['constructor', '__proto__', 'hasOwnProperty'];
    const document = JSON.parse(text('pipeline.json').replaceAll('NaN', 'null').replaceAll('Infinity', '1')) as {
      baseline: { test_scores: Record<string, unknown> };
    };
    const entries = names.map((name, index): [string, number] => [name, index / 4]);
    document.baseline.test_scores = Object.fromEntries([['__OVERALL__', 0.5], ...entries]);
    const { labels, oracle, layers } = parseAllResults(JSON.stringify(document), 'named.json');
    expect(labels).toEqual(names);
    expect(oracle.classes?.test).toEqual([0, 0.25, 0.5]);
    expect(layers?.individual[0].classes?.test).toEqual([null, null, null]);
  });

  test('the clustering script: clusters and windows over 13 layers', () => {
    const { layout, clustering, layers, shape } = open('clustering.json');
    expect([layout, layers, shape]).toEqual(['clustering', null, { layers: 13, hidden: 2 }]);
    expect(clustering.map(({ threshold, clusters }) => [threshold, clusters])).toEqual([
      [-1, 26],
      [0.1, 4],
      [0.3, 4],
    ]);
    for (const { windows, clusters } of clustering) {
      expect(windows.reduce((sum, own) => sum + own.clusters, 0)).toBe(clusters);
    }
    const members = clustering[1].labels.flatMap((label, neuron) => (label === 1 ? [Math.floor(neuron / 2)] : []));
    const window = members[members.length - 1] - members[0] + 1;
    expect(clustering[1].windows.find((own) => own.window === window)!.clusters).toBeGreaterThan(0);
  });

  test('the max features script', () => {
    const { layout, selection } = open('max-features.json');
    expect(layout).toBe('max-features');
    expect(selection[0]).toMatchObject({ deltas: { layers: 0, neurons: 1 }, topLayer: 12, minimalSet: { size: 2 } });
  });

  test('a pipeline of several clusterings opens with a warning', () => {
    const { warnings, selection } = open('pipeline-many.json');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('2 clusterings');
    expect(selection).toHaveLength(6);
  });
});

interface Raw {
  ordering: number[];
  independent_neurons: number[];
  minimal_neuron_set: number[];
}

describe('what is no such file', () => {
  const whole = text('pipeline.json');
  test.each([
    ['text cut short', whole.slice(0, 4000), 'character 4001 of 4000'],
    [
      'a comma lost after a NaN',
      whole.replace('"neg": Infinity,', '"neg": Infinity'),
      `character ${whole.indexOf('"pos": 1e-05')}`,
    ],
    ['another JSON', '{"format": "winnow-run"}', 'no all_results.json'],
    ['a list', '[1, 2]', 'no all_results.json'],
    ['NaN alone', 'NaN', 'no all_results.json'],
    [
      'a score that is a word',
      whole.replace(/("baseline": \{.*?"dev_scores": \{"__OVERALL__": )[^,]*/, '$1"high"'),
      'at baseline.dev_scores.__OVERALL__',
    ],
    [
      'an index beyond the clusters',
      whole.replace(/"independent_neurons": \[\d+/, '"independent_neurons": [900'),
      'independent_neurons, expected neurons below 8 but received 900',
    ],
    ['a negative index', whole.replace(/"ordering": \[\d+/, '"ordering": [-1'), 'ordering.0'],
    ['another name of a pair', whole.replace('selection-3-1', 'pick-3-1'), 'selection.pick-3-1'],
    [
      'a top layer that is not there',
      whole.replace('"selected_top_layer": 1', '"selected_top_layer": 7'),
      'top layer below 3 but received 7',
    ],
    [
      'more clusters than neurons',
      whole.replace(/"clusters": \[\d+/, '"clusters": [1000000000'),
      'clusters, expected at most 8 clusters but received 1000000000',
    ],
    [
      'a size beyond any model',
      text('max-features.json').replace(
        /"minimal_neuron_set_size"/,
        '"selected-1300000000": null, "minimal_neuron_set_size"',
      ),
      'expected at most 4194304 neurons but received 1300000000',
    ],
    [
      'a layer without a probe of its own',
      whole.replace(/("independent_layerwise": \[)\{"name": "layer-0".*?\}\}, /, '$1'),
      'independent_layerwise, expected 3 probes but received 2',
    ],
    [
      'a probe of a size without scores',
      whole.replace('"name": "selected-1", "train_scores"', '"name": "selected-1", "scores"'),
      'selected-1.train_scores',
    ],
  ])('%s: the place is said', (_, broken, place) => {
    expect(broken).not.toBe(whole);
    let error: { code?: string; message?: string } = {};
    try {
      parseAllResults(broken, 'old.json');
    } catch (thrown) {
      error = thrown as typeof error;
    }
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain('`old.json`');
    expect(error.message).toContain(place);
  });
});

function score(...seeds: (number | null)[]): Score {
  const values = seeds.filter((value) => value !== null);
  const mean = values.length < seeds.length ? null : values.reduce((sum, value) => sum + value, 0) / seeds.length;
  return { mean, deviation: mean === null ? null : 0, seeds };
}

function scores(value: number | null): SplitScores {
  const own = { accuracy: score(value) } as SplitScores['train'];
  return { train: own, dev: own, test: own, classes: { train: [value, 0], dev: [value, 0], test: [value, null] } };
}

/** Only what the published layout tells of a run. */
const run = {
  metric: 'accuracy',
  model: { hidden: 4 },
  data: { labels: ['no', 'yes'], instances: { train: 9, dev: 1, test: 3 } },
  oracle: scores(0.9),
  layers: {
    individual: [0.5, 0.6, 0.7].map((value, layer) => ({ layer, ...scores(value) })),
    concatenated: [0.5, 0.8, 0.9].map((value, layer) => ({ layer, ...scores(value) })),
  },
  selection: [
    {
      deltas: { layers: 20, neurons: 1 },
      threshold: 0.3,
      topLayer: 1,
      base: scores(0.78),
      labels: [1, 1, 2, 2, 3, 3, 2, 2],
      representatives: [1, 6, 4],
      ordering: [6, 4, 1],
      cutoffs: [1, 3],
      sizes: [
        { neurons: 1, ...scores(null) },
        { neurons: 2, ...scores(0.79) },
        { neurons: 3, ...scores(0.78) },
      ],
      minimalSet: {
        size: 2,
        neurons: [
          { layer: 1, index: 2 },
          { layer: 1, index: 0 },
        ],
        ...scores(0.79),
      },
    },
  ],
} as unknown as RunFile;

describe('a run of ours', () => {
  test('is written in the published layout', () => {
    const written = allResultsOf(run);
    expect(written.data_split!.all_idx).toEqual([...written.data_split!.train_idx, ...written.data_split!.dev_idx]);
    expect(written.incremental_layerwise.map(({ name }) => name)).toEqual(['layer-0->0', 'layer-0->1', 'layer-2']);
    expect(written.incremental_layerwise[2].dev_scores).toEqual({ __OVERALL__: 0.9, no: 0.9, yes: 0 });
    const chosen = written.selection['selection-20-1'];
    expect(chosen.selected_top_layer).toEqual({
      selected_top_layer: 1,
      train_score: 0.8,
      dev_score: 0.8,
      test_score: 0.8,
    });
    expect(chosen.neuron_selection['clustering-0.30']).toMatchObject({
      clustering_threshold: 0.3,
      clusters: [1, 1, 2, 2, 3, 3, 2, 2],
      independent_neurons: [1, 6, 4],
      base_results: { name: 'neuron-selection-base' },
      ordering: [1, 2, 0],
      minimal_neuron_set_size: 2,
      minimal_neuron_set: [1, 2],
      'selected-1': { name: 'selected-1', dev_scores: { __OVERALL__: null } },
      'selected-3': { name: 'neuron-selection-base' },
    });
  });

  test('comes back from its file equal', () => {
    const saved = allResultsText(run);
    expect(saved).toContain('"__OVERALL__": NaN');
    const opened: PublishedResults = parseAllResults(saved, 'all_results.json');
    expect(opened.shape).toEqual({ layers: 3, hidden: 4 });
    expect(opened.oracle).toEqual(run.oracle);
    expect(opened.layers).toEqual(run.layers);
    expect(opened.selection).toEqual(run.selection!.map((entry) => ({ ...entry, cutoffs: [] })));
    expect(writeAllResults(opened.document)).toBe(saved);
  });
});
