import { describe, expect, test } from 'vitest';
import { inMemory, reordered } from '../../../src/activations/matrix.ts';
import { noLabel } from '../../../src/data/no-label.ts';
import { outputsOf } from '../../../src/session/inputs/encode.ts';
import { placesInRun } from '../../../src/session/inputs/run-order.ts';
import type { RowSource, SourceRows } from '../../../src/session/inputs/sources.ts';

function source(order: number[], sentences: readonly number[][]): RowSource {
  const rows = order.map((row) => ({
    words: sentences[row].map((_, place) => `${row}.${place}`),
    labels: sentences[row],
  }));
  return {
    order: Int32Array.from(order),
    data: { kind: 'labelling', rows } satisfies SourceRows,
  } as unknown as RowSource;
}

describe('where the words of a file are in a run', () => {
  const sentences = [[0, 1], [1], [0, noLabel, 1], [noLabel], [1, 1]];
  const file = source([0, 1, 2, 3, 4], sentences);
  // The fifth sentence was too long for the model.
  const outputs = outputsOf(file.data, new Set([0, 1, 2, 3]));

  test('in its own order, without words of no label and sentences that are left out', () => {
    const run = source([4, 2, 0, 3, 1], sentences);
    const theirs = outputsOf(run.data, new Set([1, 2, 3, 4]));
    const places = placesInRun(file, outputs, run)!;
    expect(Array.from(places, (place) => theirs.words![place])).toEqual(outputs.words);
  });

  test('nowhere, if the run has fewer rows, other rows or other words of one', () => {
    expect(placesInRun(file, outputs, source([2, 0, 3, 1], sentences))).toBeNull();
    expect(placesInRun(source([0, 1, 2], sentences), outputs, source([4, 2, 0], sentences))).toBeNull();
    const others = sentences.with(1, [noLabel]);
    expect(placesInRun(file, outputs, source([4, 2, 0, 3, 1], others))).toBeNull();
  });
});

test('activations in another order are read block by block, each block once', async () => {
  const all = inMemory(
    Float32Array.from({ length: 14 }, (_, at) => at),
    { rows: 7, layers: 1, hidden: 2 },
    3,
  );
  const read: number[] = [];
  const counted = { ...all, block: (index: number) => (read.push(index), all.block(index)) };
  const view = reordered(counted, Int32Array.of(6, 0, 3, 1, 5, 2, 4));
  expect([view.rows, view.blockCount]).toEqual([7, 1]);
  const { start, rows, data } = await view.block(0);
  expect([start, rows]).toEqual([0, 7]);
  expect([...data]).toEqual([12, 13, 0, 1, 6, 7, 2, 3, 10, 11, 4, 5, 8, 9]);
  expect(read).toEqual([0, 1, 2]);
});
