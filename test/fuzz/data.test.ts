/**
 * Data sets of any bytes and any drop of them: rows or a WinnowError, in bounded time, and every gap is said. Inputs are raw
 * bytes, near-tables, and good files of every format with a piece cut, doubled or changed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/data/cards.ts';
import { taskNames } from '../../src/data/tasks.ts';
import { csvTable } from '../../src/format/csv.ts';
import { readFirstLines } from '../../src/format/lines.ts';
import { fileOf } from '../fixtures/files.ts';
import { tables } from '../fixtures/glue.ts';
import { damaged, limits } from '../fixtures/hostile.ts';
import { conll2000, conllu, pmb } from '../fixtures/labelled.ts';
import { checkDataDrop, checkParquet } from './targets/data.ts';

const folder = join(import.meta.dirname, '../fixtures/tables');
const load = (name: string): Uint8Array => readFileSync(join(folder, name));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('Parquet', () => {
  test('any bytes between its marks', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const size = new Uint8Array(new Uint32Array([bytes.length]).buffer);
        const whole = new Uint8Array([...encode('PAR1'), ...bytes, ...size, ...encode('PAR1')]);
        await checkParquet(fileOf('x.parquet', whole));
      }),
      limits,
    ));
});

test('CSV: what papaparse writes is read back, cell by cell', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(
          fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', ';', '\\') }),
          fc.constantFrom('x', 'y'),
        ),
        {
          minLength: 1,
          maxLength: 30,
        },
      ),
      async (rows) => {
        const file = fileOf('x.csv', `${Papa.unparse([['text', 'label'], ...rows], { newline: '\n' })}\n`);
        const table = await csvTable(file, await readFirstLines(file));
        const read: (string | null)[][] = [];
        for await (const some of table?.read(['text', 'label']) ?? []) read.push(...some.map(({ cells }) => cells));
        expect(read).toEqual(rows);
      },
    ),
    limits,
  ));

describe('recognising', () => {
  const paths = [
    ...['train.tsv', 'dev.tsv', 'test.tsv', 'x.tsv', 'a/train.tsv', 'a/dev.txt', 'b/dev.tsv', 'train.csv', 'test.csv'],
    ...['train.conllu', 'dev.conll', 'test.txt', 'train.word', 'train.label', 'test.word', 'test.label', 'train.jsonl'],
    ...[
      'train.json',
      'train.csv.gz',
      'dev.parquet',
      'config.json',
      'README.md',
      'train/0000.parquet',
      'eng.testa',
      'data.json',
    ],
  ];
  const good = [
    ...Object.values(tables).map(({ text }) => encode(text)),
    ...[conll2000, conllu, pmb, 'a b\nc d\n', 'X Y\nX X\n', 'a ||| b\nc ||| d\n', 'yes\nno\n'].map(encode),
    ...['text\tlabel\n"a ""b"""\t1\n"c\td"\t2\n', '__label__a b\n__label__c d\n', 'A/DT b/NN\nC/DT d/NN\n'].map(encode),
    ...['[{"text": "a", "label": 1}, {"text": "b", "label": 2}]', '{"text": ["a", "b"], "label": [1, 2]}'].map(encode),
    new Uint8Array(Buffer.from('\ufefftext,label\na,1\nb,2\n', 'utf16le')),
    ...['text,label\na,1\nb,2\n', '{"text": "a", "label": 1}\n{"text": "b", "label": 0.5}\n'].map(encode),
    new Uint8Array(gzipSync(conllu)),
    load('reviews.snappy.parquet'),
  ];
  const near = fc
    .array(
      fc.array(fc.constantFrom('text', 'label', 'a', '1', '0.5', '', '#', '1-2', '"', 'B-NP', 'NN'), { maxLength: 4 }),
    )
    .chain((rows) => fc.constantFrom('\t', ' ', ',').map((mark) => rows.map((cells) => cells.join(mark)).join('\n')));
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    near.map(encode),
    fc.constantFrom(...good).chain(damaged),
    fc.constantFrom(...good),
  );
  const path = fc.constantFrom(...paths);
  const drop = fc.uniqueArray(fc.tuple(path, content), { selector: ([name]) => name, maxLength: 6 });
  const column = fc.constantFrom('text', 'label', 'UPOS', 'column 1', '__proto__');
  const corrections = fc.record(
    {
      task: fc.constantFrom(...taskNames),
      roles: fc.dictionary(path, fc.constantFrom<Role | null>('train', 'dev', 'test', null)),
      columns: fc.record({ text: column, pair: fc.option(column), label: column }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );

  test('any drop: a data set, or every gap is said', () =>
    fc.assert(
      fc.asyncProperty(drop, corrections, async (files, wanted) => {
        await checkDataDrop(
          files.map(([path, bytes]) => ({ path, bytes: new Uint8Array(bytes) })),
          wanted,
        );
      }),
      limits,
    ));
});
