/** How long a run still takes, with a clock that is moved by hand. */
import { expect, test } from 'vitest';
import { Eta } from '../../src/base/eta.ts';
import { secondsLeft, shareDone, type StageTime } from '../../src/run/time-left.ts';
import { encodingOperations } from '../../src/session/stages/stage-table.ts';

/** Tokens of rows as in SST-2: many short, some long; chunk by chunk, the longest first. */
function lengths(rows: number, chunk: number): number[] {
  let state = 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const all = Array.from({ length: rows }, () =>
    Math.min(128, Math.round(4 + 9 * Math.exp(1.1 * (next() + next() - 1) * 2))),
  );
  const sorted: number[] = [];
  for (let at = 0; at < rows; at += chunk) sorted.push(...all.slice(at, at + chunk).sort((a, b) => b - a));
  return sorted;
}

test('the total that extraction predicts is within 1.5 of the true one from a tenth on, though rows differ in cost', () => {
  const shape = { layers: 6, hidden: 384, intermediate: 1536 };
  const rows = lengths(9000, 3120);
  const costs = rows.map((tokens) => encodingOperations(shape, tokens) / 2e10);
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  let now = 0;
  const byWork = new Eta(() => now * 1000);
  const byRows = new Eta(() => now * 1000);
  const predicted: { work: number; rows: number }[] = [];
  byWork.sample(0, 1);
  byRows.sample(0, rows.length);
  costs.forEach((cost, row) => {
    now += cost;
    if (row % 20 > 0) return;
    const left = byWork.sample(now / total, 1).secondsLeft;
    const counted = byRows.sample(row + 1, rows.length).secondsLeft;
    if (now < total / 10 || left === null || counted === null) return;
    predicted.push({ work: (now + left) / total, rows: (now + counted) / total });
  });
  expect(predicted.length).toBeGreaterThan(200);
  expect(Math.max(...predicted.map(({ work }) => work))).toBeLessThan(1.5);
  expect(Math.min(...predicted.map(({ work }) => work))).toBeGreaterThan(1 / 1.5);
  // The rows alone would have misled here: otherwise this test shows nothing.
  expect(Math.max(...predicted.map(({ rows: byCount }) => byCount))).toBeGreaterThan(1.5);
});

const stage = (seconds: number, state: StageTime['state'], facts: Partial<StageTime> = {}): StageTime => ({
  ...{ seconds, state, progress: null, kind: 'training', share: 1 },
  ...facts,
});

test('a run still takes what its stage says and what those to come are expected to take', () => {
  const stages = [
    stage(2, 'done'),
    stage(100, 'now', { progress: { share: 0.25, secondsLeft: 60 } }),
    stage(30, 'to come'),
    stage(8, 'to come'),
  ];
  expect(secondsLeft(stages)).toBe(98);
  expect(shareDone(stages)).toBeCloseTo((2 + 25) / 140);
  const settling = stages.with(1, stage(100, 'now', { progress: { share: 0.01, secondsLeft: null } }));
  expect(secondsLeft(settling)).toBe(99 + 38);
});

test('stages to come are corrected by those of their kind that are done, the more the longer these took', () => {
  const left = (ms: number, kind: StageTime['kind'] = 'training'): number | null =>
    secondsLeft([stage(30, 'done', { ms, kind }), stage(10, 'to come'), stage(0, 'to come', { kind: null })]);
  expect(left(30_000)).toBe(10);
  expect(left(70_000)).toBe(20);
  expect(left(10_000)).toBe(5);
  expect(left(70_000, 'encoding')).toBe(10);
});

test('before the files are read nothing is said, and stages have their usual shares', () => {
  const stages: StageTime[] = [
    { share: 1, state: 'done', progress: null },
    { share: 3, state: 'now', progress: { share: 0.5, secondsLeft: 10 } },
  ];
  expect(secondsLeft(stages)).toBeNull();
  expect(shareDone(stages)).toBe(2.5 / 4);
  expect(shareDone([])).toBe(0);
});
