/** The labelled sets of `../shared`, against the counts of the reference runs and what plain Python reads in them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Corrections } from '../../src/data/cards.ts';
import { dataSet } from '../../src/data/data-set.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { tasks } from '../../src/data/tasks.ts';
import { dropped } from '../fixtures/files.ts';

const shared = join(import.meta.dirname, '../../../shared');
const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

interface Golden {
  sentences: number[];
  words: number[];
  classes: number;
}
const golden = readJson<Record<string, Golden>>(join(shared, 'golden/labelling.json'));

interface Count {
  sentences: number;
  words: number;
  labels: number;
  sha256: string;
}
const counts = readJson<Record<string, Count>>(join(import.meta.dirname, '../fixtures/data/labelling.json'));

function folder(name: string) {
  const path = join(shared, 'data/labeling', name);
  return readdirSync(path).map((file) => dropped(`${name}/${file}`, new Uint8Array(readFileSync(join(path, file)))));
}

describe('the parts of the reference runs', () => {
  test.each<[string, string, Corrections]>([
    ['pos (UD EWT, UPOS)', 'ud-ewt', {}],
    ['chunking (CoNLL-2000)', 'conll2000', {}],
    ['sem (PMB 4.0.0)', 'pmb-4.0.0', {}],
    ['ccg (PMB 4.0.0)', 'pmb-4.0.0', { task: 'ccg' }],
  ])('%s', async (title, name, corrections) => {
    const found = await recogniseData(folder(name), corrections);
    expect(found.missing).toEqual([]);
    expect(found.card?.task).toBe(title.split(' ')[0]);
    for (const { path } of found.ignored) expect(path).toMatch(/README|LICENSE/);
    const set = dataSet(found, tasks[found.card!.task]);
    if (set.kind !== 'labelling') throw new Error('No words were read.');
    const rows = Object.values(set.parts).map((part) => part.rows);
    expect(rows.map(({ length }) => length)).toEqual(golden[title].sentences);
    expect(rows.map((part) => part.reduce((sum, { words }) => sum + words.length, 0))).toEqual(golden[title].words);
    expect(set.task.labels).toHaveLength(golden[title].classes);
  });
});

describe('every word and label as Python reads them', () => {
  test.each(Object.keys(counts))('%s', async (key) => {
    const [path, label] = key.split(' ');
    const bytes = new Uint8Array(readFileSync(join(shared, 'data/labeling', path)));
    const roles = { [path]: 'test' as const };
    const { test: file } = await recogniseData([dropped(path, bytes)], {
      task: 'labelling',
      roles,
      columns: { label },
    });
    if (file?.data.kind !== 'labelling') throw new Error('No words were read.');
    const { sentences, labels, words } = file.data;
    const text = sentences.map(
      (row) => `${row.words.map((word, i) => `${word}\t${labels?.[row.labels[i]]}\n`).join('')}\n`,
    );
    const sha256 = createHash('sha256').update(text.join('')).digest('hex');
    expect({ sentences: sentences.length, words, labels: labels?.length, sha256 }).toEqual(counts[key]);
  });
});
