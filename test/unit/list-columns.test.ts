/** Labelled words from columns of lists, and tables that lie in several files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Corrections } from '../../src/data/cards.ts';
import { dataSet } from '../../src/data/data-set.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { tasks } from '../../src/data/tasks.ts';
import { dropped } from '../fixtures/files.ts';

const folder = join(import.meta.dirname, '../fixtures/tables');
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const golden = JSON.parse(readFileSync(join(folder, 'tagged.json'), 'utf8')) as Record<
  'tokens' | 'pos_tags',
  (string[] | null)[]
>;
/** Sentences of one word at least. */
const full = golden.tokens.flatMap((words, row) => (words?.length ? [{ words, tags: golden.pos_tags[row] }] : []));
const lines = (...objects: object[]): string => objects.map((object) => `${JSON.stringify(object)}\n`).join('');

describe('columns of lists', () => {
  test('Parquet: words and the names of their tags; rows without words are left out', async () => {
    const files = ['train', 'validation', 'test'].map((role) =>
      dropped(`pos/${role}.parquet`, bytesOf('tagged.v1.parquet')),
    );
    const found = await recogniseData(files);
    expect(found.missing).toEqual([]);
    expect(found.card).toMatchObject({
      task: 'pos',
      kind: 'labelling',
      candidates: ['pos', 'labelling'],
      labels: ['DET', 'NOUN', 'PUNCT', 'VERB'],
      columns: { choices: ['tokens', 'pos_tags'], text: 'tokens', pair: null, label: 'pos_tags' },
    });
    expect(found.card?.files[0]).toMatchObject({ rows: full.length, skipped: 2 });
    expect(found.notices[0].message).toBe(
      '2 rows of `pos/train.parquet` left out: they hold no words (the first is row 8).',
    );
    const set = dataSet(found, tasks.pos);
    if (set.kind !== 'labelling') throw new Error('it is labelling');
    const read = set.parts.test.rows.map(({ words, labels }) => ({
      words,
      tags: labels.map((label) => set.task.labels?.[label]),
    }));
    expect(read).toEqual(full);
  });

  const rows = [
    { id: 1, tokens: ['Ann', 'ran'], ner_tags: [1, 0], pos: ['PROPN', 'VERB'] },
    { id: 2, tokens: ['dogs', 'bark', '.'], ner_tags: [0, 0, 0], pos: ['NOUN', 'VERB', 'PUNCT'] },
  ];
  const inAll = (text: string) => ['train', 'dev', 'test'].map((role) => dropped(`x/${role}.jsonl`, text));

  test('JSON lines: the columns can be chosen', async () => {
    const found = await recogniseData(inAll(lines(...rows)));
    expect(found.card).toMatchObject({
      task: 'pos',
      columns: { choices: ['tokens', 'ner_tags', 'pos'], label: 'pos' },
    });
    const corrections: Corrections = { task: 'labelling', columns: { label: 'ner_tags' } };
    const ner = await recogniseData(inAll(lines(...rows)), corrections);
    expect([ner.missing, ner.card?.labels]).toEqual([[], ['0', '1']]);
    expect(ner.card?.sentences[0]).toEqual({ words: ['Ann', 'ran'], labels: ['1', '0'], tokens: [] });
  });

  test('of several columns of numbers which are labels is asked', async () => {
    const row = { tokens: ['Ann', 'ran'], ner_tags: [1, 0], pos_tags: [2, 3], chunk_tags: [4, 5] };
    const asked = await recogniseData(inAll(lines(row, row)));
    expect(asked.missing[0].message).toBe(
      '`train.jsonl` has 3 columns of labels: `ner_tags`, `pos_tags` and `chunk_tags`.',
    );
    const named = await recogniseData(inAll(lines(row, row)), { task: 'labelling' });
    expect(named.card?.columns?.label).toBe('ner_tags');
    expect(named.notices[0].message).toContain('`pos_tags`, `chunk_tags` could be labels too');
  });

  test('lists of two lengths are refused with their row', async () => {
    const found = await recogniseData(inAll(lines(...rows, { ...rows[0], tokens: ['one'] })));
    expect(found.missing.map(({ message }) => message)).toContain('Line 3 of `train.jsonl` has 1 words and 2 labels.');
  });

  test('a table of sentences and labels stays one', async () => {
    const text = lines(
      { text: 'good', label: 'a', tokens: ['good'], tags: ['X'] },
      { text: 'bad', label: 'b', tokens: ['bad'], tags: ['Y'] },
    );
    const found = await recogniseData(inAll(text));
    expect(found.card).toMatchObject({ task: 'classification', candidates: ['classification', 'labelling'] });
    expect((await recogniseData(inAll(text), { task: 'labelling' })).card?.columns?.choices).toEqual([
      'tokens',
      'tags',
    ]);
  });
});

describe('a table in several files', () => {
  const shard = (number: number) => `train-0000${number}-of-00002.parquet`;
  const shards = [1, 0].map((number) => dropped(`data/${shard(number)}`, bytesOf(`shards/${shard(number)}`)));
  const test_ = dropped('data/test-00000-of-00001.parquet', bytesOf('tagged.v2.parquet'));

  test('is read as one, in order', async () => {
    const found = await recogniseData([...shards, test_]);
    expect(found.missing).toEqual([]);
    expect(found.ignored).toEqual([]);
    const [card] = found.card?.files ?? [];
    expect(card).toMatchObject({ path: `data/${shard(0)}`, shardPaths: [`data/${shard(1)}`], rows: full.length });
    expect(card.bytes).toBe(shards[0].file.size + shards[1].file.size);
    expect(found.train?.shards).toEqual([shards[0]]);
    const { data } = found.train ?? {};
    if (data?.kind !== 'labelling') throw new Error('it is labelling');
    expect(data.sentences.map(({ words }) => words)).toEqual(full.map(({ words }) => words));
  });

  test('of which one is missing is said to be', async () => {
    const found = await recogniseData([shards[1], test_]);
    expect(found.notices.map(({ message }) => message)).toContain(
      `1 of the 2 files that \`data/${shard(0)}\` is one of by its name are missing; the others are used.`,
    );
  });

  test("of GLUE's columns are files of their own, a single one too", async () => {
    const glue = 'sentence\tlabel\ngood\t1\nbad\t0\n';
    const found = await recogniseData([dropped('x/train-00000-of-00002.tsv', glue), dropped('x/dev.tsv', glue)]);
    expect(found.card).toMatchObject({ task: 'sst-2', files: [{ rows: 2, shardPaths: [] }, { rows: 2 }] });
  });

  test('of which one is broken is broken as a whole', async () => {
    const cut = dropped(`data/${shard(1)}`, bytesOf(`shards/${shard(1)}`).subarray(0, 1500));
    const found = await recogniseData([shards[1], cut, test_]);
    expect(found.missing).toHaveLength(1);
    expect(found.missing[0]).toMatchObject({ role: 'train', message: expect.stringContaining(shard(1)) });
    expect(found.train).toBeNull();
  });

  test('two revisions in one folder are two tables', async () => {
    const row = (index: number) => ({ text: `some words ${index}`, label: index % 2 });
    const rows = lines(...Array.from({ length: 20 }, (_, index) => row(index)));
    const revisions = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'].map((sum) =>
      dropped(`x/train-00000-of-00001-${sum}.jsonl`, rows),
    );
    const found = await recogniseData([...revisions, dropped('x/test.jsonl', rows)]);
    expect(found.card?.files[0]).toMatchObject({ rows: 20, shardPaths: [] });
    expect(found.notices[0].message).toContain('Two files could be the train file');
  });

  test('a row is named by its file and its number there', async () => {
    const row = (label: string) => JSON.stringify({ text: 'some words here', score: label });
    const part = (number: number, ...labels: string[]) =>
      dropped(`x/train-0000${number}-of-00002.jsonl`, labels.map(row).join('\n'));
    const files = [part(0, '1.5', '2'), part(1, '0.5', 'high'), dropped('x/test.jsonl', row('1.5'))];
    const found = await recogniseData(files, { task: 'regression', columns: { text: 'text', label: 'score' } });
    expect(found.missing[0].message).toBe(
      'Line 2 of `train-00001-of-00002.jsonl` has the label `high`; a regression needs numbers.',
    );
  });
});
