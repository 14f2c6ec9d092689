/** What is said of a measured smaller model: each claim on both sides of its border. */
import { describe, expect, test } from 'vitest';
import { differenceTable, reducedFinding, reducedTable, timeOutcome } from '../../src/report/savings/reduced.ts';
import type { ReducedEntry } from '../../src/run/reduced.ts';
import type { Spread } from '../../src/run/run-file.ts';
import { withReduced } from '../../src/run/reduced.ts';

const spread = (lower: number, median: number, upper: number): Spread => ({
  ...{ lower, median, upper },
  samples: [lower, median, upper],
});

function entryWith(changes: Partial<ReducedEntry['measurement']> = {}, own = spread(0.4, 0.5, 0.6)): ReducedEntry {
  return {
    ...{ created: '2026-11-29T06:00:00.000Z', name: 'small', answer: '1:1:0.3', layers: 3, neurons: 24 },
    measurement: {
      ...{ created: '2026-11-29T06:00:00.000Z', split: 'test', rows: 800, unit: 'row' },
      files: [
        {
          ...{ path: 'onnx/model.onnx', dtype: 'float32', bytes: 550, scores: { accuracy: 0.835 } },
          ...{ msPerRow: own, fullMsPerRow: spread(0.9, 1, 1.1), disagreeing: 0, farthest: 1e-6 },
        },
      ],
      full: { scores: { accuracy: 0.85 }, bytes: 1000 },
      fineTuned: { why: 'There is none.' },
      differences: { rows: 3, first: [{ row: 0, label: '1', reduced: '0', full: '1' }] },
      device: { backend: 'wasm', adapter: null, threads: 2, browser: 'Chrome 147' },
      ...changes,
    },
  };
}

describe('a time is shorter or longer only where the quartiles lie apart', () => {
  const full = spread(0.9, 1, 1.1);
  test.each([
    [spread(0.4, 0.5, 0.899), 'shorter'],
    [spread(0.4, 0.5, 0.9), 'alike'],
    [spread(1.1, 1.5, 2), 'alike'],
    [spread(1.101, 1.5, 2), 'longer'],
  ] as const)('%j is %s', (msPerRow, outcome) => {
    expect(timeOutcome({ msPerRow, fullMsPerRow: full })).toBe(outcome);
  });

  test('without the whole model nothing is said', () => {
    expect(timeOutcome({ msPerRow: full, fullMsPerRow: null })).toBeNull();
  });
});

describe('the sentence', () => {
  test('says scores, rows, time and bytes', () => {
    const text = reducedFinding(entryWith(), 'accuracy');
    expect(text).toContain('accuracy 83.5\u202f% against 85.0\u202f% of a probe on all neurons');
    expect(text).toContain('on 800 rows of the test part');
    expect(text).toContain('it is 2.00 × as fast (0.500\u202fms a row against 1.00\u202fms)');
    expect(text).toContain('55.0\u202f% of the bytes');
    expect(text).not.toContain('own head');
  });

  test('claims no speed where none is shown', () => {
    const text = reducedFinding(entryWith({}, spread(0.4, 0.5, 1)), 'accuracy');
    expect(text).toContain('times cannot be told apart');
    expect(text).not.toContain('as fast');
    expect(reducedFinding(entryWith({}, spread(1.5, 2, 2.5)), 'accuracy')).toContain('it takes 2.00 × as long');
  });

  test('of a folder by itself says what is known, and no more', () => {
    const [file] = entryWith().measurement.files;
    const alone = entryWith({
      files: [{ ...file, fullMsPerRow: null, disagreeing: null, farthest: null }],
      full: { scores: null, bytes: 0 },
      differences: null,
    });
    const text = reducedFinding(alone, 'accuracy');
    expect(text).toContain('a row takes 0.500\u202fms');
    expect(text).not.toMatch(/against|bytes/);
    const { columns, rows } = reducedTable(alone, 'accuracy');
    expect(columns.map(({ title }) => title)).toEqual(['model', 'accuracy', 'ms a row', 'bytes']);
    expect(rows.map((row) => row.length)).toEqual([4]);
    expect(differenceTable(alone, new Map())).toBeNull();
  });

  test('names the model’s own head where it was measured', () => {
    const fineTuned = { scores: { accuracy: 0.9 }, msPerRow: spread(0.8, 0.9, 1), labelsBy: 'name' as const };
    const entry = entryWith({ fineTuned });
    expect(reducedFinding(entry, 'accuracy')).toContain('own head: 90.0\u202f%');
    expect(reducedTable(entry, 'accuracy').rows).toHaveLength(3);
  });
});

test('rows that differ stand by number from 1, labels as people read them', () => {
  const { title, table } = differenceTable(entryWith(), new Map([['0', 'negative']]))!;
  expect(title).toBe('3 rows where smaller and whole model differ, the first 1');
  expect(table.rows[0].map(({ text }) => text)).toEqual(['1', '1', 'negative', '1']);
});

test('of the same name the newer stays', () => {
  const [first, second] = [entryWith(), { ...entryWith(), neurons: 7 }];
  expect(withReduced(withReduced(undefined, first), second)).toEqual([second]);
  expect(withReduced([first], { ...second, name: 'other' })).toHaveLength(2);
});
