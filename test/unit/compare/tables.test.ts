/** The tables of a comparison against values worked out by hand, and names that would be commands elsewhere. */
import { describe, expect, test } from 'vitest';
import { clusterOverlap, setOverlap } from '../../../src/compare/overlap.ts';
import { paperCells, paperTables } from '../../../src/compare/paper-table.ts';
import { scoreCharts } from '../../../src/compare/score-charts.ts';
import { settingsAmong } from '../../../src/compare/settings.ts';
import { clustersAtShared } from '../../../src/compare/windows.ts';
import { comparisonTable } from '../../../src/compare/table.ts';
import { comparisonFiles } from '../../../src/exports/comparison-files.ts';
import { checkRun, type RunFile } from '../../../src/run/run-file.ts';
import { withTitlesApart } from '../../../src/report/analysis.ts';
import { splitScores } from '../../browser/ui/samples.ts';
import { comparedRun, madeRun } from './made-results.ts';

const clusters = (count: number, score: number) => ({
  threshold: 0.3,
  clusters: count,
  labels: Array.from({ length: 128 }, (_, neuron) => (neuron % count) + 1),
  representatives: Array.from({ length: count }, (_, cluster) => cluster),
  constantNeurons: 0,
  windows: [1, 2, 3, 4].map((window) => ({ window, clusters: window === 4 ? count : 0 })),
  ...splitScores(score),
});

const answer = (topLayer: number, size: number, score: number, threshold = 0.3) => ({
  deltas: { layers: 3, neurons: 1 },
  threshold,
  topLayer,
  base: splitScores(score),
  ordering: Array.from({ length: size }, (_, neuron) => neuron),
  cutoffs: [],
  sizes: [{ neurons: size, ...splitScores(score) }],
  minimalSet: {
    size,
    neurons: Array.from({ length: size }, (_, neuron) => ({ layer: Math.floor(neuron / 32), index: neuron % 32 })),
    ...splitScores(score),
  },
});

/** Of 4 layers × 32 neurons: dev scores of layers 0 to k reach 97 % of the oracle's at `top`. */
function studied(task: 'sst-2' | 'rte', top: number, oracle: number, sizes: [cc: number, fs: number, ccfs: number]) {
  const run = madeRun('minilm');
  const at = (layer: number) => (layer >= top ? oracle : 0.5);
  const [cc, fs, ccfs] = sizes;
  return comparedRun(
    checkRun(
      {
        ...run,
        data: { ...run.data, task },
        oracle: splitScores(oracle),
        layers: {
          ...run.layers,
          concatenated: [0, 1, 2, 3].map((layer) => ({ layer, ...splitScores(at(layer)) })),
        },
        clustering: [clusters(cc, oracle - 0.02)],
        selection: [answer(top, ccfs, oracle - 0.03)],
        maxFeatures: answer(3, fs, oracle - 0.01, -1),
      },
      task,
    ),
  );
}

describe('the paper’s table', () => {
  const runs = [studied('sst-2', 1, 0.9, [32, 40, 8]), studied('rte', 2, 0.7, [64, 20, 16])];
  const [table, ...others] = paperTables(runs);

  test('has a table a model and question, a row a task and their mean', () => {
    expect(others).toEqual([]);
    expect(table).toMatchObject({ model: 'minilm', protocol: 'refined', question: { threshold: 0.3 } });
    expect(table.rows.map(({ task }) => task)).toEqual(['SST-2', 'RTE', null]);
  });

  test('says what is left and what it scores, as by hand', () => {
    const rows = table.rows.map(({ oracle, by }) => [oracle, by.LS, by.CC, by.FS, by.CCFS]);
    const near = (value: number) => expect.closeTo(value, 12) as number;
    expect(rows).toEqual([
      [
        near(0.9),
        // Layers 0 and 1 are 64 of 128 neurons.
        { layer: 1, neurons: 64, removed: near(0.5), score: near(0.9) },
        { layer: 3, neurons: 32, removed: near(0.75), score: near(0.88) },
        // Of 40 neurons in order the last lies in layer 1.
        { layer: 1, neurons: 40, removed: near(0.6875), score: near(0.89) },
        { layer: 1, neurons: 8, removed: near(0.9375), score: near(0.87) },
      ],
      [
        near(0.7),
        { layer: 2, neurons: 96, removed: near(0.25), score: near(0.7) },
        { layer: 3, neurons: 64, removed: near(0.5), score: near(0.68) },
        { layer: 0, neurons: 20, removed: near(0.84375), score: near(0.69) },
        { layer: 2, neurons: 16, removed: near(0.875), score: near(0.67) },
      ],
      [
        near(0.8),
        { layer: 1.5, neurons: 80, removed: near(0.375), score: near(0.8) },
        { layer: 3, neurons: 48, removed: near(0.625), score: near(0.78) },
        { layer: 0.5, neurons: 30, removed: near(0.765625), score: near(0.79) },
        { layer: 1.5, neurons: 12, removed: near(0.90625), score: near(0.77) },
      ],
    ]);
  });

  test('has no mean where a task lacks the value', () => {
    const { maxFeatures, ...without } = (runs[1].source as { run: RunFile }).run;
    expect(maxFeatures).toBeDefined();
    const [{ rows }] = paperTables([runs[0], comparedRun(checkRun(without, 'without'))]);
    expect(rows[2].by.FS).toEqual({ layer: null, neurons: null, removed: null, score: null });
    expect(rows[2].by.CCFS.neurons).toBe(12);
    expect(paperCells({ ...table, rows }).rows[1][11]).toMatchObject({ value: null, why: /--max-features/ as never });
  });

  test('clusters of all results are pooled by the layers they span', () => {
    expect(clustersAtShared(runs)?.table.rows.map((row) => row.map(({ value }) => value))).toEqual([
      [1, 0, 0, 0],
      [2, 0, 0, 0],
      [3, 0, 0, 0],
      [4, 32, 64, 96],
    ]);
  });
});

describe('overlaps', () => {
  test('of kept neurons', () => {
    const found = setOverlap(new Set([1, 2, 3, 4]), new Set([3, 4, 5]));
    expect(found).toEqual({ first: 4, other: 3, both: 2, jaccard: 2 / 5 });
    expect(setOverlap(new Set(), new Set()).jaccard).toBeNull();
  });

  test('of clusters by pairs of neurons, whatever they are numbered', () => {
    // {0,1,2}, {3,4}, {5} beside {0,1}, {2,3,4}, and 5 set aside: 2 pairs in both, of 4 + 4 − 2.
    const found = clusterOverlap([1, 1, 1, 2, 2, 3], [2, 2, 1, 1, 1, 0]);
    expect(found).toEqual({ first: 2, other: 2, same: 0, jaccard: 2 / 6 });
    expect(clusterOverlap([1, 1, 2, 2], [2, 2, 1, 1])).toEqual({ first: 2, other: 2, same: 2, jaccard: 1 });
    expect(clusterOverlap([1, 2, 0], [1, 2, 3]).jaccard).toBeNull();
  });
});

test('what differs is told from what is the same', () => {
  const base = madeRun('minilm');
  const other = checkRun({ ...base, options: { ...base.options, seeds: [5, 6], maxLength: 32 } }, 'other');
  const runs = withTitlesApart([base, other].map((run) => comparedRun(run)));
  const { differing, same } = settingsAmong(runs);
  expect(differing).toEqual(['model', 'task', 'seeds', 'longest input']);
  expect(new Map(same).get('protocol')).toBe('refined');
  const { table, differs } = comparisonTable(runs, runs[0]);
  const texts = table.rows[1].map(({ text }) => text);
  expect(texts.slice(0, 3)).toEqual([runs[1].title, 'minilm', 'SST-2']);
  // What is less often asked for stands behind what the results reach.
  expect(texts.slice(-2)).toEqual(['5, 6', '32']);
  expect(differs[0].some(Boolean)).toBe(false);
  expect(differs[1].flatMap((one, column) => (one ? [table.columns[column].title] : []))).toEqual([
    'seeds',
    'longest input',
  ]);
});

test('names that are commands elsewhere are text in every file', () => {
  const names = ['=cmd|/c calc', '+1', '@a', '../../etc/passwd', '<script>alert(1)</script>', '\\input{x}%$_#&~^{}'];
  const runs = withTitlesApart(names.map((name) => comparedRun(madeRun(name), name)));
  const failed = [{ title: '=1+1', reason: '-2\n\n=x' }];
  const files = Object.fromEntries(comparisonFiles(runs, runs[0], failed).map(({ name, content }) => [name, content]));
  for (const [name, text] of Object.entries(files)) {
    if (!name.endsWith('.csv')) continue;
    const cells = text.split('\r\n').flatMap((line) => line.split(','));
    expect(
      cells.filter((cell) => /^"?[=+@]/.test(cell)),
      name,
    ).toEqual([]);
  }
  expect(files['summary.csv']).toContain("'=cmd|/c calc");
  const rows = files['summary.jsonl']
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { result: string });
  expect(rows.map(({ result }) => result)).toEqual([...names, '=1+1']);
  expect(files['comparison.tex']).not.toMatch(/\\input|<script>/);
  expect(files['comparison.tex']).toContain('\\textbackslash{}input');
});

test('twelve results have every file', () => {
  const demo = studied('sst-2', 1, 0.9, [32, 40, 8]);
  const runs = Array.from({ length: 12 }, (_, place) => ({ ...demo, id: String(place), title: `run ${place}` }));
  const files = comparisonFiles(runs, runs[0]);
  expect(files.map(({ name }) => name)).toEqual([
    ...['summary.csv', 'summary.jsonl', 'comparison.csv', 'comparison.tex', 'overlap.csv', 'windows.csv'],
    ...['paper.csv', 'paper.tex'],
  ]);
});

test('results that share no score have a chart a score, each in its own hue', () => {
  const of = (name: string, metric: 'accuracy' | 'f1') => comparedRun(madeRun(name, { metric }), name);
  const figures = scoreCharts([of('a', 'accuracy'), of('b', 'f1'), of('c', 'accuracy')]);
  expect(figures.map(({ id, title }) => [id, title])).toEqual([
    ['layers-accuracy', 'Accuracy by layer'],
    ['layers-f1', 'F1 by layer'],
  ]);
  const tones = figures.map(({ chart }) => (chart.kind === 'curve' ? chart.curves.map(({ tone }) => tone) : []));
  expect(tones[0]).toEqual([0, 0, 2, 2]);
  expect(new Set(figures.map(({ id }) => id)).size).toBe(2);
});
