import { describe, expect, test } from 'vitest';
import { tasks, withLabels } from '../../../src/data/tasks.ts';
import { defaultOptions, type RunOptions } from '../../../src/session/contract.ts';
import { checkOptions, seedList } from '../../../src/session/options.ts';
import { countWork } from '../../../src/session/estimate/work.ts';

describe('options of a run', () => {
  test('the defaults are in order for every task, with its own metric', () => {
    for (const task of Object.values(tasks)) {
      expect(checkOptions(defaultOptions, withLabels(task, ['a', 'b']))).toBe(task.metric);
    }
  });

  const wrong: [string, Partial<RunOptions>][] = [
    ['seeds', { seeds: 0 }],
    ['seeds', { seeds: 1.5 }],
    ['seed', { seed: -1 }],
    ['maximum length', { maxLength: 2 }],
    ['rows', { rows: 0 }],
    ['rows', { rows: Number.NaN }],
    ['threads', { threads: 0 }],
    ['No clustering threshold', { thresholds: [] }],
    ['0 is no clustering threshold', { thresholds: [0] }],
    ['1 is no clustering threshold', { thresholds: [-1, 1] }],
    ['-0.5 is no clustering threshold', { thresholds: [-0.5] }],
    ['NaN is no clustering threshold', { thresholds: [Number.NaN] }],
    ['"thresholds" holds 0.3 twice', { thresholds: [0.3, 0.3] }],
    ['No pair of deltas', { deltas: [] }],
    ['-1 is no delta', { deltas: [{ layers: 1, neurons: -1 }] }],
    ['101 is no delta', { deltas: [{ layers: 101, neurons: 1 }] }],
    ['"deltas" holds 2:1 twice', { deltas: Array(2).fill({ layers: 2, neurons: 1 }) as RunOptions['deltas'] }],
    ['matthews_corrcoef', { metric: 'matthews_corrcoef' }],
  ];
  test.each(wrong)('refused: %s', (name, change) => {
    expect(() => checkOptions({ ...defaultOptions, ...change }, tasks['sts-b'])).toThrow(
      expect.objectContaining({ code: 'bad-option', message: expect.stringContaining(name) }),
    );
  });

  test('seeds count up from the first', () => {
    expect(seedList({ ...defaultOptions, seed: 7, seeds: 3 })).toEqual([7, 8, 9]);
  });
});

test('work grows with what it is spent on', () => {
  const shape = { layers: 2, hidden: 8, intermediate: 16, outputs: 2 };
  const rows = { extracted: 10, analysed: 20 };
  const asked = { ...defaultOptions, seeds: 1 };
  const work = countWork(shape, 5, rows, asked);
  // 2 layers of (8·64 + 4·128 + 4·5·8) operations a token, 10 rows of 5 tokens.
  expect(work.encoder).toBe(10 * 5 * 2 * (8 * 64 + 4 * 128 + 4 * 5 * 8));
  // 3 single probes of 8 and 3 concatenated of 8, 16, 24 neurons: 72 weights a class.
  expect(work.probes).toBe(20 * 72 * 2 * 4 * 11);
  expect(countWork(shape, 5, { ...rows, extracted: 0 }, { ...asked, seeds: 3 })).toMatchObject({
    encoder: 0,
    probes: 3 * work.probes,
    clusters: work.clusters,
    selection: 3 * work.selection,
  });
  const more = { ...asked, sweep: true, maxFeatures: true };
  const wider = countWork(shape, 5, rows, more);
  expect(wider.clusters).toBeGreaterThan(work.clusters);
  expect(wider.selection).toBeGreaterThan(work.selection);
  expect(countWork(shape, 5, rows, { ...asked, protocol: 'paper' }).questions).toBe(0);
});
