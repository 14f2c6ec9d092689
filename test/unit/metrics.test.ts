import { expect, test } from 'vitest';
import { evaluate, pearson, scoresFor, spearman, summarise } from '../../src/probe/metrics.ts';

test('a task has the scores of its kind', () => {
  expect(scoresFor(2)).toEqual(['accuracy', 'f1', 'macro_f1', 'matthews_corrcoef', 'accuracy_f1']);
  expect(scoresFor(3)).toEqual(['accuracy', 'macro_f1', 'matthews_corrcoef']);
  expect(scoresFor(null)).toEqual(['pearson', 'spearman', 'pearson_spearman']);
});

test('a zero denominator gives 0, an all-positive prediction its true f1', () => {
  const allPositive = evaluate(['f1', 'matthews_corrcoef'], [0, 1, 1], [1, 1, 1]);
  expect(allPositive.get('f1')).toBeCloseTo(0.8, 12);
  expect(allPositive.get('matthews_corrcoef')).toBe(0);
  expect(evaluate(['f1'], [0, 0], [0, 0]).get('f1')).toBe(0);
});

test('a label that train does not have is never right and counts as a class of its own', () => {
  const scores = evaluate(['accuracy', 'macro_f1'], [0, 1, -1, -1], [0, 1, 0, 1]);
  expect(scores.get('accuracy')).toBe(0.5);
  // f1 of the classes 0, 1 and the unknown one: 2/3, 2/3, 0
  expect(scores.get('macro_f1')).toBeCloseTo(4 / 9, 12);
});

test('the correlation of a constant, or of a single value, is not defined', () => {
  expect(pearson([1, 2, 3], [0.1, 0.1, 0.1])).toBeNull();
  expect(spearman([2, 2], [1, 3])).toBeNull();
  expect(pearson([1], [2])).toBeNull();
  expect(evaluate(['pearson_spearman'], [1, 2], [3, 3]).get('pearson_spearman')).toBeNull();
});

test('rounding carries no correlation past 1', () => {
  const x = Array.from({ length: 99 }, (_, i) => Math.sin(i) * 1e-3 + 5);
  expect(pearson(x, x)).toBeLessThanOrEqual(1);
  expect(pearson(x, x)).toBeCloseTo(1, 12);
  expect(
    spearman(
      x,
      x.map((value) => -value),
    ),
  ).toBeGreaterThanOrEqual(-1);
});

test('seeds are summed up as mean and population deviation, undefined with one undefined', () => {
  const score = summarise([0.8, 0.9]);
  expect(score.mean).toBeCloseTo(0.85, 12);
  expect(score.deviation).toBeCloseTo(0.05, 12);
  expect(score.seeds).toEqual([0.8, 0.9]);
  expect(summarise([0.7]).deviation).toBe(0);
  expect(summarise([0.7, null])).toEqual({ mean: null, deviation: null, seeds: [0.7, null] });
});
