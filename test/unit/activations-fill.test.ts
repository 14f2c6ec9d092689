import { expect, test } from 'vitest';
import { fillBatch, perRowOf, rowOf } from '../../src/activations/fill.ts';
import type { EncodedRows } from '../../src/tokenizer/rows.ts';

/** Three sentences of 4, 2 and 3 tokens; words: two of the first (one of two tokens), none, one. */
const rows: EncodedRows = {
  rows: 3,
  offsets: Uint32Array.of(0, 4, 6, 9),
  ids: Int32Array.of(11, 12, 13, 14, 21, 22, 31, 32, 33),
  typeIds: Uint8Array.of(0, 0, 1, 1, 0, 1, 0, 0, 2),
  outputs: 3,
  outputOffsets: Uint32Array.of(0, 2, 2, 3),
  pooledFrom: Uint32Array.of(1, 2, 7),
  pooledTo: Uint32Array.of(2, 4, 8),
};
const whole = { start: 0, end: 3 };

test('rows are padded at the end, and every token of an output is pooled', () => {
  const { batch, outputs, counts } = fillBatch(rows, { rows: [2, 0], length: 5 }, whole, {
    padding: { side: 'right', id: 7, typeId: 3 },
    answers: 'tokens',
  });
  expect([...batch.ids]).toEqual([31, 32, 33, 7, 7, 11, 12, 13, 14, 7]);
  expect([...batch.typeIds]).toEqual([0, 0, 2, 3, 3, 0, 0, 1, 1, 3]);
  expect([...batch.lengths]).toEqual([3, 4]);
  expect([...batch.pooled]).toEqual([1, 6, 7, 8]);
  expect([outputs, counts]).toEqual([
    [2, 0, 1],
    [1, 1, 2],
  ]);
});

test('or at the beginning', () => {
  const padding = { side: 'left', id: 7, typeId: 3 } as const;
  const { batch } = fillBatch(rows, { rows: [2, 0], length: 5 }, whole, { padding, answers: 'tokens' });
  expect([...batch.ids]).toEqual([7, 7, 31, 32, 33, 7, 11, 12, 13, 14]);
  expect([...batch.pooled]).toEqual([3, 7, 8, 9]);
});

test('outputs outside the range are left out', () => {
  const padding = { side: 'right', id: 0, typeId: 0 } as const;
  const range = { start: 1, end: 2 };
  const filled = fillBatch(rows, { rows: [0, 1, 2], length: 4 }, range, { padding, answers: 'tokens' });
  expect([filled.outputs, filled.counts, [...filled.batch.pooled]]).toEqual([[1], [2], [2, 3]]);
});

test('an output is found in its row, past rows without any', () => {
  expect([0, 1, 2].map((output) => rowOf(rows, output))).toEqual([0, 0, 2]);
});

test('an encoder that answers rows pools no token, and gives each of them one vector', () => {
  const outputOffsets = Uint32Array.of(0, 1, 2, 3);
  const means = { ...rows, outputOffsets, pooledFrom: rows.offsets.slice(0, 3), pooledTo: rows.offsets.slice(1) };
  const padding = { side: 'right', id: 0, typeId: 0 } as const;
  const filled = fillBatch(means, { rows: [2, 0], length: 4 }, whole, { padding, answers: 'rows' });
  expect([filled.outputs, filled.counts, [...filled.batch.pooled]]).toEqual([[2, 0], [1, 1], []]);
  expect(perRowOf(means)).toBe('mean');
  expect(perRowOf(rows)).toBe('many');
});
