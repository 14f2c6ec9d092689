import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { paperSplit, splitSeed } from '../../src/data/split.ts';
import golden from '../fixtures/data/split.json' with { type: 'json' };

test.each(Object.entries(golden.n))("%s rows are split as by the paper's scripts", (rows, expected) => {
  const { order, train, dev } = paperSplit(Number(rows));
  expect(splitSeed).toBe(golden.seed);
  expect([train.length, dev.length]).toEqual([expected.train, expected.dev]);
  expect([...train.subarray(0, 12), ...dev].slice(0, 12)).toEqual(expected.first.slice(0, 12));
  expect([...train, ...dev].slice(-12)).toEqual(expected.last);
  expect(createHash('sha256').update(order).digest('hex')).toBe(expected.sha256_int32le);
});

test.each([0, 1, 1.5, NaN])('%s rows cannot be split', (rows) => {
  expect(() => paperSplit(rows)).toThrow(/a split into train and dev needs at least 2\.$/);
});

test('two rows can', () => {
  const { train, dev } = paperSplit(2);
  expect([train.length, dev.length]).toEqual([1, 1]);
});
