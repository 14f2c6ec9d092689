import { expect, test } from 'vitest';
import { activationKey } from '../../../src/session/inputs/activation-key.ts';
import type { Inputs } from '../../../src/session/inputs/inputs.ts';
import type { RowSource } from '../../../src/session/inputs/sources.ts';

/** As far as the key reads them. */
const inputs = (labelColumn: string, pooling = 'first'): Inputs =>
  ({
    vectors: { from: 'model', hash: 'model', maxLength: 128, pooling, aggregation: 'last' },
    task: { name: 'classification' },
    columns: ['text', null],
    labelColumn,
    quotedFiles: new Set(),
    hashes: new Map([['train.csv', 'data']]),
  }) as unknown as Inputs;
const source = (leftOut: number[]): RowSource =>
  ({
    ordering: 'split',
    data: { kind: 'sentence', rows: new Array(39) },
    file: { path: 'train.csv', shards: [], labels: null, data: { kind: 'sentence', leftOut } },
    order: Int32Array.of(0),
    sample: null,
    drawnFrom: null,
  }) as unknown as RowSource;
const keyOf = (labelColumn: string, leftOut: number[]) => activationKey(inputs(labelColumn), source(leftOut), 'wasm');

test('another column of labels shares what is kept, unless its labels leave out other rows', async () => {
  expect(await keyOf('a', [])).toBe(await keyOf('b', []));
  expect(await keyOf('a', [7])).toBe(await keyOf('b', [7]));
  expect(await keyOf('a', [7])).not.toBe(await keyOf('a', [8]));
  expect(await keyOf('a', [7])).not.toBe(await keyOf('a', []));
});

test('words without a label depend on the column', async () => {
  const words = { kind: 'labelling', skipped: 0, unlabelled: 1 };
  const file = { path: 'train.csv', shards: [], labels: null, data: words };
  const ofWords = { ...source([]), data: { kind: 'labelling', rows: [] }, file } as unknown as RowSource;
  const keys = ['a', 'b'].map((column) => activationKey(inputs(column), ofWords, 'wasm'));
  expect(new Set(await Promise.all(keys)).size).toBe(2);
});

test('a table whose quotes were taken off is another than one whose quotes are text', async () => {
  const quoted = { ...inputs('a'), quotedFiles: new Set(['train.csv']) };
  expect(await activationKey(quoted, source([]), 'wasm')).not.toBe(await keyOf('a', []));
});

test('what stands for a sentence decides its activations, and not those of words', async () => {
  const keysOf = (from: RowSource) =>
    Promise.all(['first', 'last', 'mean'].map((pooling) => activationKey(inputs('a', pooling), from, 'wasm')));
  expect(new Set(await keysOf(source([]))).size).toBe(3);
  const data = { kind: 'labelling', rows: new Array(39), skipped: 0, unlabelled: 0 };
  const ofWords = { ...source([]), data, file: { ...source([]).file, data } } as unknown as RowSource;
  expect(new Set(await keysOf(ofWords)).size).toBe(1);
});
