/** Which rows a quick look takes, and that a run with all rows holds them at the same places of the same parts. */
import { describe, expect, test } from 'vitest';
import { dataSet, type DataFile, type RoleFiles } from '../../../src/data/data-set.ts';
import { tasks } from '../../../src/data/tasks.ts';
import { activationKey } from '../../../src/session/inputs/activation-key.ts';
import type { Inputs } from '../../../src/session/inputs/inputs.ts';
import { drawSample } from '../../../src/session/inputs/sample.ts';
import { fileSource, planOf, quickLook, sampleSource, type Plan } from '../../../src/session/inputs/sources.ts';

/** Sorted by label, as some official files are. */
function file(role: DataFile['role'], rows: number): DataFile {
  const instances = Array.from({ length: rows }, (_, row) => ({
    text: `${role} ${row}`,
    pair: null,
    label: row < rows / 2 ? 0 : 1,
  }));
  const facts = { labels: ['0', '1'], counts: [rows / 2, rows / 2], leftOut: [], skipped: 0, firstSkipped: null };
  const data = { ...facts, kind: 'sentence', instances, skippedBecause: ['', ''] } as DataFile['data'];
  return { role, path: `${role}.tsv`, file: new File([], `${role}.tsv`), labels: null, shards: [], data };
}

const planFor = (files: Partial<RoleFiles>, rows: number | null = null): Plan =>
  planOf(dataSet({ train: null, dev: null, test: null, ...files }, tasks['sst-2'], rows));

function textsOf({ sources, places }: Plan, role: DataFile['role']): string[] {
  const { source, from, to } = places[role];
  const { data } = sources[source];
  if (data.kind !== 'sentence') throw new Error('sentences are tested here');
  return data.rows.slice(from, to).map(({ text }) => text);
}

/** Whether one list is in the other, in its order. */
function isWithin(some: readonly string[], all: readonly string[]): boolean {
  let at = -1;
  return some.every((text) => (at = all.indexOf(text, at + 1)) >= 0);
}

describe('a quick look', () => {
  test('draws 500 different rows, the same each time, from all over a part; all of a smaller one', () => {
    const drawn = drawSample(100, 10_100);
    expect(drawn).toHaveLength(500);
    expect(drawn).toEqual(drawSample(100, 10_100));
    expect([...drawn]).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    const first = drawn.filter((row) => row < 5100).length;
    // Binomial: five standard deviations.
    expect(Math.abs(first - 250)).toBeLessThan(56);
    expect([...drawSample(3, 6)]).toEqual([3, 4, 5]);
    expect(drawSample(0, 500)).toHaveLength(500);
  });

  test('takes 500 rows of train, dev and test, in the order of the whole run', () => {
    const whole = planFor({ train: file('train', 8000), dev: file('dev', 1200) });
    const quick = quickLook(whole);
    for (const role of ['train', 'dev', 'test'] as const) {
      expect(textsOf(quick, role)).toHaveLength(500);
      expect(isWithin(textsOf(quick, role), textsOf(whole, role))).toBe(true);
    }
    expect(quick.task).toEqual(whole.task);
    expect(quick.splitRows).toBe(8000);
    // Sorted by label: a head would have one label.
    const labels = new Set(quick.sources[1].data.rows.map(({ label }: { label?: number }) => label));
    expect(labels).toEqual(new Set([0, 1]));
  });

  test('takes all there are of parts that are small, and their rows as they are', () => {
    const whole = planFor({ train: file('train', 600), dev: file('dev', 40) });
    const quick = quickLook(whole);
    expect(quick.places.train.to - quick.places.train.from).toBe(500);
    expect(textsOf(quick, 'dev')).toEqual(textsOf(whole, 'dev'));
    expect(quick.sources[1]).toBe(whole.sources[1]);
    expect(sampleSource(whole.sources[1])).toBeNull();
  });

  test('draws from the rows that are asked for', () => {
    const whole = planFor({ train: file('train', 8000), dev: file('dev', 40) }, 1000);
    expect(isWithin(textsOf(quickLook(whole), 'train'), textsOf(whole, 'train'))).toBe(true);
  });
});

describe('what is kept', () => {
  const inputs = {
    vectors: { from: 'model', hash: 'model', maxLength: 128, aggregation: 'last' },
    task: { name: 'sst-2' },
    columns: [],
    labelColumn: null,
    quotedFiles: new Set<string>(),
    hashes: new Map([
      ['train.tsv', 'a'],
      ['dev.tsv', 'b'],
    ]),
  } as unknown as Inputs;
  const keysOf = (plan: Plan): Promise<string[]> =>
    Promise.all(plan.sources.map((source) => activationKey(inputs, source, 'wasm')));

  test('of a quick look is what the whole run looks for, and not what it keeps of all rows', async () => {
    const whole = planFor({ train: file('train', 8000), dev: file('dev', 1200) });
    const quick = await keysOf(quickLook(whole));
    const drawn = whole.sources.map((source) => sampleSource(source) ?? source);
    expect(await keysOf({ ...whole, sources: drawn })).toEqual(quick);
    expect(new Set([...(await keysOf(whole)), ...quick]).size).toBe(4);
    const fewer = quickLook(planFor({ train: file('train', 8000), dev: file('dev', 1200) }, 4000));
    expect((await keysOf(fewer))[0]).not.toBe(quick[0]);
  });

  test('of a file alone is what a run keeps of it', async () => {
    const dev = file('dev', 1200);
    const whole = planFor({ train: file('train', 8000), dev });
    expect(await activationKey(inputs, fileSource(dev, null), 'wasm')).toBe((await keysOf(whole))[1]);
  });
});
