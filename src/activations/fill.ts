/** Packed rows → a padded batch for the encoder, and which outputs its vectors belong to. */
import type { PerRow } from '../model/architecture.ts';
import type { Encoder, TokenBatch } from '../model/encoder.ts';
import type { EncodedRows } from '../tokenizer/rows.ts';
import type { PlannedBatch } from './batches.ts';

interface FilledBatch {
  batch: TokenBatch;
  /** Outputs in the order of the vectors that the encoder answers with. */
  outputs: number[];
  /** Vectors of each of them. */
  counts: number[];
}

/**
 * @param range of the outputs that are wanted: [start, end)
 * @param encoder on which side rows are padded and with what, and whether it answers rows, which then have one output each
 */
export function fillBatch(
  rows: EncodedRows,
  { rows: numbers, length }: PlannedBatch,
  range: { start: number; end: number },
  { padding: { side, id, typeId }, answers }: Pick<Encoder, 'padding' | 'answers'>,
): FilledBatch {
  const { offsets, ids, typeIds, outputOffsets, pooledFrom, pooledTo } = rows;
  const size = numbers.length * length;
  const lengths = Int32Array.from(numbers, (row) => offsets[row + 1] - offsets[row]);
  const paddedIds = new Int32Array(size).fill(id);
  const paddedTypes = new Int32Array(size).fill(typeId);
  const [pooled, outputs, counts]: [number[], number[], number[]] = [[], [], []];
  numbers.forEach((row, index) => {
    const place = index * length + (side === 'left' ? length - lengths[index] : 0);
    paddedIds.set(ids.subarray(offsets[row], offsets[row + 1]), place);
    paddedTypes.set(typeIds.subarray(offsets[row], offsets[row + 1]), place);
    const last = Math.min(range.end, outputOffsets[row + 1]);
    for (let output = Math.max(range.start, outputOffsets[row]); output < last; output += 1) {
      outputs.push(output);
      if (answers === 'rows') {
        counts.push(1);
        continue;
      }
      counts.push(pooledTo[output] - pooledFrom[output]);
      for (let token = pooledFrom[output]; token < pooledTo[output]; token += 1) {
        pooled.push(place + token - offsets[row]);
      }
    }
  });
  if (answers === 'rows' && outputs.length !== numbers.length) {
    throw new Error(`${outputs.length} outputs were asked for of ${numbers.length} rows, which have one vector each`);
  }
  const batch = { rows: numbers.length, length, ids: paddedIds, typeIds: paddedTypes, lengths };
  return { batch: { ...batch, pooled: Int32Array.from(pooled) }, outputs, counts };
}

/** What a graph has to give of such rows: one token each, the mean of all of each, or tokens of any number. */
export function perRowOf({ rows, outputs, offsets, outputOffsets, pooledFrom, pooledTo }: EncodedRows): PerRow {
  if (outputs !== rows || outputOffsets.some((offset, row) => offset !== row)) return 'many';
  if (pooledFrom.every((from, output) => pooledTo[output] === from + 1)) return 'one';
  const whole = pooledFrom.every((from, row) => from === offsets[row] && pooledTo[row] === offsets[row + 1]);
  return whole ? 'mean' : 'many';
}

/** The row that an output belongs to; rows without outputs are passed over. */
export function rowOf({ outputOffsets }: EncodedRows, output: number): number {
  let [low, high] = [0, outputOffsets.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (outputOffsets[middle] <= output) low = middle;
    else high = middle;
  }
  return low;
}
