/** Files of data in every format: every row has the cells of its columns, every label is one of the task. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { readInstances } from '../../../src/data/instances.ts';
import { recogniseData, type DataRecognition } from '../../../src/data/recognise.ts';
import { dataSet } from '../../../src/data/data-set.ts';
import type { Corrections, Role } from '../../../src/data/cards.ts';
import { glueNames, tasks, type GlueName } from '../../../src/data/tasks.ts';
import { encodingOf } from '../../../src/format/encoding.ts';
import { parquetTable } from '../../../src/format/parquet.ts';
import { readTsv } from '../../../src/format/tsv.ts';
import { tables } from '../../fixtures/glue.ts';
import { attempt, valueOrRefusal } from '../../fixtures/hostile.ts';
import { conll2000, conllu, pmb } from '../../fixtures/labelled.ts';
import { alone, droppedFiles, fixture, onlyFile, textFile, type Drop, type FuzzTarget } from '../target.ts';

export async function checkParquet(file: File): Promise<void> {
  const table = await valueOrRefusal(parquetTable(file));
  if (table === null) return;
  await attempt(async () => {
    for await (const some of table.read(table.columns)) {
      for (const { cells } of some) assert.equal(cells.length, table.columns.length);
    }
    for await (const some of table.lists?.read(table.lists.columns) ?? []) {
      for (const { cells } of some) assert.equal(cells.length, table.lists?.columns.length);
    }
  });
}

/** Lines keep their numbers. */
export async function checkTsvLines(file: File): Promise<void> {
  const count = await attempt(async () => {
    let lines = 0;
    for await (const { firstLine, rows } of readTsv(file)) {
      assert.equal(firstLine, lines + 1);
      lines += rows.length;
    }
    return lines;
  });
  if (count === null) return;
  const text = new TextDecoder(encodingOf(file)).decode(await file.arrayBuffer());
  // A file without line feeds may end its lines with carriage returns alone.
  const end = text.includes('\n') ? '\n' : '\r';
  assert.equal(count, text.split(end).length - (text === '' || text.endsWith(end) ? 1 : 0));
}

export async function checkGlue(file: File, task: GlueName): Promise<void> {
  const { labels, range } = tasks[task];
  const result = await valueOrRefusal(readInstances(file, tasks[task]));
  for (const { text, label } of result?.instances ?? []) {
    assert.equal(typeof text, 'string');
    if (labels) assert.equal(typeof labels[label], 'string');
    else assert(label >= range[0] && label <= range[1], `a score of ${label}`);
  }
}

/** A data set, or every gap said. */
export async function checkDataDrop(drop: Drop, corrections: Corrections = {}): Promise<void> {
  const result = await recogniseData(droppedFiles(drop), corrections);
  checkData(result);
  const { card, missing } = result;
  if (card === null || missing.length > 0) return;
  const set = await attempt(() => dataSet(result, tasks[card.task]));
  assert(set === null || set.task.labels === null || set.task.labels.length > 0);
}

export function checkData({ card, train, dev, test, missing, ignored }: DataRecognition): void {
  const said = (...roles: (Role | null)[]) => missing.some(({ role = null }) => roles.includes(role));
  if (card === null) assert(said(null, 'train', 'dev', 'test'), 'nothing is said of a drop without data');
  else {
    assert.equal(said('train'), train === null);
    if (dev === null && test === null) assert(said('dev', 'test'), 'nothing is said of absent dev and test files');
    structuredClone(card);
  }
  const seen = card?.files.map(({ path }) => path) ?? [];
  assert.equal(new Set(seen).size, seen.length);
  for (const { path } of ignored) assert(!seen.includes(path), `${path} is used and ignored`);
}

const parquetNames = ['none', 'snappy', 'zstd', 'gzip', 'lz4', 'v2', 'plain'].map((name) => `reviews.${name}`);
const listNames = ['tagged.v1', 'tagged.v2', 'tagged.plain'];
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');
const csv = `text,label\n${lines(12, (i) => `"A ""good"" film, number ${i}",${i % 2 ? 'pos' : 'neg'}\n`)}`;
const semicolons = `\ufeffid;text;score\r\n${lines(9, (i) => `${i};It is ${i};0,${i}\r\n`)}`;
const json = lines(8, (i) => `{"text": "It rains \\u00e9 ${i}", "label": ${i % 2}}\n`);
const tagged = lines(6, (i) => `{"tokens": ["It", "rains", "${i}"], "ner_tags": ["O", "B-X", "O"]}\n`);
const array = JSON.stringify(Array.from({ length: 6 }, (_, i) => ({ text: `It is ${i}`, label: i % 2 ? 'a' : 'b' })));
const columns = JSON.stringify({ text: ['a', 'b', 'c', 'd'], label: [1, 2, 1, 2] });
const quoted = `text\tlabel\n${lines(6, (i) => `"a ""b"" ${i}"\t${i % 2}\n`)}`;
const escaped = `sep=;\r\n"text";"label"\r\n${lines(6, (i) => `"It \\"is\\" ${i}";"${i % 2}"\r\n`)}`;
const marked = lines(6, (i) => `__label__${i % 2 ? 'a' : 'b'} It is ${i}\n`);
const slashes = lines(6, (i) => `It/PRP is/VBZ ${i}/CD ./.\n`);
/** The same content as train and as dev file. */
const both = (ending: string, text: string): Drop =>
  ['train', 'dev'].map((role) => textFile(`d/${role}.${ending}`, text));

export const textSeeds = (): Drop[] => [
  ...[both('csv', csv), both('csv', semicolons), both('jsonl', json), both('jsonl', tagged), both('conllu', conllu)],
  ...[both('conll', conll2000), both('txt', pmb), both('tsv', tables.cola.text), both('tsv', tables['sts-b'].text)],
  [
    ...['train.word', 'test.word'].map((name) => textFile(name, 'a b\nc d\n')),
    ...['train.label', 'test.label'].map((name) => textFile(name, 'X Y\nX X\n')),
  ],
  ...[both('json', array), both('json', columns), both('tsv', quoted), both('csv', escaped), both('txt', marked)],
  both('txt', slashes),
  ['train', 'test'].flatMap((split) =>
    ['pos', 'neg'].map((label) => textFile(`aclImdb/${split}/${label}/0_9.txt`, `A ${label} film.\n`)),
  ),
  ['train.arrow', 'test.xlsx', 'dev.pkl'].map((name) => textFile(name, 'PK\u0003\u0004')),
  ['train', 'test'].map((role) => ({ path: `${role}.csv.gz`, bytes: new Uint8Array(gzipSync(csv)) })),
];

export const dataTargets: readonly FuzzTarget[] = [
  {
    name: 'parquet',
    share: 4,
    seeds: () =>
      alone(
        [...[...parquetNames, ...listNames].map((name) => `tables/${name}`), 'wild/snli', 'tables/lists'].map((name) =>
          fixture(`${name}.parquet`),
        ),
      ),
    check: (drop) => checkParquet(onlyFile(drop)),
  },
  {
    // Its decoder builds its tables anew for every page, in five times the time.
    name: 'parquet-brotli',
    share: 0.1,
    seeds: () => alone([fixture('tables/reviews.brotli.parquet')]),
    check: (drop) => checkParquet(onlyFile(drop)),
  },
  {
    name: 'tsv',
    share: 8,
    seeds: () => alone(glueNames.map((name) => textFile(`${name}.tsv`, tables[name].text))),
    check: async (drop) => {
      const file = onlyFile(drop);
      await checkTsvLines(file);
      await checkGlue(file, glueNames.find((name) => file.name === `${name}.tsv`) ?? 'sst-2');
    },
  },
  { name: 'data-drop', share: 4, whole: true, seeds: textSeeds, check: (drop) => checkDataDrop(drop) },
  {
    name: 'table-drop',
    share: 0.5,
    whole: true,
    seeds: () => [
      [fixture('tables/tagged.v2.parquet', 'train.parquet'), fixture('tables/tagged.v2.parquet', 'test.parquet')],
      [fixture('wild/sst2.parquet', 'train/0000.parquet'), fixture('wild/sst2-test.parquet', 'test/0000.parquet')],
      [fixture('wild/snli.parquet', 'train.parquet'), fixture('wild/snli.parquet', 'dev.parquet')],
      [fixture('tables/shards/train-00000-of-00002.parquet'), fixture('tables/shards/train-00001-of-00002.parquet')],
      [fixture('tables/reviews.comma.csv', 'train.csv'), fixture('tables/reviews.semicolon.csv', 'dev.csv')],
      [fixture('tables/reviews.jsonl', 'train.jsonl'), fixture('tables/reviews.jsonl.gz', 'dev.jsonl.gz')],
    ],
    check: (drop) => checkDataDrop(drop),
  },
];
