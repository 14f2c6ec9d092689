/** Packed rows → a padded batch for the encoder, and which outputs its vectors belong to. */
import type { TokenBatch } from '../model/encoder.ts';
import type { EncodedRows } from '../tokenizer/rows.ts';
import type { Padding } from '../tokenizer/tokenizer.ts';
import type { PlannedBatch } from './batches.ts';

interface FilledBatch {
  batch: TokenBatch;
  /** Outputs in the order of the batch's pooled tokens. */
  outputs: number[];
  /** Pooled tokens of each of them. */
  counts: number[];
}

/**
 * @param range of the outputs that are wanted: [start, end)
 * @param padding on which side, and with what
 */
export function fillBatch(
  rows: EncodedRows,
  { rows: numbers, length }: PlannedBatch,
  range: { start: number; end: number },
  { side, id, typeId }: Padding,
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
      counts.push(pooledTo[output] - pooledFrom[output]);
      for (let token = pooledFrom[output]; token < pooledTo[output]; token += 1) {
        pooled.push(place + token - offsets[row]);
      }
    }
  });
  const batch = { rows: numbers.length, length, ids: paddedIds, typeIds: paddedTypes, lengths };
  return { batch: { ...batch, pooled: Int32Array.from(pooled) }, outputs, counts };
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
