/**
 * What a graph is fed with for one batch, worked out from its token ids and lengths. Positions count from the first
 * token of a row, on whichever side it is padded, so that a padded row gives the same numbers as the row alone.
 */
import type { Padding } from '../tokenizer/tokenizer.ts';
import type { ModelConfig } from './config.ts';
import type { InputName } from './graph/architecture.ts';
import { mpnetBucket } from './graph/mpnet-buckets.ts';
import { SinusoidTable } from './sinusoids.ts';

/** Rows padded to one length on the encoder's side: ids and types are [rows, length]. */
export interface Batch {
  rows: number;
  length: number;
  ids: Int32Array<ArrayBuffer>;
  typeIds: Int32Array<ArrayBuffer>;
  /** Tokens of each row, [rows]. */
  lengths: Int32Array<ArrayBuffer>;
  /** The tokens that are wanted, as row × length + position in the padded row. */
  pooled: Int32Array<ArrayBuffer>;
}

export type Feed =
  | { type: 'int32'; data: Int32Array<ArrayBuffer>; dims: number[] }
  | { type: 'int64'; data: BigInt64Array<ArrayBuffer>; dims: number[] }
  | { type: 'float32'; data: Float32Array<ArrayBuffer>; dims: number[] };

/** Added to the attention score of padding: its share after the softmax is exactly 0 in float32. */
const hiddenToken = -10_000;

type Makers = Readonly<Record<InputName, (batch: Batch) => Feed>>;

/** @returns one maker an input; keep it as long as the encoder: tables grow with the longest batch so far. */
export function makeFeeds(config: ModelConfig, side: Padding['side']): Makers {
  const sinusoids = new SinusoidTable(config.hidden, config.clamp);
  const start = ({ length, lengths }: Batch, row: number) => (side === 'left' ? length - lengths[row] : 0);
  const padded = ({ length, lengths }: Batch) => lengths.some((tokens) => tokens < length);
  const maskOf = (batch: Batch): Float32Array<ArrayBuffer> => {
    const { rows, length, lengths } = batch;
    if (!padded(batch)) return new Float32Array(length);
    const mask = new Float32Array(rows * length).fill(hiddenToken);
    for (let row = 0; row < rows; row += 1) {
      const first = row * length + start(batch, row);
      mask.fill(0, first, first + lengths[row]);
    }
    return mask;
  };
  return {
    ids: ({ rows, length, ids }) => int32(ids, rows, length),
    // A table of one segment takes no other, whatever the tokenizer says of the second text.
    typeIds: ({ rows, length, typeIds }) =>
      int32(config.types > 1 ? typeIds : new Int32Array(rows * length), rows, length),
    positions: (batch) => {
      const same = config.padding === null && (side === 'right' || !padded(batch));
      if (same)
        return int32(
          Int32Array.from({ length: batch.length }, (_, index) => index),
          1,
          batch.length,
        );
      return int32(positionsOf(batch, config.padding, start), batch.rows, batch.length);
    },
    pooledTokens: ({ pooled }) => int32(pooled, pooled.length),
    shape: ({ rows, length }) => int64(rows, length, config.hidden),
    mask: (batch) => {
      const mask = maskOf(batch);
      return float32(mask, mask.length / batch.length, 1, 1, batch.length);
    },
    maskAll: (batch) => {
      const { length } = batch;
      const mask = maskOf(batch);
      const all = new Float32Array(mask.length * length);
      for (let at = 0; at < mask.length; at += length) {
        const line = mask.subarray(at, at + length);
        for (let query = 0; query < length; query += 1) all.set(line, (at + query) * length);
      }
      return float32(all, mask.length / length, 1, length, length);
    },
    buckets: ({ length }) => {
      const all = new Int32Array(length * length);
      for (let i = 0; i < all.length; i += 1) all[i] = mpnetBucket((i % length) - Math.floor(i / length));
      return int32(all, 1, length, length);
    },
    pooledBuckets: (batch) => fromPooled(batch, (key, query) => mpnetBucket(key - query), [1]),
    distances: ({ length }) => float32(sinusoids.around(length), 2 * length, config.hidden),
    pooledDistances: (batch) => fromPooled(batch, (key, query) => batch.length - query + key, []),
    segments: ({ rows, length, typeIds }) => {
      const all = new Float32Array(rows * length * length);
      for (let query = 0; query < rows * length; query += 1) {
        const row = query - (query % length);
        for (let key = 0; key < length; key += 1) {
          if (typeIds[row + key] !== typeIds[query]) all[query * length + key] = 1;
        }
      }
      return float32(all, rows, 1, length, length);
    },
    pooledSegments: ({ rows, length, typeIds, pooled }) => {
      const other = (index: number) => typeIds[index] !== typeIds[pooled[Math.floor(index / length)]];
      const all = Float32Array.from({ length: rows * length }, (_, index) => (other(index) ? 1 : 0));
      return float32(all, rows, 1, 1, length);
    },
    shiftOut: ({ rows, length }) => int64(rows, config.heads, 2 * length, length),
    shiftBack: ({ rows, length }) => int64(rows, config.heads, length, 2 * length - 1),
    length: ({ length }) => int64(length),
  };
}

/**
 * [rows, length]. Source: `create_position_ids_from_input_ids` of transformers: tokens that are not the padding's id
 * count up from the number after it, the others have that id itself.
 */
function positionsOf(
  batch: Batch,
  padding: number | null,
  start: (batch: Batch, row: number) => number,
): Int32Array<ArrayBuffer> {
  const { rows, length, ids, lengths } = batch;
  const positions = new Int32Array(rows * length).fill(padding ?? 0);
  for (let row = 0; row < rows; row += 1) {
    const first = row * length + start(batch, row);
    let next = padding === null ? 0 : padding + 1;
    for (let at = first; at < first + lengths[row]; at += 1) {
      if (ids[at] !== padding) positions[at] = next++;
    }
  }
  return positions;
}

/** A number for each row's pooled token and each key, [rows, …between, length]. */
function fromPooled({ rows, length, pooled }: Batch, value: (key: number, query: number) => number, between: number[]) {
  const all = Int32Array.from({ length: rows * length }, (_, i) =>
    value(i % length, pooled[Math.floor(i / length)] % length),
  );
  return int32(all, rows, ...between, length);
}

function int32(data: Int32Array<ArrayBuffer>, ...dims: number[]): Feed {
  return { type: 'int32', data, dims };
}

/** A list of sizes. */
function int64(...sizes: number[]): Feed {
  return { type: 'int64', data: BigInt64Array.from(sizes, BigInt), dims: [sizes.length] };
}

function float32(data: Float32Array<ArrayBuffer>, ...dims: number[]): Feed {
  return { type: 'float32', data, dims };
}
