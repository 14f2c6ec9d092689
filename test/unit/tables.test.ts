import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { describe, expect, test } from 'vitest';
import { csvTable } from '../../src/format/csv.ts';
import { jsonlTable } from '../../src/format/jsonl.ts';
import { readFirstLines } from '../../src/format/lines.ts';
import { parquetTable } from '../../src/format/parquet.ts';
import { hasHeader, type TextTable } from '../../src/format/table.ts';
import { cellsOf, tsvTable } from '../../src/format/tsv.ts';
import { errorOf } from '../fixtures/errors.ts';
import { fileOf, vanishing } from '../fixtures/files.ts';

const folder = join(import.meta.dirname, '../fixtures/tables');
const load = (name: string): File => fileOf(name, new Uint8Array(readFileSync(join(folder, name))));
const golden = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as {
  columns: string[];
  rows: (string | number | boolean | null)[][];
};

async function open(file: File): Promise<TextTable> {
  const lines = await readFirstLines(file);
  const table = jsonlTable(file, lines) ?? tsvTable(file, lines.map(cellsOf)) ?? (await csvTable(file, lines));
  if (table) return table;
  throw new Error(`${file.name} is no table`);
}

async function cells(table: TextTable, columns: string[]): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for await (const some of table.read(columns)) rows.push(...some.map((row) => row.cells));
  return rows;
}

/** Rows of the tables' columns of lists. */
async function listsOf(table: TextTable, columns: string[]): Promise<(string[] | null)[][]> {
  const rows: (string[] | null)[][] = [];
  for await (const some of table.lists?.read(columns) ?? []) rows.push(...some.map((row) => row.cells));
  return rows;
}

describe('columns of lists', () => {
  const tagged = JSON.parse(readFileSync(join(folder, 'tagged.json'), 'utf8')) as Record<
    'tokens' | 'pos_tags',
    (string[] | null)[]
  >;
  const expected = tagged.tokens.map((words, row) => [words, tagged.pos_tags[row]]);

  test.each(['v1', 'v2', 'plain'])('Parquet, %s: numbers are the names in the metadata', async (name) => {
    const table = await parquetTable(load(`tagged.${name}.parquet`));
    expect(table.columns).toEqual(['id']);
    expect(table.lists?.columns).toEqual(['tokens', 'pos_tags']);
    expect(await listsOf(table, ['tokens', 'pos_tags'])).toEqual(expected);
    expect(table.lists?.sample).toEqual(expected.slice(0, 50));
  });

  test('JSON lines: of texts and numbers, else none', async () => {
    const lines = [
      '{"words": ["a", "b"], "tags": [0, 1.5], "deep": [[1]], "id": 3}',
      '{"words": null, "tags": [true]}',
    ];
    const table = await open(fileOf('x.jsonl', lines.join('\n')));
    expect(table.columns).toEqual(['deep', 'id']);
    expect(await listsOf(table, ['tags', 'words'])).toEqual([
      [
        ['0', '1.5'],
        ['a', 'b'],
      ],
      [['true'], null],
    ]);
  });
});

describe('one table in every format', () => {
  const asText = golden.rows.map((row) => row.map((value) => (value === null ? null : String(value))));

  test.each(['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'v2', 'plain'])('Parquet, %s', async (name) => {
    const table = await parquetTable(load(`reviews.${name}.parquet`));
    expect(table.columns).toEqual(golden.columns);
    expect(await cells(table, golden.columns)).toEqual(asText);
    expect(table.sample).toEqual(asText.slice(0, 50));
  });

  test.each(['reviews.jsonl', 'reviews.jsonl.gz'])('JSON lines, %s', async (name) => {
    const table = await open(load(name));
    expect(table.columns).toEqual(golden.columns);
    expect(await cells(table, golden.columns)).toEqual(asText);
  });

  test.each(['reviews.comma.csv', 'reviews.semicolon.csv'])('CSV, %s', async (name) => {
    const table = await open(load(name));
    expect(table.columns).toEqual(golden.columns);
    // Python's csv writes None as an empty cell and truth values as Python does.
    const written = golden.rows.map((row) =>
      row.map((value) => (value === null ? '' : value === true ? 'True' : value === false ? 'False' : String(value))),
    );
    expect(await cells(table, golden.columns)).toEqual(written);
  });

  test('a column that is asked for twice comes twice', async () => {
    const table = await parquetTable(load('reviews.snappy.parquet'));
    const [text, label] = golden.columns;
    expect(await cells(table, [text, label, text])).toEqual(asText.map((row) => [row[0], row[1], row[0]]));
  });

  test('columns come in the order asked for, rows with their place', async () => {
    const table = await parquetTable(load('reviews.snappy.parquet'));
    const rows = [];
    for await (const some of table.read(['label', 'text'])) rows.push(...some);
    expect(rows.map(({ at }) => at)).toEqual(golden.rows.map((_, index) => index + 1));
    expect(rows[60].cells).toEqual([asText[60][2], asText[60][0]]);
  });
});

describe('what tables do', () => {
  test('a CSV longer than a slice keeps quoted line ends and row numbers', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `"line ${i}\nand, ""more"" of ${'it '.repeat(20)}",${i % 2}`);
    const good = fileOf('x.csv', `text,label\n${rows.join('\r\n')}\r\n`);
    const found = await cells(await open(good), ['label', 'text']);
    expect(found).toHaveLength(60_000);
    expect(found[59_999]).toEqual(['1', `line 59999\nand, "more" of ${'it '.repeat(20)}`]);

    rows[50_000] = 'one cell';
    const bad = await open(fileOf('x.csv', `text,label\n${rows.join('\n')}\n`));
    expect((await errorOf(cells(bad, ['text']))).message).toBe(
      'Row 50002 of `x.csv` has 1 column where 2 are expected.',
    );
  });

  test.each([
    ['a,b\n1,x\n', ['a', 'b'], [['1', 'x']]],
    [
      'good film,1\nbad film,0\n',
      ['column 1', 'column 2'],
      [
        ['good film', '1'],
        ['bad film', '0'],
      ],
    ],
    ['text;label\n"a;b";1\n', ['text', 'label'], [['a;b', '1']]],
    ['\ufefftext|label\nno end|1', ['text', 'label'], [['no end', '1']]],
    ['text,,text\na,b,c\n', ['text', 'column 2', 'text (2)'], [['a', 'b', 'c']]],
    ['text,label\n\na,1\n\n', ['text', 'label'], [['a', '1']]],
  ])('CSV %j', async (text, columns, rows) => {
    const table = await open(fileOf('x.csv', text));
    expect(table.columns).toEqual(columns);
    expect(await cells(table, columns)).toEqual(rows);
  });

  test('TSV: a quote is text, with or without a header', async () => {
    const table = await open(fileOf('x.tsv', 'stars\treview\n4\t"fine\n\n2\tso so"\n'));
    expect(await cells(table, ['review', 'stars'])).toEqual([
      ['"fine', '4'],
      ['so so"', '2'],
    ]);
    const bare = await open(fileOf('x.tsv', '4\tfine\n2\tso so\n'));
    expect(bare.columns).toEqual(['column 1', 'column 2']);
    expect(await cells(bare, ['column 2'])).toEqual([['fine'], ['so so']]);
  });

  test('JSON lines: members of any name, missing ones are empty, nested ones too', async () => {
    const text = '{"__proto__": "a", "toString": 1}\n\n{"constructor": {"a": 1}, "toString": true}\n{}\n';
    const table = await open(fileOf('x.jsonl', text));
    expect(table.columns).toEqual(['__proto__', 'toString', 'constructor']);
    expect(await cells(table, table.columns)).toEqual([
      ['a', '1', null],
      [null, 'true', null],
      [null, null, null],
    ]);
  });

  test.each([
    [[['text', 'x']], true],
    [[['good', '1']], false],
    [
      [
        ['good', 'bad'],
        ['fine', 'poor'],
      ],
      true,
    ],
    [
      [
        ['good', 'yes'],
        ['fine', 'yes'],
      ],
      false,
    ],
    [
      [
        ['a', 'a'],
        ['b', 'c'],
      ],
      false,
    ],
    [
      [
        ['', 'b'],
        ['c', 'd'],
      ],
      false,
    ],
    [
      [
        ['x'.repeat(50), 'b'],
        ['c', 'd'],
      ],
      false,
    ],
    [[], false],
  ])('whether %j has a header: %s', (rows, expected) => {
    expect(hasHeader(rows)).toBe(expected);
  });
});

describe('bad input, each with the sentence the user reads', () => {
  test('a column that is not there', async () => {
    const { message } = await errorOf(cells(await open(fileOf('x.csv', 'text,label\na,1\n')), ['label', 'stars']));
    expect(message).toBe('`x.csv` has no column `stars`; it has `text`, `label`.');
  });

  test('a quote that is never closed', async () => {
    const table = await open(fileOf('x.csv', `text,label\na,1\n"${'b\n'.repeat(3_000_000)}`));
    expect((await errorOf(cells(table, ['text']))).message).toContain('a quote in it is never closed.');
  });

  test('a line that is no JSON object', async () => {
    const table = await open(fileOf('x.jsonl', '{"a": 1}\n{"a": 2}\n[3]\n'));
    expect((await errorOf(cells(table, ['a']))).message).toBe(
      'Line 3 of `x.jsonl` is not a JSON object: it holds `[3]`.',
    );
  });

  test('a TSV row that is cut', async () => {
    const table = await open(fileOf('x.tsv', 'text\tlabel\na\t1\nb\n'));
    expect((await errorOf(cells(table, ['text']))).message).toBe(
      'Line 3 of `x.tsv` has 1 column where 2 are expected.',
    );
  });

  test('Parquet: an encoding that is not read says how to go on', async () => {
    const error = await errorOf(parquetTable(load('delta.parquet')));
    expect(error.message).toContain('the encoding DELTA_BYTE_ARRAY is not among those read');
    expect(error.next).toBe('Save it again with pandas or pyarrow, or as JSON lines.');
  });

  test('Parquet: a column of lists stands apart from its neighbours', async () => {
    const table = await parquetTable(load('lists.parquet'));
    expect(table.columns).toEqual(['text', 'label']);
    expect(table.lists?.columns).toEqual(['tokens']);
    expect((await cells(table, ['text'])).map(([text]) => text)).toEqual(golden.rows.map(([text]) => text));
  });

  test.each([
    ['cut in the middle', (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ['without its end', (bytes: Uint8Array) => bytes.slice(0, -4)],
    ['with a footer longer than itself', (bytes: Uint8Array) => bytes.fill(255, bytes.length - 8, bytes.length - 4)],
    ['with its pages overwritten', (bytes: Uint8Array) => bytes.fill(255, 4, 400)],
  ])('Parquet %s', async (_, damage) => {
    const bytes = new Uint8Array(readFileSync(join(folder, 'reviews.snappy.parquet')));
    const error = await errorOf(parquetTable(fileOf('x.parquet', new Uint8Array(damage(bytes)))));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain('`x.parquet` cannot be read as Parquet: ');
  });

  test('Parquet: a Snappy literal of 4 GB, which its library takes for a step back', async () => {
    const bytes = new Uint8Array(readFileSync(join(folder, 'reviews.plain.parquet')));
    const { row_groups: groups } = parquetMetadata(bytes.buffer);
    const start = Number(groups[0].columns[0].meta_data?.data_page_offset);
    const reader = { view: new DataView(bytes.buffer), offset: start };
    expect(parquetHeader(reader).uncompressed_page_size).toBeGreaterThan(127);
    // Behind the page's length, in two bytes: the literal's tag, and its length in four.
    bytes.set([0xfc, 0xfb, 0xff, 0xff, 0xff], reader.offset + 2);
    const error = await errorOf(parquetTable(fileOf('x.parquet', bytes)));
    expect(error.message).toMatch(/cannot be read as Parquet: a literal says 4294967292, and at most \d+ can be\.$/);
  });

  test('a file that vanishes', async () => {
    expect((await errorOf(parquetTable(vanishing('x.parquet', 'PAR1 and more PAR1')))).code).toBe('unreadable-file');
  });
});
