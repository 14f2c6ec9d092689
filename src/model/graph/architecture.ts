/** What an architecture gives: the tensors it needs and the graph that computes with them. One small file each. */
import type { ModelConfig } from '../config.ts';

export interface WrittenGraph {
  /** A serialized ONNX ModelProto. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The external initializers: canonical tensor names. */
  weights: ReadonlySet<string>;
}

export interface Architecture {
  /** Canonical tensor name → shape, of every tensor that the whole model needs. */
  shapes(config: ModelConfig): Map<string, number[]>;
  /** @param layers transformer layers to write, 1 … config.layers; the output then has one more, the embeddings. */
  write(config: ModelConfig, layers: number): WrittenGraph;
}

/** Inputs of the graph; T is the padded length. */
export const inputNames = {
  /** int32 [rows, T] */
  ids: 'ids',
  /** int32 [rows, T] */
  typeIds: 'type_ids',
  /** int32 [1, T]: 0, 1, … */
  positions: 'positions',
  /** int32 [rows]: where each row's first token lies among all rows × T tokens. */
  first: 'first',
  /** int64 [3]: rows, T, hidden. */
  shape: 'shape',
  /** float32 [rows or 1, 1, T, T]: 0 for a token, −10,000 for padding. */
  bias: 'bias',
  /** float32 [rows or 1, 1, 1, T]: the same for the last layer. */
  lastBias: 'last_bias',
} as const;

export const outputName = 'pooled';
