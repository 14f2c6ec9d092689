/** What a result knows about neurons without retraining: questions, fates, clusters, claims, sentences. */
import { describe, expect, it } from 'vitest';
import { type Analysis, type Measured } from '../../src/report/analysis.ts';
import { clusterFigures, clusterMap } from '../../src/report/clusters/figures.ts';
import { clusterCurve, clusterTree, cutTree, sizeBins, storedClusters } from '../../src/report/clusters/view.ts';
import { fateChart, fateMap, fateOfNeuron, layerCounts } from '../../src/report/neurons/fates.ts';
import { rankChart } from '../../src/report/neurons/ranking.ts';
import { neuronFigures } from '../../src/report/neurons/figures.ts';
import { claims, claimsFigure } from '../../src/report/neurons/claims.ts';
import { answerTo, keptNeurons, leftToChooseFrom } from '../../src/report/neurons/question.ts';
import { ablationFinding } from '../../src/measures/ablation/report.ts';
import { mcnemarFinding } from '../../src/measures/mcnemar/report.ts';
import { fieldNames } from '../../src/measures/fields.ts';
import { measuredSection } from '../../src/measures/reports.ts';
import { selectivityFinding } from '../../src/measures/selectivity/report.ts';
import { clustersFinding } from '../../src/report/clusters/words.ts';
import { firstQuestion } from '../../src/report/verdict/headline.ts';
import { plainText, verdictOf } from '../../src/report/verdict/verdict.ts';
import { originFinding, pathFinding } from '../../src/report/neurons/answer.ts';
import { fateTable } from '../../src/report/neurons/fates.ts';
import { keptTable } from '../../src/report/neurons/ranking.ts';
import type { SelectionEntry, SplitScores } from '../../src/run/run-file.ts';

function all(mean: number | null): SplitScores {
  const scores = { accuracy: { mean, deviation: 0, seeds: [mean] } };
  return { train: scores, dev: scores, test: scores };
}

/** Three layers of four neurons; layers 0–1 are enough; 0 and 1, 2 and 3 … say the same; neuron 4 is constant. */
const entry: SelectionEntry = {
  deltas: { layers: 1, neurons: 1 },
  threshold: 0.3,
  topLayer: 1,
  base: all(0.9),
  labels: [1, 1, 2, 2, 0, 3, 4, 4],
  representatives: [0, 2, 5, 6],
  ordering: [6, 0, 5, 2],
  cutoffs: [1, 4],
  sizes: [
    { neurons: 1, ...all(0.85) },
    { neurons: 2, ...all(0.895) },
    { neurons: 4, ...all(0.9) },
  ],
  minimalSet: {
    size: 2,
    neurons: [
      { layer: 1, index: 2 },
      { layer: 0, index: 0 },
    ],
    ...all(0.895),
  },
};

const analysis: Analysis = {
  unit: 'row',
  labels: ['0', '1'],
  officialDev: true,
  protocol: 'refined',
  metric: 'accuracy',
  seeds: 1,
  classes: 2,
  devFromTrain: true,
  shape: { layers: 3, hidden: 4 },
  instances: { train: 90, dev: 10, test: 20 },
  majority: 0.5,
  oracle: all(0.9),
  layers: {
    individual: [0.5, 0.8, 0.9].map((mean, layer) => ({ layer, ...all(mean) })),
    concatenated: [0.5, 0.895, 0.9].map((mean, layer) => ({ layer, ...all(mean) })),
  },
  clustering: [],
  selection: [entry],
  maxFeatures: null,
  timing: null,
  ...(Object.fromEntries(fieldNames.map((name) => [name, null])) as Measured),
};

const ask = (layers: number, neurons: number, threshold = 0.3) =>
  answerTo(analysis, { deltas: { layers, neurons }, threshold });

describe('a question', () => {
  it('that was retrained has its own answer, also under another loss that keeps the same layers', () => {
    expect(firstQuestion(analysis)).toEqual({ deltas: { layers: 1, neurons: 1 }, threshold: 0.3 });
    expect(ask(1, 1)).toMatchObject({ kind: 'trained', size: 2, topLayer: 1 });
    expect(ask(2, 1)).toMatchObject({ kind: 'trained', size: 2, topLayer: 1 });
  });

  it('with another loss of neurons is answered by the sizes that were tried', () => {
    expect(ask(1, 10)).toMatchObject({ kind: 'tried', size: 1 });
    expect(ask(1, 0.1)).toMatchObject({ kind: 'tried', size: 4 });
    expect(ask(1, 0)).toMatchObject({ kind: 'tried', size: 4 });
  });

  it('with other layers or clusters stays open', () => {
    expect(ask(0, 1)).toEqual({ kind: 'open', topLayer: 2 });
    expect(ask(1, 1, 0.5)).toEqual({ kind: 'open', topLayer: 1 });
  });
});

describe('fates', () => {
  it('count every neuron once', () => {
    const map = fateMap({ layers: 3, hidden: 4 }, ask(1, 1));
    expect(map.counts).toEqual({ kept: 2, open: 0, selection: 2, clustering: 3, constant: 1, layers: 4 });
    expect(layerCounts(map, 1)).toMatchObject({ kept: 1, constant: 1, selection: 1, clustering: 1 });
    expect(fateOfNeuron(map, 6)).toBe('Layer 1, neuron 2: kept, rank 1, one of 2 alike');
    expect(
      fateTable(map)
        .rows.at(-1)
        ?.map((cell) => cell.value),
    ).toEqual(['all', 2, 2, 3, 1, 4, 12]);
    expect(keptTable(ask(1, 1), map).rows.map((row) => row.map((cell) => cell.value))).toEqual([
      [1, 1, 2, 2],
      [2, 0, 0, 2],
    ]);
  });

  it('of an open question leave the first of each cluster', () => {
    const map = fateMap({ layers: 3, hidden: 4 }, ask(0, 1), [1, 1, 1, 1, 0, 2, 2, 2, 3, 4, 5, 6]);
    expect(map.counts).toEqual({ kept: 0, open: 6, selection: 0, clustering: 5, constant: 1, layers: 0 });
  });

  it('keep the first of the ordering where another size is enough', () => {
    expect(keptNeurons(ask(1, 10), 4)).toEqual([6]);
    expect(leftToChooseFrom(entry)).toBe(4);
  });
});

describe('charts of all neurons', () => {
  it('put each in one category and read it out', () => {
    const map = fateMap({ layers: 3, hidden: 4 }, ask(1, 1));
    const fates = fateChart(map, 'fate', 'What remains');
    expect(Array.from(fates.order ?? []).slice(0, 8)).toEqual([0, 2, 1, 3, 6, 5, 7, 4]);
    expect(fates.notes).toEqual(['1 kept', '1 kept', '']);
    expect(fates.read(6)).toBe(fateOfNeuron(map, 6));
    const ranks = rankChart(map, 'Ranking');
    expect(ranks.categories.map(({ title }) => title)).toEqual(['1–4', 'not ranked']);
    expect(Array.from(ranks.categoryOf).slice(4)).toEqual([1, 0, 0, 1, 1, 1, 1, 1]);
    expect(ranks.read(6)).toBe('Layer 1, neuron 2: rank 1');
    expect(ranks.read(4)).toBe('Layer 1, neuron 0: not ranked');
  });

  it('tell clusters apart by the layers that they span', () => {
    const labels = [0, 1, 1, 2, 3, 2];
    const tree = clusterTree({ linkage: new Float64Array(), neurons: new Int32Array(), layers: 3, hidden: 2 });
    const view = { ...cutTree(tree, 0.3), labels: Int32Array.from(labels), sizes: Int32Array.from([1, 2, 2, 1]) };
    const chart = clusterMap(view, 'Clusters');
    const titles = Array.from(chart.categoryOf, (category) => chart.categories[category]?.title);
    expect(titles).toEqual(['constant, set aside', '2 layers', '2 layers', '2 layers', 'stands alone', '2 layers']);
    expect(chart.read(1)).toBe('Layer 0, neuron 1: cluster 1, 2 neurons of layers 0–1');
  });
});

describe('figures of compared results', () => {
  it('have ids of their own, and tables that are not empty', () => {
    const ablation = { sizes: [{ neurons: 1, ...{ top: {}, bottom: {}, random: {} } }] };
    const shown = ['a', 'b'].map((title) => {
      const answer = ask(1, 1);
      const [clusters = null] = storedClusters(analysis, 1);
      const map = fateMap({ layers: 3, hidden: 4 }, answer, clusters?.labels);
      const question = { deltas: { layers: 1, neurons: 1 }, threshold: 0.3 };
      const result = { title, stem: title, analysis: { ...analysis, ablation } };
      return {
        result,
        question,
        answer,
        map,
        clusters,
        thresholds: [0.3],
        tree: null,
        stored: storedClusters(analysis, 1),
      };
    });
    const view = { metric: 'accuracy', split: 'test', compared: true, estimate: 'biased' } as const;
    const measured = measuredSection(
      'neurons',
      shown.map(({ result }) => result),
      view,
    );
    const neurons = neuronFigures(shown, 2, 'accuracy', 'test', measured.findings);
    const clusters = clusterFigures(shown, 2);
    const figures = [
      ...[neurons.sizes, neurons.claims, ...measured.figures],
      ...[...neurons.rankings, ...clusters.counts, ...clusters.maps],
    ];
    expect(figures.map((figure) => figure?.id)).toEqual([
      'sizes',
      'claims',
      'ablation',
      'ablation-2',
      'ranking',
      'ranking-2',
      'windows',
      'cluster-sizes',
      'cluster-map',
      'cluster-map-2',
    ]);
    expect(figures.filter((figure) => figure?.table.columns.length === 0)).toEqual([]);
    expect(neurons.findings[0]).toMatch(/^a: Of 12 neurons/);
    expect(clusters.curve).toBeNull();
    expect(neuronFigures([], 1, 'accuracy', 'test', []).findings).toHaveLength(1);
  });
});

describe('clusters', () => {
  /** Neurons 1, 2, 3 of one layer; 1 and 2 meet at 0.1, 3 at 0.6. */
  const tree = clusterTree({
    linkage: Float64Array.from([0, 1, 0.1, 2, 2, 3, 0.6, 3]),
    neurons: Int32Array.from([1, 2, 3]),
    layers: 2,
    hidden: 2,
  });

  it('at any threshold come from the dendrogram', () => {
    const view = cutTree(tree, 0.3);
    expect([...view.labels]).toEqual([0, 1, 1, 2]);
    expect([...view.sizes]).toEqual([1, 2, 1]);
    expect(view.windows).toEqual([
      { window: 1, clusters: 1 },
      { window: 2, clusters: 1 },
    ]);
    expect(cutTree(tree, -1).clusters).toBe(3);
    const curve = clusterCurve(tree);
    expect(curve.map(({ clusters }) => clusters).slice(9, 11)).toEqual([3, 2]);
    expect(curve.at(-1)?.clusters).toBe(1);
  });

  it('of a file without clusterings are those of its selections', () => {
    const [view] = storedClusters(analysis, 1);
    expect(view).toMatchObject({ threshold: 0.3, layers: 2, clusters: 4, constantNeurons: 1 });
    expect(storedClusters(analysis, 2)).toEqual([]);
  });

  it('are counted by size in bins that double', () => {
    expect(sizeBins(Int32Array.from([9, 1, 1, 2, 3, 4, 5, 8, 9]))).toEqual([
      { title: '1', clusters: 2, neurons: 2 },
      { title: '2', clusters: 1, neurons: 2 },
      { title: '3–4', clusters: 2, neurons: 7 },
      { title: '5–8', clusters: 2, neurons: 13 },
      { title: '9–16', clusters: 1, neurons: 9 },
    ]);
  });
});

describe('sentences', () => {
  const question = { deltas: { layers: 1, neurons: 1 }, threshold: 0.3 };
  const said = (found: ReturnType<typeof ask>, left: number | null = null) =>
    plainText(verdictOf(large, 'SST-2 with tiny', { question, answer: found, left }).phrases);
  /** With rows enough to tell a loss of 1 %, and as many test rows as the answer is tested on. */
  const large = {
    ...analysis,
    instances: { train: 9000, dev: 1000, test: 200 },
    mcnemar: {
      method: 'exact' as const,
      comparisons: [{ ...question, size: 2, seeds: [{ onlyOracleRight: 4, onlyReducedRight: 3, p: 1 }] }],
    },
  };

  it('answer in neurons, say what is a bound and what is not yet known', () => {
    expect(said(ask(1, 1))).toBe(
      "SST-2 with tiny needs 2 of 12 neurons (16.7 %) from layers 0–1: 99.4 % of the full probe's accuracy (89.5 % against 90.0 %).",
    );
    expect(said(ask(1, 10))).toContain('whether 1 of 12 neurons (8.3 %), in layer 1, is enough is not settled');
    expect(said(ask(0, 1), 7)).toBe(
      'Not yet retrained at c = 0.3 with layers 0–2: 7 of 12 neurons are left to choose from.',
    );
  });

  it('tell the way to the answer', () => {
    expect(pathFinding(ask(1, 1), question, analysis)).toBe(
      'Of 12 neurons, layer selection leaves 8, clustering at c = 0.3 leaves 4, feature selection keeps 2.',
    );
  });

  it('describe clusters', () => {
    const [view] = storedClusters(analysis, 1);
    expect(
      view &&
        clustersFinding(view)
          .replaceAll(/\u2060/g, '')
          .replaceAll('\u202f', ' '),
    ).toBe(
      'At c = 0.3 the 8 neurons in layers 0–1 form 4 clusters (50.0 % remain). 3 of them hold more than one neuron, 0 span more than one layer. 1 neuron has one value in every row.',
    );
  });

  it('put McNemar’s test in words', () => {
    const test = (onlyOracleRight: number, onlyReducedRight: number, p: number, rows: number) => ({
      mcnemar: {
        method: 'exact' as const,
        comparisons: [{ ...question, size: 2, seeds: [{ onlyOracleRight, onlyReducedRight, p }] }],
      },
      instances: { train: 1, dev: 1, test: rows },
      maxFeatures: null,
      unit: 'row' as const,
    });
    expect(mcnemarFinding(test(4, 3, 1, 20), question)).toBe(
      '4 of 20 test rows are right only with all neurons, 3 only with these 2, a difference that chance makes often: the two probes cannot be told apart (McNemar’s exact test; p = 1).',
    );
    expect(mcnemarFinding({ ...test(4, 3, 1, 20), unit: 'word' }, question)).toContain('4 of 20 test words are');
    expect(mcnemarFinding(test(40, 3, 1e-9, 200), question)).toContain('the reduced probe is worse');
    expect(mcnemarFinding(test(40, 3, 1e-9, 200), question)).toContain('p < 0.001');
    expect(mcnemarFinding({ ...test(4, 3, 1, 20), mcnemar: null }, question)).toBe('');
  });
});

describe('the paper’s claims', () => {
  it('stand beside figures of one’s own, or the reason why there is none', () => {
    const own = claims(analysis, ask(1, 1), 'accuracy', 'test');
    expect(own.map(({ yours }) => yours)).toEqual([null, 1 - 2 / 12, 0.85 / 0.9, null, 0.5, 0.5]);
    expect(own[0]?.basis).toContain('run with all thresholds');
    const clustering = [0.3, 0.6].map((threshold, i) => ({
      threshold,
      clusters: 8 - 4 * i,
      labels: [],
      representatives: [],
      constantNeurons: 0,
      windows: [],
      ...all(0.9 - i / 5),
    }));
    const [general] = claims({ ...analysis, clustering }, ask(1, 1), 'accuracy', 'test');
    expect(general?.yours).toBeCloseTo(1 / 3, 12);
  });

  it('of papers since stand in the table alone, each with its source', () => {
    const shown = [{ result: { title: 'a', stem: 'a', analysis }, question: entry, answer: ask(1, 1), map: null }];
    const { chart, table } = claimsFigure(shown, 'accuracy', 'test');
    expect(chart).toMatchObject({
      marks: { values: [0.85, 0.92, 0.97] },
      bars: [{ values: [null, 1 - 2 / 12, 0.85 / 0.9] }],
    });
    const layers = table.rows.slice(3).map((row) => row.map(({ text }) => text));
    expect(layers.map(([, published, yours]) => [published, yours])).toEqual([
      ['up to 40\u202f%', '–'],
      ['up to 50\u202f%', '50.0\u202f%'],
      ['25\u202f%', '50.0\u202f%'],
    ]);
    expect(layers.map((row) => row.at(-1)?.split(',')[0])).toEqual([
      'Sajjad et al. 2023',
      'Gromov et al. 2025',
      'Men et al. 2025',
    ]);
    expect(layers[1]?.[3]).toBe('2 neurons kept, the highest of layer 1 of 2');
  });

  it('say nothing of layers where the answer does not hold', () => {
    const [, , , ...layers] = claims({ ...analysis, oracle: all(0.4) }, ask(1, 1), 'accuracy', 'test');
    expect(layers.map(({ yours }) => yours)).toEqual([null, null, null]);
  });
});

describe('the extra questions in words', () => {
  const seeds = (mean: number) => ({ mean, deviation: 0, seeds: [mean] });
  const selective = (score: number, control: number) => {
    const own = { score: seeds(score), control: seeds(control), selectivity: seeds(score - control) };
    return selectivityFinding(
      { ...analysis, selectivity: { control: 'shuffled-labels', oracle: own, layers: [{ layer: 2, ...own }] } },
      'accuracy',
    );
  };

  it('claim knowledge only where the true labels score more than shuffled ones', () => {
    expect(selective(0.9, 0.5)).toMatch(/the rest is what the neurons know\. Most selective by itself is layer 2\.$/);
    expect(selective(0.4, 0.5)).toMatch(/on the true ones 40\.0\D+%: no more, so nothing shows that the neurons know/);
    expect(selective(0.5, 0.5)).not.toContain('Most selective');
  });

  it('speak of one neuron as one', () => {
    const curve = { accuracy: seeds(0.9) };
    const ablation = { sizes: [{ neurons: 1, top: curve, bottom: curve, random: curve }] };
    expect(ablationFinding({ ...analysis, ablation }, 'accuracy')).toContain('its top neuron is the first to reach 97');
    expect(originFinding([6], 4)).toBe('The one kept neuron is from layer 1.');
    expect(originFinding([6, 7, 1], 4)).toBe('Of the 3 kept neurons, 2 from layer 1 and 1 from layer 0.');
  });
});
