/** Differences of two results: row by row as statsmodels has it, by intervals where rows cannot be paired. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { baseOf, differenceTo, rightRows } from '../../../src/compare/difference.ts';
import { checkRun } from '../../../src/run/run-file.ts';
import { comparedRun, madeRun, predictingRun } from './made-results.ts';

interface GoldenPair {
  classes: number;
  labels: number[];
  first: number[];
  other: number[];
  onlyFirst: number;
  onlyOther: number;
  p: number;
  unpaired: [number, number];
}

const { pairs } = JSON.parse(
  readFileSync(new URL('../../fixtures/verdicts/comparison.json', import.meta.url), 'utf8'),
) as { pairs: GoldenPair[] };

const shares = (golden: GoldenPair) => {
  const right = (own: number[]) => own.filter((one, row) => one === golden.labels[row]).length / own.length;
  return right(golden.first) - right(golden.other);
};

describe.each(pairs)('two classifiers of $classes classes', (golden) => {
  const { classes, labels, first, other } = golden;

  test('are held against each other row by row: statsmodels’ McNemar', async () => {
    const own = comparedRun(await predictingRun('own', { classes, labels, predicted: [first] }));
    const base = comparedRun(await predictingRun('base', { classes, labels, predicted: [other] }));
    const found = differenceTo(own, base)!;
    expect(found.unpaired).toBe('');
    expect(found.test).toMatchObject({ onlyOracle: golden.onlyOther, onlyOther: golden.onlyFirst, seeds: 1 });
    expect(Math.abs(found.test!.p - golden.p)).toBeLessThan(1e-12);
    expect(found.mean).toBeCloseTo(shares(golden), 12);
    expect(found.interval!.low).toBeLessThanOrEqual(found.mean);
    expect(found.interval!.high).toBeGreaterThanOrEqual(found.mean);
  });

  test('of other rows by their intervals: statsmodels’ Newcombe', async () => {
    const texts = labels.map((_, row) => `another ${row}`);
    const own = comparedRun(await predictingRun('own', { classes, labels, predicted: [first] }));
    const base = comparedRun(await predictingRun('base', { classes, labels, predicted: [other], texts }));
    const found = differenceTo(own, base)!;
    expect(found.test).toBeNull();
    expect(found.unpaired).toBe('the test rows differ');
    expect(found.interval!.low).toBeCloseTo(golden.unpaired[0], 9);
    expect(found.interval!.high).toBeCloseTo(golden.unpaired[1], 9);
  });
});

describe('what is paired', () => {
  const [{ labels, first, other }] = pairs;

  test('needs predictions of both', async () => {
    const own = comparedRun(await predictingRun('own', { classes: 2, labels, predicted: [first] }));
    const base = comparedRun(madeRun('base'), 'The base');
    expect(differenceTo(own, base)).toMatchObject({ test: null, unpaired: 'The base holds no predictions' });
  });

  test('is one seed with one seed, as far as both go', async () => {
    const own = comparedRun(await predictingRun('own', { classes: 2, labels, predicted: [first, first, other] }));
    const base = comparedRun(await predictingRun('base', { classes: 2, labels, predicted: [other, other] }));
    expect(differenceTo(own, base)!.test).toMatchObject({ seeds: 2 });
  });

  test('needs the same labels: the same numbers may stand for others', async () => {
    const run = await predictingRun('own', { classes: 2, labels, predicted: [first] });
    const base = await predictingRun('base', { classes: 2, labels, predicted: [other] });
    const renamed = checkRun({ ...base, data: { ...base.data, labels: ['no', 'yes'] } }, 'renamed');
    expect(differenceTo(comparedRun(run), comparedRun(renamed))!.unpaired).toBe('the classes have other names');
  });

  test('a label that train lacks is never right', async () => {
    const unknown = labels.map((label, row) => (row === 0 ? -1 : label));
    const run = await predictingRun('own', { classes: 2, labels: unknown, predicted: [labels] });
    const [right] = rightRows(run.predictions!);
    expect(right[0]).toBe(0);
    expect(right.subarray(1).every((one) => one === 1)).toBe(true);
  });

  test('on another task the base’s model stands for the base', () => {
    const task = (name: 'sst-2' | 'cola', model: string) => {
      const run = madeRun(model);
      return comparedRun(checkRun({ ...run, data: { ...run.data, task: name } }, model));
    };
    const runs = [task('sst-2', 'a'), task('sst-2', 'b'), task('cola', 'a'), task('cola', 'b')];
    expect(runs.map((run) => baseOf(run, runs, runs[0]))).toEqual([null, runs[0], null, runs[2]]);
    expect(runs.map((run) => baseOf(run, runs, runs[3]))).toEqual([runs[1], null, runs[3], null]);
  });
});

describe('predictions in a run file', () => {
  test('are as many as the rows, or the file is refused', async () => {
    const run = await predictingRun('own', { classes: 2, labels: [0, 1, 1], predicted: [[0, 1, 0]] });
    const wrong = { ...run, predictions: { ...run.predictions, predicted: ['AAEAAA=='] } };
    expect(() => checkRun(wrong, 'wrong')).toThrow('at predictions, 3 rows are expected');
    expect(() => checkRun({ ...run, predictions: { ...run.predictions, sha256: 'x' } }, 'wrong')).toThrow();
  });

  test('take no more room than they may: seeds are left out, then all', async () => {
    const labels = new Array<number>(300).fill(1);
    const made = { classes: 2, labels, predicted: [labels, labels, labels] };
    // 300 rows are 400 characters, and the labels take as many.
    const counts = [1600, 1599, 800, 799].map(async (most) => {
      const { predictions } = await predictingRun('own', { ...made, most });
      return [predictions!.labels.length, predictions!.predicted.length];
    });
    expect(await Promise.all(counts)).toEqual([
      [400, 3],
      [400, 2],
      [400, 1],
      [0, 0],
    ]);
  });
});
