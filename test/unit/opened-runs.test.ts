/** Ids of results: the same wherever a file is opened, and never one for two runs, whatever of them was not published. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publishedRun } from '../../src/publication/run.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { resultId } from '../../src/ui/state/opened-runs.ts';

const demo = join(import.meta.dirname, '../../public/demo/reviews/result.json');
const stored = parseRun(readFileSync(demo, 'utf8'), 'result.json');
const idOf = (run: RunFile): string => resultId({ kind: 'run', run });
const withheld = publishedRun(stored, []);

describe('the id of a run', () => {
  test('with its hash is that of the same run grown', () => {
    expect(idOf({ ...stored, selection: [], warnings: ['more'] })).toBe(idOf(stored));
  });

  test('without its hash is that of the same run grown, and fits an address', () => {
    expect(idOf({ ...withheld, selection: [], reduced: [] })).toBe(idOf(withheld));
    expect(idOf(withheld)).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  const oracle = { ...withheld.oracle, test: { accuracy: { mean: 0.5, deviation: 0, seeds: [0.5] } } };
  test.each<[string, Partial<RunFile>]>([
    ['other scores', { oracle }],
    ['other rows', { data: { ...withheld.data, instances: { ...withheld.data.instances, test: 1 } } }],
    ['other options', { options: { ...withheld.options, deltas: [] } as unknown as RunFile['options'] }],
    ['another model', { model: { ...withheld.model, hidden: withheld.model.hidden + 1 } }],
  ])('without its hash is another for %s of the same moment', (_, other) => {
    expect(idOf({ ...withheld, ...other })).not.toBe(idOf(withheld));
  });
});
