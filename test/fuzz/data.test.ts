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
import { dataSet } from '../../src/data/data-set.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { tasks, taskNames } from '../../src/data/tasks.ts';
import { csvTable } from '../../src/format/csv.ts';
import { readFirstLines } from '../../src/format/lines.ts';
import { parquetTable } from '../../src/format/parquet.ts';
import { dropped, fileOf } from '../fixtures/files.ts';
import { tables } from '../fixtures/glue.ts';
import { damaged, limits, valueOrRefusal } from '../fixtures/hostile.ts';
import { conll2000, conllu, pmb } from '../fixtures/labelled.ts';

const folder = join(import.meta.dirname, '../fixtures/tables');
const load = (name: string): Uint8Array => readFileSync(join(folder, name));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('Parquet', () => {
  /** The longest run that four bytes can announce, a number that does not end, and bytes at random. */
  const pieces = fc.oneof(
    fc.constantFrom([0xfe, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0xff, 0x0f], Array<number>(30).fill(255)),
    fc.array(fc.nat(255), { minLength: 1, maxLength: 6 }),
  );

  const names = ['none', 'snappy', 'zstd', 'gzip', 'brotli', 'lz4', 'v2', 'plain'].map((name) => `reviews.${name}`);
  test.each([...names, 'tagged.v1', 'tagged.v2', 'tagged.plain'])(
    '%s, damaged',
    (name) => {
      const source = load(`${name}.parquet`);
      return fc.assert(
        fc.asyncProperty(fc.nat(source.length - 1), pieces, async (at, piece) => {
          const bytes = new Uint8Array(source);
          bytes.set(piece.slice(0, source.length - at), at);
          const table = await valueOrRefusal(parquetTable(fileOf('x.parquet', bytes)));
          if (table === null) return;
          const rows = async () => {
            for await (const some of table.read(table.columns)) {
              for (const { cells } of some) expect(cells).toHaveLength(table.columns.length);
            }
            for await (const some of table.lists?.read(table.lists.columns) ?? []) {
              for (const { cells } of some) expect(cells).toHaveLength(table.lists?.columns.length ?? 0);
            }
          };
          await valueOrRefusal(rows());
        }),
        // Brotli's decoder builds its tables anew for every page, in five times the time.
        { ...limits, numRuns: name === 'brotli' ? 40 : 150 },
      );
    },
    120_000,
  );

  test('any bytes between its marks', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const size = new Uint8Array(new Uint32Array([bytes.length]).buffer);
        const whole = new Uint8Array([...encode('PAR1'), ...bytes, ...size, ...encode('PAR1')]);
        await valueOrRefusal(parquetTable(fileOf('x.parquet', whole)));
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
        const result = await recogniseData(
          files.map(([name, data]) => dropped(name, new Uint8Array(data))),
          wanted,
        );
        const said = (...roles: (Role | null)[]) => result.missing.some(({ role = null }) => roles.includes(role));
        const { card, train, dev, test: tested } = result;
        if (card === null) expect(said(null, 'train', 'dev', 'test')).toBe(true);
        else {
          expect(said('train')).toBe(train === null);
          if (dev === null && tested === null) expect(said('dev', 'test')).toBe(true);
          structuredClone(card);
        }
        if (card !== null && result.missing.length === 0) {
          const set = await valueOrRefusal(Promise.resolve().then(() => dataSet(result, tasks[card.task])));
          expect(set === null || set.task.labels === null || set.task.labels.length >= 1).toBe(true);
        }
        const seen = card?.files.map((file) => file.path) ?? [];
        expect(new Set(seen).size).toBe(seen.length);
        for (const ignored of result.ignored) expect(seen).not.toContain(ignored.path);
      }),
      limits,
    ));
});
