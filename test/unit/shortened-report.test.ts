/** What is said of a model without layers, by made numbers: 100 test rows, three seeds. */
import { expect, test } from 'vitest';
import { mcnemarExact } from '../../src/base/binomial.ts';
import { shortenedField, type Shortened, type ShortenedModel } from '../../src/measures/shortened/field.ts';
import { fieldNames } from '../../src/measures/fields.ts';
import { measuredObservations, measuredSection } from '../../src/measures/reports.ts';
import type { Analysis, Measured } from '../../src/report/analysis.ts';
import type { CurveChart } from '../../src/report/chart.ts';
import { unspaced } from '../../src/report/format.ts';

const view = { metric: 'accuracy', split: 'test', compared: false, estimate: 'biased' } as const;
const none = Object.fromEntries(fieldNames.map((name) => [name, null])) as Measured;
const rows = 100;

const scored = (hits: number[], name = 'accuracy') => {
  const seeds = hits.map((count) => count / rows);
  const mean = seeds.reduce((sum, one) => sum + one, 0) / seeds.length;
  const deviation = Math.sqrt(seeds.reduce((sum, one) => sum + (one - mean) ** 2, 0) / seeds.length);
  const part = { [name]: { mean, deviation, seeds } };
  return { train: part, dev: part, test: part };
};

const full = [90, 91, 92];

/** By what it loses of the whole model's hits, seed by seed; so many rows more change sides both ways. */
function without(first: number, lost: number[], changed = 2): ShortenedModel {
  const seeds = lost.map((less) => {
    const [only, other] = [Math.max(less, 0) + changed, Math.max(-less, 0) + changed];
    return { onlyOracleRight: only, onlyReducedRight: other, p: mcnemarExact(only, other) };
  });
  return { first, ...scored(full.map((hits, seed) => hits - lost[seed])), seeds };
}

const found: Shortened = {
  lengths: [
    { length: 1, best: without(1, [0, 0, 0]), top: without(5, [1, 1, 1]) },
    { length: 2, best: without(1, [1, 0, 1]), top: without(4, [20, 21, 22]) },
    { length: 3, best: without(0, [30, 30, 30]), top: null },
  ],
};

function analysisOf(shortened: Shortened, change: Partial<Analysis> = {}): Analysis {
  const entries = Array.from({ length: 7 }, (_, layer) => ({ layer, ...scored(full) }));
  return {
    ...none,
    shortened,
    ...{ protocol: 'refined', metric: 'accuracy', classes: 2, majority: 0.5, shape: { layers: 7, hidden: 4 } },
    ...{ instances: { train: 900, dev: rows, test: rows }, seeds: 3, clustering: [], selectivity: null },
    ...{ oracle: scored(full), layers: { individual: entries, concatenated: entries } },
    ...change,
  } as unknown as Analysis;
}

function section(analysis: Analysis) {
  const { findings, figures } = measuredSection('geometry', [{ title: 'a run', stem: 'winnow-a', analysis }], view);
  return { text: unspaced(findings[0]), figures };
}

const [one, two, three] = found.lengths;

test('the longest block that costs nothing that shows, what a longer one costs, and as many at the top', () => {
  expect(section(analysisOf(found)).text).toBe(
    'Without layers 2 to 3 a probe trained anew on the last layer has 90.3 % on the test part, with all layers 91.0 %: ' +
      'leaving them out costs 0.7 ± 0.5 points, a difference that chance makes often (McNemar’s exact test, p = 1; the 95 % interval reaches 4.9 points). ' +
      'No longer block that was tried does as well: leaving out layers 1 to 3 costs 30.0 points, more than chance explains (McNemar’s exact test, p < 0.001). ' +
      'Cutting off the top 2 layers instead costs 21.0 ± 0.8 points, more than chance explains (McNemar’s exact test, p < 0.001).',
  );
});

test('other numbers, other sentences', () => {
  const text = (...lengths: Shortened['lengths']) => section(analysisOf({ lengths })).text;
  expect(text(one)).toMatch(
    /^Without layer 2 .*: leaving it out costs nothing \(McNemar’s exact test, p = 1; the 95 % interval reaches 3.9 points\)\. Cutting off the top layer instead costs 1.0 points, a difference/,
  );
  expect(text(one)).not.toContain('longer block');
  expect(text({ length: 1, best: without(3, [30, 30, 30]), top: without(5, [0, 0, 0]) })).toMatch(
    /^Without layer 4 .* costs 30.0 points, more than chance explains .* Cutting off the top layer instead costs nothing/,
  );
  expect(text({ length: 1, best: without(3, [-8, -8, -8], 0), top: null })).toMatch(
    /leaving it out gains 8.0 points, more than chance explains .* This is the top layer: cutting it off is the same\.$/,
  );
  // One seed of three that loses is no loss, another that gains as much is no gain.
  expect(text({ ...one, best: without(1, [9, -9, 2]) })).toContain('a difference that chance makes often');
  // A longer block that costs nothing is the one that is told of; of those between nothing is said.
  const alsoFree = text(one, { ...two, best: without(1, [30, 30, 30]) }, { ...three, best: without(0, [0, 0, 0]) });
  expect(alsoFree).toMatch(/^Without layers 1 to 3 .* leaving them out costs nothing/);
  expect(alsoFree).not.toContain('longer block');
});

test('where the last layer does not show the task, nothing is claimed', () => {
  const chance = [50, 50, 50];
  const entries = Array.from({ length: 7 }, (_, layer) => ({ layer, ...scored(chance) }));
  const analysis = analysisOf(found, { layers: { individual: entries, concatenated: entries } });
  expect(section(analysis).text).toContain('does not show the task, so that leaving layers out has nothing to cost');
  expect(section(analysis).text).not.toContain('Without layer');
});

test('a regression is judged by the interval of the correlation', () => {
  const r = (hundredths: number[]) => scored(hundredths, 'pearson');
  const entries = Array.from({ length: 7 }, (_, layer) => ({ layer, ...r([80, 80, 80]) }));
  const layers = { individual: entries, concatenated: entries };
  const lengths = [
    { length: 1, best: { first: 1, ...r([79, 79, 79]) }, top: null },
    { length: 2, best: { first: 1, ...r([40, 40, 40]) }, top: null },
  ];
  const analysis = analysisOf({ lengths }, { layers, oracle: r([80, 80, 80]), classes: null, metric: 'pearson' });
  const result = measuredSection('geometry', [{ title: 'a run', stem: 'a', analysis }], { ...view, metric: 'pearson' });
  const text = unspaced(result.findings[0]);
  expect(text).toContain('costs 0.010 of the Pearson correlation, a difference that chance makes often.');
  expect(text).toContain(
    'leaving out layers 2 to 3 costs 0.400 of the Pearson correlation, more than chance explains.',
  );
});

test('the figure: both curves from the whole model on, and every number in the table', () => {
  const { figures } = section(analysisOf(found));
  expect(figures.map(({ id }) => id)).toEqual(['shortened']);
  const { curves, levels } = figures[0].chart as CurveChart;
  expect(curves.map(({ points }) => points.map(({ x, y }) => [x, Number(y.toFixed(3))]))).toEqual([
    [
      [0, 0.91],
      [1, 0.91],
      [2, 0.903],
      [3, 0.61],
    ],
    [
      [0, 0.91],
      [1, 0.9],
      [2, 0.7],
      [3, 0.61],
    ],
  ]);
  expect(levels!.map(({ y }) => y)).toEqual([0.91]);
  const table = figures[0].table.rows.map((row) => row.map(({ text }) => unspaced(text)));
  expect(table[1]).toEqual(['2', 'layers 2 to 3', '90.3 %', '−0.7', '1', '70.0 %', '−21.0', '< 0.001']);
  expect(table[2].slice(2, 5)).toEqual(table[2].slice(5));
});

test('every score and test is a row of the scores', () => {
  const all = measuredObservations({ ...none, shortened: found }, { seeds: [0, 1, 2], metric: 'accuracy' });
  expect(all).toHaveLength(5 * (3 * 3 + 3));
  expect(all.find(({ kind, part }) => kind === 'without-top' && part === 'test')).toEqual({
    ...{ kind: 'without-top', layer: 6, otherLayer: 6, part: 'test', metric: 'accuracy', seed: 0, value: 0.89 },
  });
  expect(all.filter(({ kind }) => kind === 'without-block-mcnemar').map(({ seed, layer }) => [seed, layer])).toEqual(
    [2, 2, 1].flatMap((layer) => [0, 1, 2].map((seed) => [seed, layer])),
  );
});

test('a file that names layers which its model lacks is refused', () => {
  const gap = (lengths: Shortened['lengths'], layers = 7) => shortenedField.gap!({ lengths }, { layers, hidden: 4 });
  expect(gap(found.lengths)).toBeNull();
  expect(gap([{ ...one, best: { ...one.best, first: 6 } }])).toContain('lengths.0.best');
  expect(gap([{ ...one, top: { ...two.best, first: 2 } }])).toContain('lengths.0.top');
  expect(gap([two, one])).toContain('lengths.1, lengths do not go up');
});
