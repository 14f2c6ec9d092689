/**
 * Rows padded to one length, and what a graph is fed with for them. Positions count from the first token of a row, on
 * whichever side it is padded, so that a padded row gives the same numbers as the row alone.
 */
import type { Padding } from '../tokenizer/tokenizer.ts';
import type { StandardInputs } from './graph/standard-inputs.ts';
import type { ElementType } from './graph/writer.ts';

/** Rows padded to one length on the encoder's side: ids and types are [rows, length]. */
export interface TokenBatch {
  rows: number;
  length: number;
  ids: Int32Array<ArrayBuffer>;
  typeIds: Int32Array<ArrayBuffer>;
  /** Tokens of each row, [rows]. */
  lengths: Int32Array<ArrayBuffer>;
  /** The tokens that are wanted, as row × length + position in the padded row. */
  pooled: Int32Array<ArrayBuffer>;
}

export type PaddedBatch = TokenBatch & Pick<Padding, 'side'>;

/** Of the input's element type. */
export interface Feed {
  data: Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  dims: number[];
}

/** One input of a written graph and what it is fed with; it may keep tables that grow with the longest batch so far. */
export interface GraphInput {
  name: string;
  type: ElementType;
  /** A text is a size known only when the graph runs; an architecture's own inputs may name further ones. */
  shape: readonly (number | string)[];
  feed(batch: PaddedBatch): Feed;
  /** The same value (whole numbers as int64) inside a graph that is fed as other programs feed it. */
  write(given: StandardInputs): string;
}

export function graphInput(
  name: string,
  type: ElementType,
  shape: GraphInput['shape'],
  feed: GraphInput['feed'],
  write: GraphInput['write'],
): GraphInput {
  return { name, type, shape, feed, write };
}

/** Where a row's first token stands in the padded row. */
export function firstPlaceOf({ side, length, lengths }: PaddedBatch, row: number): number {
  return side === 'left' ? length - lengths[row] : 0;
}

export function isPadded({ length, lengths }: TokenBatch): boolean {
  return lengths.some((tokens) => tokens < length);
}

/** A number for the pooled token of each row and each key, [rows, …between, length], by their places in the row. */
export function fromPooled(
  { rows, length, pooled }: TokenBatch,
  value: (key: number, query: number) => number,
  ...between: number[]
): Feed {
  const all = Int32Array.from({ length: rows * length }, (_, index) =>
    value(index % length, pooled[Math.floor(index / length)] % length),
  );
  return { data: all, dims: [rows, ...between, length] };
}

/** A list of sizes. */
export function sizesFeed(...sizes: number[]): Feed {
  return { data: BigInt64Array.from(sizes, BigInt), dims: [sizes.length] };
}
