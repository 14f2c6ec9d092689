import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { isAbort } from '../../src/base/errors.ts';
import type { Corrections, DroppedFile } from '../../src/data/cards.ts';
import { dataSet } from '../../src/data/data-set.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { tasks } from '../../src/data/tasks.ts';
import { readLines } from '../../src/format/lines.ts';
import { errorOf } from '../fixtures/errors.ts';
import { dropped, fileOf, instancesOf } from '../fixtures/files.ts';
import { tables } from '../fixtures/glue.ts';
import { conllu } from '../fixtures/labelled.ts';

const folder = join(import.meta.dirname, '../fixtures/tables');
const golden = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as { rows: unknown[][] };
const fixture = (path: string, name: string): DroppedFile =>
  dropped(path, new Uint8Array(readFileSync(join(folder, name))));
const gzip = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(text));
const csv = (...rows: string[]): string => `${rows.join('\n')}\n`;
const reviews = csv('text,label', 'a fine day,good', 'so dull,bad', '"rain, again",bad');

async function failures(files: DroppedFile[], corrections: Corrections = {}): Promise<string[]> {
  const { missing } = await recogniseData(files, corrections);
  for (const { next } of missing) expect(next).toMatch(/\.$/);
  return missing.map(({ message }) => message);
}

describe('an own table', () => {
  test.each([
    ['CSV', 'csv', reviews],
    [
      'TSV',
      'tsv',
      reviews
        .replace('"rain, again"', 'rain, again')
        .replace(/,(?=\w+\n)/g, '\t')
        .replace('text,', 'text\t'),
    ],
    [
      'JSON lines',
      'jsonl',
      '{"text": "a fine day", "label": "good"}\n{"text": "so dull", "label": "bad"}\n{"text": "rain, again", "label": "bad"}\n',
    ],
    [
      'JSON lines named .json',
      'json',
      '{"text": "a fine day", "label": "good"}\n{"text": "so dull", "label": "bad"}\n{"text": "rain, again", "label": "bad"}\n',
    ],
    ['an unnamed table with usual names', 'txt', reviews],
  ])('%s', async (_, ending, text) => {
    const found = await recogniseData(['train', 'dev', 'test'].map((role) => dropped(`x/${role}.${ending}`, text)));
    expect(found.card).toMatchObject({
      task: 'classification',
      kind: 'own',
      candidates: ['classification'],
      labels: ['bad', 'good'],
      columns: { choices: ['text', 'label'], text: 'text', pair: null, label: 'label' },
    });
    expect([found.missing, found.notices, found.ignored]).toEqual([[], [], []]);
    const set = dataSet(found, tasks.classification);
    expect(set.parts.test.rows).toEqual([
      { text: 'a fine day', pair: null, label: 1 },
      { text: 'so dull', pair: null, label: 0 },
      { text: 'rain, again', pair: null, label: 0 },
    ]);
    expect(found.card?.preview[0]).toEqual({ text: 'a fine day', pair: null, label: 'good', tokens: [] });
    expect(found.card?.files[0]).toMatchObject({ rows: 3, words: null, counts: [2, 1] });
  });

  test('Parquet, as the Hugging Face hub names it: a pair, or none', async () => {
    const files = ['train', 'validation', 'test'].map((role) =>
      fixture(`glue/${role}-00000-of-00001.parquet`, 'reviews.zstd.parquet'),
    );
    const single = await recogniseData(files);
    expect(single.card).toMatchObject({ task: 'classification', labels: ['0', '1', '2'] });
    expect(single.card?.columns).toEqual({
      choices: ['text', 'pair', 'label', 'score', 'flag'],
      text: 'text',
      pair: null,
      label: 'label',
      labels: ['label', 'score'],
    });
    expect(single.card?.files.map(({ role, rows }) => [role, rows])).toEqual([
      ['train', 120],
      ['dev', 120],
      ['test', 120],
    ]);
    const paired = await recogniseData(files, { columns: { pair: 'pair' } });
    expect(paired.card?.files[0]).toMatchObject({ rows: 109, skipped: 11 });
    expect(paired.notices[0].message).toBe(
      '11 rows of `glue/train-00000-of-00001.parquet` left out: they lack a text or a label (the first is row 6).',
    );
  });

  test('scores are a regression, whole numbers may be', async () => {
    const files = ['train', 'test'].map((role) => fixture(`${role}.csv`, 'reviews.comma.csv'));
    const scores = await recogniseData(files, { columns: { label: 'score' }, task: 'regression' });
    expect(scores.missing).toEqual([]);
    expect(scores.card).toMatchObject({ task: 'regression', labels: [] });
    const { parts, split } = dataSet(scores, tasks.regression);
    expect(split?.train).toHaveLength(108);
    expect(parts.test.rows[0]).toMatchObject({ text: golden.rows[0][0], label: golden.rows[0][3] });
    expect(scores.card?.files[0].counts).toBeNull();

    const rated = csv('review,stars', 'fine,4.5', 'poor,1', 'so so,3');
    const guess = await recogniseData([dropped('train.csv', rated), dropped('dev.csv', rated)]);
    expect(guess.card).toMatchObject({ task: 'regression', candidates: ['regression', 'classification'] });
    const whole = csv('review,stars', 'fine,4', 'poor,1', 'so so,3');
    const classes = await recogniseData([dropped('train.csv', whole), dropped('dev.csv', whole)]);
    expect(classes.card).toMatchObject({ task: 'classification', candidates: ['classification', 'regression'] });
  });

  test.each<[string, string, Partial<Record<'text' | 'pair' | 'label', string | null>>]>([
    [
      'names of a pair',
      'id,premise,hypothesis,gold_label\n1,a dog,an animal,yes\n2,a cat,a dog,no\n',
      { text: 'premise', pair: 'hypothesis', label: 'gold_label' },
    ],
    [
      'names of nobody',
      'who,what,mood\nann,it was a long day,sad\nbob,what a day,glad\nann,oh dear,sad\n',
      { text: 'what', pair: null, label: 'mood' },
    ],
    ['no names', 'it was a long day,0\nwhat a day,1\noh dear,0\n', { text: 'column 1', pair: null, label: 'column 2' }],
  ])('columns are guessed: %s', async (_, text, expected) => {
    const { card } = await recogniseData([dropped('train.csv', text), dropped('dev.csv', text)]);
    expect(card?.columns).toMatchObject(expected);
  });

  test('columns can be chosen', async () => {
    const text = csv('text,title,label,mood', ...Array<string>(3).fill('it rains,Rain,0,sad\nit shines,Sun,1,glad'));
    const columns = { text: 'title', pair: 'text', label: 'mood' };
    const found = await recogniseData([dropped('train.csv', text), dropped('dev.csv', text)], { columns });
    expect(instancesOf(found.train)?.[0]).toMatchObject({ text: 'Rain', pair: 'it rains' });
    expect(found.card?.labels).toEqual(['glad', 'sad']);
    expect(found.card?.columns).toMatchObject(columns);
  });

  test('a GLUE table is somebody’s own if the user says so, or if no GLUE task knows its labels', async () => {
    const glue = tables['sst-2'].text;
    const asked = await recogniseData([dropped('train.tsv', glue), dropped('dev.tsv', glue)], {
      task: 'classification',
    });
    expect(asked.card).toMatchObject({ task: 'classification', candidates: ['classification', 'sst-2'] });
    expect(asked.missing).toEqual([]);
    const words = glue.replace('\t1', '\tgood').replace('\t0', '\tbad');
    const unknown = await recogniseData([dropped('train.tsv', words), dropped('dev.tsv', words)]);
    expect(unknown.card).toMatchObject({ task: 'classification', candidates: ['classification', 'sst-2'] });
  });

  test('a GLUE file with labels and the role test is the test part beside dev', async () => {
    const files = ['train', 'dev', 'test'].map((role) => dropped(`${role}.tsv`, tables['sst-2'].text));
    const found = await recogniseData(files, { roles: { 'test.tsv': 'test' } });
    const { split, parts } = dataSet(found, tasks['sst-2']);
    expect(split).toBeNull();
    expect([parts.dev.file.path, parts.test.file.path]).toEqual(['dev.tsv', 'test.tsv']);
  });

  test('a test file that keeps its labels secret is no test file', async () => {
    const secret = reviews.replace(/good|bad/g, '-1');
    const files = [dropped('train.csv', reviews), dropped('dev.csv', reviews), dropped('test.csv', secret)];
    const { missing, ignored, card } = await recogniseData(files);
    expect(missing).toEqual([]);
    expect(card?.files).toHaveLength(2);
    expect(ignored).toEqual([{ path: 'test.csv', reason: 'It holds no labels; the dev file is the test part.' }]);
  });

  test('sentences beside labels, pairs joined by |||', async () => {
    const words = dropped('train.word', 'a dog ||| an animal\na cat ||| a dog\n\nit ||| is\n');
    const labels = dropped('train.label', 'yes\nno\n\nyes\n');
    const test = [dropped('test.word', 'one ||| two\nno mark\n'), dropped('test.label', 'no\nyes\n')];
    const found = await recogniseData([words, labels, ...test]);
    expect(found.card).toMatchObject({ task: 'classification', kind: 'own', columns: null, labels: ['no', 'yes'] });
    expect(instancesOf(found.train)?.[1]).toMatchObject({ text: 'a cat', pair: 'a dog' });
    expect(instancesOf(found.test)?.[1]).toMatchObject({ text: 'no mark', pair: null });
    expect(found.card?.files[0].rows).toBe(3);
  });

  test('read-mes with commas and tabs are no data', async () => {
    const prose = 'This folder, made by us, holds data.\nIt has commas, here, there.\n\nAnd a table:\na\tb\n';
    const files = ['train', 'dev'].map((role) => dropped(`x/${role}.csv`, reviews));
    const { ignored, notices } = await recogniseData([
      ...files,
      dropped('x/README.md', prose),
      dropped('x/notes.txt', prose),
    ]);
    expect(ignored.map(({ path }) => path)).toEqual(['x/README.md', 'x/notes.txt']);
    expect(notices.map(({ code }) => code)).toEqual(['missing-file']);
  });

  test('an aborted look ends', async () => {
    await expect(recogniseData([dropped('train.csv', reviews)], {}, { signal: AbortSignal.abort() })).rejects.toSatisfy(
      isAbort,
    );
  });
});

describe('bad input, each with the sentence the user reads', () => {
  const test2 = dropped('test.csv', reviews);
  test.each<[string, DroppedFile[], Corrections, string]>([
    [
      'a label that is no number',
      [dropped('train.csv', csv('text,label', 'a,1', 'b,2', 'c,x')), test2],
      { task: 'regression' },
      'Row 4 of `train.csv` has the label `x`; a regression needs numbers.',
    ],
    [
      'one column',
      [dropped('train.csv', 'text\na\n'), test2],
      {},
      '`train.csv` has the columns of no GLUE task; its first line holds `text` (no tab in it: columns must be separated by tabs).',
    ],
    [
      'no text',
      [dropped('train.csv', '1,2\n3,4\n'), test2],
      { task: 'classification' },
      '`train.csv` has no column of text; its columns are `column 1`, `column 2`.',
    ],
    [
      'a column that is not there',
      [dropped('train.csv', reviews), test2],
      { columns: { text: 'review' } },
      '`train.csv` has no column `review`; it has `text`, `label`.',
    ],
    [
      'no labels at all',
      [dropped('train.csv', csv('text,label', 'a,', 'b,')), test2],
      {},
      '`train.csv` holds no labels: it cannot be used to train or to score.',
    ],
    [
      'words where sentences are wanted',
      [dropped('train.conllu', conllu), test2],
      { roles: { 'test.csv': 'test' }, task: 'classification' },
      '`train.conllu` cannot be used for Classification: it does not hold sentences with one label each.',
    ],
    [
      'nothing to score on',
      [dropped('train.csv', reviews)],
      {},
      'Classification has no file to score on: neither a test nor a dev file was found.',
    ],
  ])('%s', async (_, files, corrections, message) => {
    expect(await failures(files, corrections)).toContain(message);
  });

  test('more different labels than any task has', async () => {
    const text = csv('text,label', ...Array.from({ length: 10_001 }, (_, i) => `word,l${i % 10_001}`), 'word,l1');
    expect((await failures([dropped('train.csv', text), test2]))[0]).toBe(
      'The labels of `train.csv` are more than 10000 different ones.',
    );
  });
});

describe('gzip', () => {
  test('of any text format, told by its bytes', async () => {
    const pack = (path: string, text: string) => dropped(path, gzip(text));
    const own = await recogniseData([
      pack('train.csv.gz', reviews),
      pack('test.csv.gz', reviews),
      fixture('dev.jsonl.gz', 'reviews.jsonl.gz'),
    ]);
    expect(own.missing.concat()).toEqual([]);
    expect(own.card?.files.map(({ role, rows }) => [role, rows])).toEqual([
      ['train', 3],
      ['dev', 120],
      ['test', 3],
    ]);
    const glue = await recogniseData([pack('train.tsv.gz', tables.rte.text), pack('dev.tsv', tables.rte.text)]);
    expect(glue.card?.task).toBe('rte');
    expect(instancesOf(glue.dev)).toEqual(tables.rte.expected);
    const words = await recogniseData(['train', 'dev', 'test'].map((role) => pack(`${role}.conllu.gz`, conllu)));
    expect(words.card).toMatchObject({ task: 'pos', labels: ['AUX', 'NOUN', 'PART', 'PRON', 'PUNCT', 'SYM', 'VERB'] });
    const pairs = await recogniseData(
      ['train', 'test'].flatMap((role) => [
        pack(`${role}.word.gz`, 'a b\nc d\n'),
        pack(`${role}.label.gz`, 'X Y\nX X\n'),
      ]),
    );
    expect(pairs.card).toMatchObject({ task: 'labelling', labels: ['X'] });
  });

  const drain = async (file: File): Promise<number> => {
    let count = 0;
    for await (const { lines } of readLines(file)) count += lines.length;
    return count;
  };

  test('a large file comes out whole', async () => {
    const text = Array.from({ length: 300_000 }, (_, i) => `line ${i} of many, ${(i * 7919) % 1000}\n`).join('');
    const packed = gzip(text);
    const progress: number[] = [];
    let out = '';
    for await (const { lines } of readLines(fileOf('x', packed), { progress: (done) => progress.push(done) })) {
      out += lines.map((line) => `${line}\n`).join('');
    }
    expect(out).toBe(text);
    expect(progress.at(-1)).toBe(packed.length);
  });

  test('damaged, cut and followed by something', async () => {
    const whole = gzip(reviews.repeat(1000));
    for (const bytes of [
      whole.slice(0, -5),
      whole.slice(0, 30),
      whole.map((byte, at) => (at === 40 ? byte ^ 255 : byte)),
    ]) {
      const error = await errorOf(drain(fileOf('x.csv.gz', new Uint8Array(bytes))));
      expect(error.code).toBe('bad-file');
      expect(error.message).toContain('`x.csv.gz` begins as a gzip file, but cannot be unpacked');
    }
  });

  test.each([
    ['of zeros', '\0'.repeat(1024), 'is longer than 16777216 bytes'],
    ['of lines', 'a\n'.repeat(512), 'unpacks to more than'],
  ])('a bomb %s is refused within two seconds', async (_, piece, message) => {
    const bomb = fileOf('train.csv.gz', gzip(piece.repeat(200_000)));
    expect(bomb.size).toBeLessThan(1_000_000);
    const start = performance.now();
    expect((await errorOf(drain(bomb))).message).toContain(message);
    expect((await failures([{ path: 'train.csv.gz', file: bomb }])).length).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(4000);
  });
});
