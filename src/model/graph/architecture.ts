/** What an architecture gives: the tensors it needs and the graph that computes with them. One small file each. */
import type { ModelConfig } from '../config.ts';

export interface WrittenGraph {
  /** A serialized ONNX ModelProto. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The external initializers: canonical tensor names. */
  weights: ReadonlySet<string>;
  /** The inputs that must be fed. */
  inputs: ReadonlySet<InputName>;
}

/**
 * How many vectors are wanted of each row: exactly one, so that the last layer asks for that token alone, or any number
 * of tokens, gathered after a whole last layer.
 */
export type PerRow = 'one' | 'many';

export interface Extent {
  /** Transformer layers to write, 1 … config.layers; the output then has one more, the embeddings. */
  layers: number;
  perRow: PerRow;
}

export interface Architecture {
  /** The canonical name of the word embeddings: what stands before it in a file stands before every tensor. */
  anchor: string;
  /** Canonical tensor name → shape, of every tensor that the whole model needs. */
  shapes(config: ModelConfig): Map<string, number[]>;
  write(config: ModelConfig, extent: Extent): WrittenGraph;
}

/**
 * Everything that a graph may ask for; each asks for what it uses. T is the padded length, P the number of pooled
 * tokens. A query is the token that attends, a key one that it attends to.
 */
export const graphInputs = {
  /** [rows, T] */
  ids: { type: 'int32', shape: ['rows', 'length'] },
  /** [rows, T] */
  typeIds: { type: 'int32', shape: ['rows', 'length'] },
  /** [rows or 1, T]: rows of the table of positions. */
  positions: { type: 'int32', shape: ['position_rows', 'length'] },
  /** [P]: where the pooled tokens lie among all rows × T tokens. */
  pooledTokens: { type: 'int32', shape: ['pooled'] },
  /** rows, T, hidden. */
  shape: { type: 'int64', shape: [3] },
  /** [rows or 1, 1, 1, T]: 0 for a key that is a token, −10,000 for padding. */
  mask: { type: 'float', shape: ['mask_rows', 1, 1, 'length'] },
  /** [rows or 1, 1, T, T]: the same for every query. */
  maskAll: { type: 'float', shape: ['mask_rows', 1, 'length', 'length'] },
  /** [1, T, T]: MPNet's class of the distance from query to key. */
  buckets: { type: 'int32', shape: [1, 'length', 'length'] },
  /** [rows, 1, T]: the same from the pooled token. */
  pooledBuckets: { type: 'int32', shape: ['rows', 1, 'length'] },
  /** [2T, hidden]: XLNet's vectors of the distances T, T − 1, …, 1 − T. */
  distances: { type: 'float', shape: ['distances', 'hidden'] },
  /** [rows, T]: rows of `distances` from the pooled token to each key. */
  pooledDistances: { type: 'int32', shape: ['rows', 'length'] },
  /** [rows, 1, T, T]: 1 where query and key are of different segments, else 0. */
  segments: { type: 'float', shape: ['rows', 1, 'length', 'length'] },
  /** [rows, 1, 1, T]: the same from the pooled token. */
  pooledSegments: { type: 'float', shape: ['rows', 1, 1, 'length'] },
  /** rows, heads, 2T, T: the first reshape of XLNet's relative shift. */
  shiftOut: { type: 'int64', shape: [4] },
  /** rows, heads, T, 2T − 1: the second. */
  shiftBack: { type: 'int64', shape: [4] },
  /** T */
  length: { type: 'int64', shape: [1] },
} as const;

export type InputName = keyof typeof graphInputs;

/** [P, (layers + 1) × hidden] */
export const outputName = 'pooled';
