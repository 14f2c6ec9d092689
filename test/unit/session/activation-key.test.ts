import { expect, test } from 'vitest';
import { activationKey } from '../../../src/session/inputs/activation-key.ts';
import type { Inputs } from '../../../src/session/inputs/inputs.ts';
import type { RowSource } from '../../../src/session/inputs/sources.ts';

/** As far as the key reads them. */
const inputs = (labelColumn: string): Inputs =>
  ({
    vectors: { from: 'model', hash: 'model', maxLength: 128, aggregation: 'last' },
    task: { name: 'classification' },
    columns: ['text', null],
    labelColumn,
    quotedFiles: new Set(),
    hashes: new Map([['train.csv', 'data']]),
  }) as unknown as Inputs;
const source = (skipped: number): RowSource =>
  ({
    ordering: 'split',
    data: { kind: 'sentence', rows: new Array(39) },
    file: { path: 'train.csv', shards: [], labels: null, data: { skipped } },
    order: Int32Array.of(0),
    sample: null,
    drawnFrom: null,
  }) as unknown as RowSource;
const keyOf = (labelColumn: string, skipped: number) => activationKey(inputs(labelColumn), source(skipped), 'wasm');

test('another column of labels shares what is kept, but not where rows were left out for their labels', async () => {
  expect(await keyOf('a', 0)).toBe(await keyOf('b', 0));
  expect(await keyOf('a', 1)).not.toBe(await keyOf('b', 1));
});

test('a table whose quotes were taken off is another than one whose quotes are text', async () => {
  const quoted = { ...inputs('a'), quotedFiles: new Set(['train.csv']) };
  expect(await activationKey(quoted, source(0), 'wasm')).not.toBe(await keyOf('a', 0));
});
