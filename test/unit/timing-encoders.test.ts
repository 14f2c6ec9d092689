/** Which batches run how often, with an encoder that only waits. */
import { expect, test } from 'vitest';
import type { Encoder, TokenBatch } from '../../src/model/encoder.ts';
import { timeEncoders } from '../../src/timing/encoders.ts';
import type { EncodedRows } from '../../src/tokenizer/rows.ts';

/** Rows of 3, 4, … tokens; the first token stands for each. */
function madeRows(count: number): EncodedRows {
  const lengths = Array.from({ length: count }, (_, row) => 3 + row);
  const offsets = Uint32Array.from([0, ...lengths.map((_, row) => lengths.slice(0, row + 1).reduce((a, b) => a + b))]);
  const tokens = offsets[count];
  return {
    ...{ rows: count, offsets, ids: new Int32Array(tokens).fill(7), typeIds: new Uint8Array(tokens) },
    ...{ outputs: count, outputOffsets: Uint32Array.from({ length: count + 1 }, (_, row) => row) },
    ...{ pooledFrom: offsets.slice(0, count), pooledTo: offsets.slice(0, count).map((from) => from + 1) },
  };
}

test('a slow encoder is measured in turns: every row as often at every depth, and a sample is of all rows', async () => {
  const rowMs = 20;
  const runs = new Map<number, TokenBatch[]>();
  const open = (depth: number): Promise<Encoder> => {
    const batches: TokenBatch[] = [];
    runs.set(depth, batches);
    const run = async (batch: TokenBatch): Promise<Float32Array> => {
      batches.push(batch);
      await new Promise((resolve) => setTimeout(resolve, rowMs * depth * batch.rows));
      return new Float32Array(0);
    };
    const padding = { side: 'right', id: 0, typeId: 0 } as const;
    const facts = { backend: 'wasm', layers: depth + 1, hidden: 1, maxLength: 64, padding, unpadded: false } as const;
    return Promise.resolve({ ...facts, answers: 'tokens' as const, run, dispose: () => Promise.resolve() });
  };
  const options = { repeats: 2, seed: 0, padded: null, held: true, clock: null };
  const timed = await timeEncoders({ rows: madeRows(9), layers: 1, open }, options);
  // 9 rows of 20 ms: two turns a round and way at the least.
  const [latency] = timed.series;
  expect(latency).toMatchObject({ batch: 1, padded: null });
  const alone = (depth: number): number[] => {
    const tokens = runs.get(depth)!.flatMap(({ rows, length }) => (rows === 1 ? [length] : []));
    return Array.from({ length: 9 }, (_, row) => tokens.filter((length) => length === 3 + row).length);
  };
  // The embeddings: one round that is thrown away and two that count. The whole encoder: in the trial three times more,
  // where the row that is left over from batches of four is alone, too.
  const left = timed.series.length > 1 ? 3 : 0;
  expect(alone(0)).toEqual([3 + left, 3, 3, 3, 3, 3, 3, 3, 3]);
  expect(alone(1)).toEqual([9 + left, 6, 6, 6, 6, 6, 6, 6, 6]);
  for (const { depths } of timed.series) {
    expect(depths[1].wall.samples).toHaveLength(2);
    // A timer may be a millisecond early.
    for (const ms of depths[1].wall.samples) expect(ms).toBeGreaterThan(rowMs - 2);
  }
});
