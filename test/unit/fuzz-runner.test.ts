/** The fuzz runner sees every way to fail, goes on behind it, and writes down an input that fails again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { judge } from '../../tools/fuzz/judge.ts';
import { fuzz, replay, type Feed } from '../../tools/fuzz/supervisor.ts';
import { fuzzTargets } from '../fixtures/broken-targets.ts';
import { textFile } from '../fuzz/target.ts';

const folder = mkdtempSync(join(tmpdir(), 'winnow-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));
const feed: Feed = { targets: '/test/fixtures/broken-targets.ts', only: null, patienceMs: 3000 };

test.each([
  ['good', null],
  ['wrong', 'wrong'],
  ['slow', 'slow'],
  ['memory', 'memory'],
  ['stopped', 'ended'],
])('%s', { timeout: 120_000 }, async (name, kind) => {
  const target = fuzzTargets.find((one) => one.name === name)!;
  const fault = await judge({ target, drop: [textFile('x', 'mutated')] });
  expect(fault?.kind ?? null).toBe(kind);
});

test('what hangs or ends its process, too, and the next inputs are fed', { timeout: 180_000 }, async () => {
  const run = { seed: 595, folder, first: 0, count: 3, until: Infinity, tell: () => undefined };
  const { done, findings } = await fuzz(run, feed);
  expect(done).toBe(3);
  expect(findings.map(({ kind, target, confirmed }) => [kind, target, confirmed])).toEqual([
    ['hang', 'endless', true],
    ['crash', 'dead', true],
    ['wrong', 'wrong', true],
  ]);
  const files = findings.map(({ file }) => file!);
  expect(files.map((file) => basename(file))).toEqual(['595-0.json', '595-1.json', '595-2.json']);
  expect(await replay(files[2], feed)).toMatchObject({ kind: 'wrong', target: 'wrong' });
});
