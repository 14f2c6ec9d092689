/** p values and intervals against SciPy's. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { binomialTail, mcnemarExact } from '../../../src/base/binomial.ts';
import { fisherInterval, wilsonInterval } from '../../../src/report/verdict/intervals.ts';
import { pairedOutcome } from '../../../src/report/verdict/paired.ts';

type Four = [number, number, number, number];
const golden = JSON.parse(readFileSync(new URL('../../fixtures/verdicts/verdicts.json', import.meta.url), 'utf8')) as {
  tails: Four[];
  pairs: [number, number, number][];
  wilson: Four[];
  fisher: Four[];
};

/** Of values below the smallest float nothing is left in either. */
const near = (own: number, theirs: number) =>
  expect(Math.abs(own - theirs)).toBeLessThanOrEqual(1e-9 * theirs + 1e-300);

test.each(golden.tails)('%i of %i hits at a share of %f', (hits, rows, share, p) =>
  near(binomialTail(hits, rows, share), p),
);
test.each(golden.pairs)('McNemar of %i and %i', (a, b, p) => {
  near(mcnemarExact(a, b), p);
  near(mcnemarExact(b, a), p);
});
test.each(golden.wilson)('Wilson of %i in %i', (hits, rows, low, high) => {
  const own = wilsonInterval(hits, rows);
  expect(own.low).toBeCloseTo(low, 10);
  expect(own.high).toBeCloseTo(high, 10);
});
test.each(golden.fisher)('Fisher of r = %f over %i rows', (r, rows, low, high) => {
  const own = fisherInterval(r, rows);
  expect(own.low).toBeCloseTo(low, 10);
  expect(own.high).toBeCloseTo(high, 10);
});

test('a correlation of three rows says nothing, a perfect one of more is itself', () => {
  expect(fisherInterval(0.9, 3)).toEqual({ low: -1, high: 1 });
  expect(fisherInterval(-1, 10)).toEqual({ low: -1, high: -1 });
});

test('a thousand million rows neither underflow nor overflow', () => {
  expect(mcnemarExact(5e8, 5e8)).toBe(1);
  const p = mcnemarExact(499_950_000, 500_050_000);
  // 2 · (1 − Φ(√10)), by the normal distribution's table.
  expect(p).toBeCloseTo(0.001565, 5);
});

test('seeds that disagree do not add up', () => {
  const seed = (onlyOracleRight: number, onlyReducedRight: number, p: number) => ({
    onlyOracleRight,
    onlyReducedRight,
    p,
  });
  expect(pairedOutcome([])).toBeNull();
  expect(pairedOutcome([seed(30, 5, 1e-5), seed(5, 30, 1e-5), seed(9, 9, 1)])!.kind).toBe('alike');
  expect(pairedOutcome([seed(30, 5, 1e-5), seed(28, 5, 1e-4), seed(5, 30, 1e-5)])!.kind).toBe('worse');
  expect(pairedOutcome([seed(5, 30, 1e-5)])!.kind).toBe('better');
});
