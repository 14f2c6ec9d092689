import { describe, expect, test } from 'vitest';
import { selectTopLayer } from '../../src/redundancy/layer-selector.ts';
import { smallestEnough, type Search } from '../../src/redundancy/minimal-set.ts';
import { orderNeurons, rankByClass, weightSizes } from '../../src/redundancy/rank.ts';

describe('LayerSelector', () => {
  test.each([
    ['the first that passes, not the best', [0.5, 0.971, 0.99, 1], 3, 1],
    ['strictly: a score on the target does not pass', [0.5, 0.75, 0.8, 1], 25, 2],
    ['no loss allowed: only a better score passes', [0.5, 0.9, 0.9], 0, 2],
    ['none passes: the last layer', [0.5, 0.6, 0.9], 1, 2],
    ['undefined scores never pass', [null, null, 0.9], 50, 2],
    ['an undefined oracle keeps all layers', [0.5, 0.9, null], 3, 2],
  ])('%s', (_, dev, delta, expected) => {
    expect(selectTopLayer(dev, delta, 'paper')).toBe(expected);
    expect(selectTopLayer(dev, delta, 'refined')).toBe(expected);
  });

  test('negative scores lose downwards in refined; the published rule asks them to gain', () => {
    const dev = [-0.3, -0.205, -0.2];
    expect(selectTopLayer(dev, 2, 'refined')).toBe(2);
    expect(selectTopLayer(dev, 3, 'refined')).toBe(1);
    expect(selectTopLayer([-0.3, -0.196, -0.2], 3, 'paper')).toBe(2);
    expect(selectTopLayer([-0.3, -0.193, -0.2], 3, 'paper')).toBe(1);
  });
});

describe('the smallest number of neurons', () => {
  const grid = [1, 2, 4, 8, 16, 32, 64];
  function searching(least: number, search: Partial<Search> = {}) {
    const tried: number[] = [];
    const scoreAt = async (sizes: number[]) => {
      tried.push(...sizes);
      return sizes.map((size) => (size >= least ? 0.9 : 0.5));
    };
    return { tried, answer: smallestEnough({ grid, available: 100, target: 0.8, exact: false, scoreAt, ...search }) };
  }

  test.each([
    [1, 1],
    [3, 4],
    [33, 64],
    [65, 100],
  ])('on the grid, where %i are needed: %i', async (least, expected) => {
    const { tried, answer } = searching(least);
    expect(await answer).toBe(expected);
    expect(new Set(tried).size).toBe(tried.length);
    expect(tried).toEqual([...tried].sort((a, b) => a - b));
  });

  test.each([1, 2, 3, 5, 31, 32, 33, 65, 99, 100])('exactly, where %i are needed', async (least) => {
    const { tried, answer } = searching(least, { exact: true });
    expect(await answer).toBe(least);
    expect(new Set(tried).size).toBe(tried.length);
    expect(Math.max(...tried)).toBeLessThan(100);
  });

  test('on the target is not enough, an undefined score neither, an undefined target nothing but all', async () => {
    const scoreAt = async (sizes: number[]) => sizes.map((size) => (size > 4 ? 0.8 : null));
    expect(await searching(1, { scoreAt, exact: true }).answer).toBe(100);
    expect(await searching(1, { target: null }).answer).toBe(100);
    expect(await searching(1, { grid: [], available: 1 }).answer).toBe(1);
  });
});

describe('ranking', () => {
  const probe = (...rows: number[][]) => ({
    weight: Float32Array.from(rows.flat()),
    bias: new Float32Array(rows.length),
  });

  test('by size of the weight, whatever its sign; mean over seeds', () => {
    expect([...rankByClass(weightSizes([probe([0.5, -3, 1])])[0])]).toEqual([1, 2, 0]);
    const [sizes] = weightSizes([probe([1, -2, 0]), probe([-3, 0, 0.5])]);
    expect([...sizes]).toEqual([2, 1, 0.25]);
  });

  test('neurons of weight 0 come last and are not lost', () => {
    const { order, cutoffs } = orderNeurons(weightSizes([probe([0, 2, 0, 1], [0, 1, 0, 4])]), 'size');
    expect([...order]).toEqual([3, 1, 0, 2]);
    expect(cutoffs[0]).toBe(2);
    expect(cutoffs[1000]).toBe(2);
    const none = orderNeurons(weightSizes([probe([0, 0, 0])]), 'size');
    expect([...none.order].sort()).toEqual([0, 1, 2]);
  });
});
