import { expect, test } from 'vitest';
import type { Geometry } from '../../src/measures/geometry/field.ts';
import { measuredObservations, measuredSection } from '../../src/measures/reports.ts';
import { fieldNames } from '../../src/measures/fields.ts';
import type { Analysis, Measured } from '../../src/report/analysis.ts';
import { unspaced } from '../../src/report/format.ts';
import { extremePairs } from '../../src/report/layer-pairs.ts';
import { outliersOf } from '../../src/report/outliers.ts';

const view = { metric: 'accuracy', split: 'test', compared: false, estimate: 'biased' } as const;
const none = Object.fromEntries(fieldNames.map((name) => [name, null])) as Measured;

const neuron = (index: number, part: number, variance: number | null) => ({ index, part, variance });
const geometry: Geometry = {
  blockInfluence: [0.5, 0.01, 0.2],
  angularDistance: [
    [0, 0.3, 0.31, 0.4],
    [0.3, 0, 0.02, 0.2],
    [0.31, 0.02, 0, 0.19],
    [0.4, 0.2, 0.19, 0],
  ],
  participationRatio: [null, 2, 3, 4],
  effectiveRank: [null, 3, 4, 5],
  matrixEntropy: [null, 0.5, 0.6, 0.7],
  anisotropy: [
    { mean: 1, neurons: [neuron(0, 0.9, null)] },
    { mean: 0.9, neurons: [neuron(2, 0.8, 0.7), neuron(1, 0.05, 0.1)] },
    { mean: 0.8, neurons: [neuron(3, 0.3, 0.1), neuron(2, 0.2, 0.1)] },
    { mean: 0.05, neurons: [neuron(3, 0.05, 0.1)] },
  ],
};

/** Scores of the probe on layers 0..k, on dev. */
function analysisOf(dev: number[], labels: number[] | null = null): Analysis {
  const scores = (mean: number) => ({ accuracy: { mean, deviation: 0, seeds: [mean] } });
  const splits = dev.map((mean) => ({ train: scores(mean), dev: scores(mean), test: scores(mean) }));
  const entries = splits.map((own, layer) => ({ layer, ...own }));
  return {
    ...none,
    geometry,
    ...{ protocol: 'refined', metric: 'accuracy', shape: { layers: 4, hidden: 4 } },
    ...{ oracle: splits[3], layers: { individual: entries, concatenated: entries } },
    clustering:
      labels === null
        ? []
        : [
            { threshold: -1, labels: [] },
            { threshold: 0.3, labels },
          ],
  } as unknown as Analysis;
}

function section(analysis: Analysis) {
  return measuredSection('geometry', [{ title: 'a run', stem: 'winnow-a', analysis }], view);
}

test('what changes least, the best block beside LayerSelector’s, and who dominates', () => {
  const { findings, figures } = section(analysisOf([0.5, 0.6, 0.9, 0.9]));
  expect(unspaced(findings[0])).toBe(
    'Layer 2 changes the vectors least (block influence 0.010), layer 1 most (0.500). ' +
      'For a loss of 1 % LayerSelector leaves out layer 3; the block of that length that turns the vectors least is layer 2 (angular distance 0.020). ' +
      'In layers 1 and 2 at most 2 neurons a layer make half or more of how alike the vectors point, most of all neuron 2 of layer 1 (88.9 %). ' +
      'They have half or more of the variance of layer 1: CKA compares little else there.',
  );
  const ids = [
    'block-influence',
    'angular-distance',
    'best-blocks',
    'layer-directions',
    'matrix-entropy',
    'anisotropy',
  ];
  expect(figures.map(({ id }) => id)).toEqual(ids);
  const table = (id: string) =>
    figures.find((figure) => figure.id === id)!.table.rows.map((row) => row.map(({ text }) => text));
  expect(table('block-influence')[0]).toEqual(['0', '–']);
  expect(table('layer-directions')[0]).toEqual(['0', '–', '–']);
  expect(table('best-blocks')).toEqual([
    ['1', 'layer 2', '0.020', 'layer 3 (1, 2, 3 %)', '0.190'],
    ['2', 'layers 2 to 3', '0.200', '–', '–'],
    ['3', 'layers 1 to 3', '0.400', '–', '–'],
  ]);
  expect(table('anisotropy')[1]).toEqual(['1', '0.900', '2', '0.800', '0.700']);
});

test('LayerSelector that leaves out the best block, and one that leaves out none', () => {
  const alike = { ...geometry, angularDistance: geometry.angularDistance.map((row) => row.map(() => 0.1)) };
  const text = (dev: number[]) => section({ ...analysisOf(dev), geometry: alike }).findings[0];
  expect(text([0.9, 0.9, 0.9, 0.9])).toContain('leaves out layers 1 to 3, which are all there are.');
  expect(text([0.1, 0.9, 0.9, 0.9])).toContain('leaves out layers 2 to 3; the block of that length');
  const late = { ...geometry, angularDistance: alike.angularDistance.map((row) => [...row]) };
  late.angularDistance[2][3] = 0.01;
  const one = section({ ...analysisOf([0.1, 0.2, 0.9, 0.9]), geometry: late }).findings[0];
  expect(one).toContain('leaves out layer 3, which also turns the vectors least');
  expect(text([0.1, 0.2, 0.3, 0.9])).not.toContain('LayerSelector');
});

test('layers that all do the same, and vectors that point no way', () => {
  const blockInfluence = [0.2, 0.2, 0.2];
  const text = (anisotropy: Geometry['anisotropy']) =>
    section({ ...analysisOf([0.1, 0.2, 0.3, 0.9]), geometry: { ...geometry, blockInfluence, anisotropy } }).findings[0];
  const same = 'All layers change the vectors alike (block influence 0.200).';
  expect(
    text([
      { mean: null, neurons: [] },
      { mean: 0.05, neurons: [neuron(3, 0.05, 0.1)] },
    ]),
  ).toBe(same);
  expect(text([{ mean: 0.8, neurons: [neuron(3, 0.1, 0.1)] }])).toBe(
    `${same} No few neurons carry half of how alike the vectors of layer 0 point.`,
  );
  expect(text([{ mean: 0.8, neurons: [neuron(3, 0.7, 0.1)] }])).toContain(
    'In layer 0 at most 1 neuron a layer makes half or more',
  );
  const shares = [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ];
  shares[1][0] = 0.9999;
  expect(extremePairs(shares)).toBe('every two layers that can be compared are equally alike (1.000)');
  const intrinsicDimension = { rows: 12, layers: [587, 3, 2, 4.5] };
  const dimension = { ...analysisOf([1]), geometry: null, intrinsicDimension };
  expect(section(dimension).findings[0]).toBe(
    'Rows vary in most directions in layer 1 (intrinsic dimension 3.00), in layer 2 in 2.00.',
  );
  const level = { ...analysisOf([1]), geometry: null, intrinsicDimension: { rows: 12, layers: [3.0001, 3, 3] } };
  expect(section(level).findings[0]).toBe('Rows vary in as many directions in every layer (intrinsic dimension 3.00).');
});

test('labels that no layer shortens, and probes that mislead', () => {
  const layers = [{ bits: [4, 8], control: [5, 9] }];
  const said = (own: object) =>
    measuredSection('layers', [{ title: 'a run', stem: 'a', analysis: { ...analysisOf([1]), ...own } }], view)
      .findings[0];
  expect(said({ codeLength: { uniform: 10, ends: [1, 2], layers } })).toContain('No layer that tells rows apart makes');
  expect(said({ codeLength: { uniform: 24, ends: [1, 2], layers } })).toContain('2.00 times shorter');
  const oracle = { mean: -0.5, deviation: 0, seeds: [-0.5] };
  const usableInformation = { rows: 2, most: 1, oracle, layers: [], hardest: [{ row: 0, bits: -1 }] };
  expect(said({ usableInformation })).toContain(
    'tells −0.500. Below 0 a probe misleads. It speaks against the label of at least 1 row.',
  );
});

test('neurons dominate clusters where these hold half of the layer', () => {
  const labels = [0, 0, 0, 0, 1, 2, 5, 5, 3, 4, 6, 7, 8, 9, 10, 11];
  expect(outliersOf(geometry, analysisOf([1, 1, 1, 1], labels))).toMatchObject([
    { layer: 1, neurons: [2], clustered: 0.5 },
    { layer: 2, neurons: [3, 2], clustered: 0.5 },
  ]);
  expect(section(analysisOf([1, 1, 1, 1], labels)).findings[0]).toContain(
    'Their clusters hold half or more of layers 1 and 2.',
  );
  const apart = labels.map((_, neuronNumber) => neuronNumber + 1);
  expect(outliersOf(geometry, analysisOf([1, 1, 1, 1], apart))[0].clustered).toBe(0.25);
});

test('every number is a row of the scores', () => {
  const rows = measuredObservations({ ...none, geometry }, { seeds: [0], metric: 'accuracy' });
  expect(rows).toHaveLength(3 + 4 * 4 + 10);
  expect(rows[0]).toMatchObject({ metric: 'block_influence', layer: 1, value: 0.5, part: 'train' });
});

test('a result without it says and shows nothing of it', () => {
  expect(section({ ...analysisOf([1, 1, 1, 1]), geometry: null })).toEqual({
    findings: [''],
    figures: [],
    leftOut: [],
  });
});
