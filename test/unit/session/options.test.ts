import { describe, expect, test } from 'vitest';
import { tasks, withLabels } from '../../../src/data/tasks.ts';
import { defaultOptions, type RunOptions } from '../../../src/session/contract.ts';
import type { FieldName } from '../../../src/measures/fields.ts';
import { checkOptions, seedList } from '../../../src/session/options.ts';
import { secondsOf, type CostedStage, type Workload } from '../../../src/run/stage.ts';
import { leaveOutWork, leftOutLengths, notShortened } from '../../../src/session/stages/left-out-lengths.ts';
import { encodingOperations, stagesFor } from '../../../src/session/stages/stage-table.ts';

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

  test('the model without layers needs to know which', () => {
    const asked = { ...defaultOptions, shortened: true };
    expect(checkOptions(asked, tasks['sts-b'])).toBe('pearson');
    expect(() => checkOptions({ ...asked, geometry: false }, tasks['sts-b'])).toThrow(
      expect.objectContaining({ code: 'bad-option', message: expect.stringContaining('switched off') as string }),
    );
  });

  test('seeds count up from the first', () => {
    expect(seedList({ ...defaultOptions, seed: 7, seeds: 3 })).toEqual([7, 8, 9]);
  });
});

test('operations grow with what they are spent on', () => {
  const load: Workload = {
    ...{ layers: 2, hidden: 8, outputs: 2, bytes: 1000, encoding: { operations: 7, openings: 2 } },
    ...{ rows: { train: 12, analysed: 20 }, batchSize: 5 },
    ...{
      protocol: 'refined',
      seeds: 1,
      epochs: 10,
      passes: 15,
      narrow: null,
      answers: 6,
      sweep: false,
      maxFeatures: false,
      shortened: null,
      timing: null,
    },
  };
  const occasion = {
    protocol: 'refined',
    classes: 2,
    words: false,
    texts: false,
    shortened: false,
    timing: false,
    leftOut: [],
  } as const;
  const operations = (change: Partial<Workload>) =>
    Object.fromEntries(
      stagesFor(occasion).flatMap((stage) =>
        'operations' in stage ? [[stage.name, (stage as CostedStage).operations({ ...load, ...change })]] : [],
      ),
    );
  const work = operations({});
  expect([work.read, work.extract]).toEqual([{ bytes: 1000 }, { encoding: 7, openings: 2 }]);
  // 2 layers of (8·64 + 4·128 + 4·5·8) operations a token, a row of 5 tokens.
  expect(encodingOperations({ layers: 2, hidden: 8, intermediate: 16 }, 5)).toBe(
    5 * 2 * (8 * 64 + 4 * 128 + 4 * 5 * 8),
  );
  // 3 single probes of 8 and 3 concatenated of 8, 16, 24 neurons: 72 weights a class; 24 neurons are read. Ten epochs on
  // the average, fifteen until the last ends, of 12 rows in 3 batches, then 20 rows in 4.
  expect(work.probes).toEqual({
    training: (10 * 12 + 20) * (72 * 2 + 16 * 24) * 4,
    batches: 15 * 3 + 4,
  });
  const more = operations({ seeds: 3 });
  expect(more.probes).toEqual({ training: 3 * Number(work.probes.training), batches: 3 * Number(work.probes.batches) });
  expect(more.clusters).toEqual(work.clusters);
  // A training of few rows has many epochs of few steps, one of many rows few epochs of many.
  const steps = (train: number): unknown => operations({ rows: { train, analysed: train } }).selection.batches;
  expect([steps(5), steps(500), steps(100_000)]).toEqual([3.5 * 15 * 50, 3.5 * 7000, 3.5 * 15 * 4 * 20_000]);
  const wider = operations({ sweep: true, maxFeatures: true });
  expect(wider.clusters.training).toBeGreaterThan(0);
  expect(wider.selection.batches).toBeGreaterThan(Number(work.selection.batches));
});

test('lengths that are left out: at most so many, from one layer to half of them', () => {
  expect(leftOutLengths(12, 4)).toEqual([1, 3, 4, 6]);
  expect(leftOutLengths(24, 4)).toEqual([1, 5, 8, 12]);
  expect(leftOutLengths(6, 4)).toEqual([1, 2, 3]);
  expect(leftOutLengths(12, 100)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(leftOutLengths(12, 1)).toEqual([1]);
  expect(leftOutLengths(3, 4)).toEqual([1]);
  expect(leftOutLengths(1, 4)).toEqual([]);
});

test('what cannot be run without layers, and why', () => {
  const why = (vectors: object, layers = 6) => {
    return notShortened({ vectors, modelFacts: { layers } } as Parameters<typeof notShortened>[0]);
  };
  const written = { from: 'model', model: { kind: 'written' } };
  expect(why(written)).toBeNull();
  expect(why(written, 1)).toContain('fewer than two');
  expect(why({ from: 'files' })).toContain('activations in place of a model');
  expect(why({ from: 'model', model: { kind: 'export' } })).toMatch(/ONNX export.*safetensors/);
});

test('a shortened model costs what is left of the encoder, and its one probe', () => {
  const load = { outputs: 2, rows: { train: 12, analysed: 20 }, seeds: 3, epochs: 10, passes: 15, batchSize: 5 };
  const facts = { layers: 4, hidden: 8 } as Parameters<typeof leaveOutWork>[1];
  const once = leaveOutWork([1, 2], facts, 100, load);
  // A probe of 8 neurons with 16 weights, each neuron read.
  const training = 2 * 3 * (10 * 12 + 20) * (8 * 2 + 16 * 8) * 4;
  expect(once).toEqual({ encoding: 75 + 50, openings: 2, training, batches: 2 * 3 * (15 * 3 + 4) });
  // The top layers too, where what they leave is normalised.
  expect(leaveOutWork([1, 2], { ...facts, lastLayer: 'normalised' }, 100, load)).toMatchObject({
    encoding: 2 * (75 + 50),
    openings: 4,
    training: 2 * training,
  });
});

test('seconds are operations by rates, added up', () => {
  const rates = { bytes: 10, openings: 2, encoding: 100, training: 50, batches: 5, products: 1 };
  expect(secondsOf({ encoding: 300, openings: 1, batches: 10 }, rates)).toBe(3 + 0.5 + 2);
  expect(secondsOf({}, rates)).toBe(0);
});

test('a run has the stages of its protocol and task, each with a title of its own', () => {
  const names = (
    protocol: 'paper' | 'refined',
    classes: number | null,
    words: boolean,
    texts = false,
    timing = false,
    leftOut: FieldName[] = [],
    shortened = false,
  ) => stagesFor({ protocol, classes, words, texts, shortened, timing, leftOut }).map(({ name }) => name);
  const before = ['read', 'tokenize', 'extract', 'probes', 'products'];
  const after = ['similarity', 'geometry', 'mutual-neighbours', 'intrinsic-dimension', 'clusters', 'selection'];
  const regression = [...before, ...after];
  const chain = [...before, 'predictions', 'usable-information', ...after];
  expect(names('paper', 2, false)).toEqual([...chain, 'code-length', 'probeless', 'mcnemar']);
  expect(names('paper', null, false)).toEqual(regression);
  expect(names('refined', null, false)).toEqual([...regression, 'selectivity', 'ablation', 'procrustes']);
  expect(names('refined', 3, true)).toEqual([
    ...chain,
    ...['top-words', 'selectivity', 'code-length', 'ablation', 'probeless', 'mcnemar', 'procrustes'],
  ]);
  expect(names('paper', 2, false, false, true)).toEqual([...chain, 'code-length', 'probeless', 'mcnemar', 'timing']);
  expect(names('paper', 2, false, true)).toEqual([...chain, 'neuron-rows', 'code-length', 'probeless', 'mcnemar']);
  const without = chain.filter((name) => name !== 'geometry');
  expect(names('paper', 2, false, false, false, ['geometry', 'codeLength'])).toEqual([
    ...without,
    ...['probeless', 'mcnemar'],
  ]);
  expect(names('paper', null, false, false, true, [], true)).toEqual([...regression, 'leave-out', 'timing']);
  const every = { words: true, texts: true, shortened: true, timing: true };
  const all = stagesFor({ protocol: 'refined', classes: 3, ...every, leftOut: [] });
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
});
