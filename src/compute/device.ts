/**
 * The one seam to hardware: what the analysis asks of a device, and nothing about how it is done. Numbers go in and come
 * out as typed arrays in ordinary memory; a device works in float32 (the reference device in float64) and never answers
 * with numbers after it failed: every method throws a WinnowError instead (`device-lost`, `out-of-memory`).
 */

export type Backend = 'webgpu' | 'wasm' | 'reference';

/** One piece of work at a time in a worker: the tfjs devices share its one engine. */
export interface Device {
  readonly backend: Backend;
  /** Name of the graphics adapter; null where none is used. */
  readonly adapter: string | null;
  readonly threads: number;
  /** Sums XᵀX over blocks of rows. */
  crossProduct(spec: CrossProductSpec): CrossProduct;
  /** Trains several linear probes at once on the same batches. */
  probeTrainer(spec: ProbeSpec): ProbeTrainer;
  /** Frees everything; the device, its trainers and sums cannot be used any more. */
  dispose(): void;
}

export interface CrossProductSpec {
  /** Columns of X, a multiple of `tile`. */
  width: number;
  /** Columns of one tile of XᵀX (a layer's neurons). */
  tile: number;
  /** Whether tile (i, j), i ≤ j, will be asked for; absent: every one. Others may be left out, and take no room. */
  wanted?: (i: number, j: number) => boolean;
}

/** XᵀX of all rows added so far, tile by tile: float32 products of each block, summed over blocks in float64. */
export interface CrossProduct {
  /** Adds the products of `rows` rows; `data` is [rows, width] and may be reused by the caller afterwards. */
  add(data: Float32Array, rows: number): Promise<void>;
  /** Tile (i, j), i ≤ j, one that is wanted: columns of tile i times columns of tile j, [tile, tile]. */
  tile(i: number, j: number): Float64Array;
  dispose(): void;
}

/** A probe reads the neurons of layers first … last (inclusive), layer-major. */
export interface LayerRange {
  first: number;
  last: number;
}

export interface ProbeSpec {
  layers: number;
  /** Neurons a layer. */
  hidden: number;
  /** Classes, or 1 for regression. */
  outputs: number;
  loss: 'cross-entropy' | 'squared-error';
  /** λ2 times √ΣW² (`norm`, the published code) or ΣW² (`square`). */
  penalty: 'norm' | 'square';
  lambda1: number;
  lambda2: number;
  /** Rows of the largest batch. */
  batchSize: number;
  learningRate: number;
  probes: readonly LayerRange[];
  /** Start weights, one entry a probe. */
  start: readonly LinearWeights[];
  /** Where Adam stands as it goes on from an earlier trainer's weights; absent: at its beginning. */
  adam?: AdamState;
}

export interface LinearWeights {
  /** [outputs, features], features layer-major within the probe's range. */
  weight: Float32Array;
  /** [outputs] */
  bias: Float32Array;
}

/** What Adam remembers of earlier steps, one entry a probe in the form of its weights. */
export interface AdamState {
  /** Taken so far. */
  steps: number;
  /** Running means of the gradients. */
  moments: readonly LinearWeights[];
  /** Running means of their squares. */
  squares: readonly LinearWeights[];
}

/**
 * Linear probes under Adam (0.9, 0.999, 1e-8, bias-corrected as PyTorch). The loss of a batch is the mean cross entropy or
 * squared error + λ1·Σ|W| + λ2·(penalty); the bias is free (protocols.md §2).
 */
export interface ProbeTrainer {
  /**
   * One optimiser step of every probe on a batch of `rows` ≤ batchSize rows. `data` [rows, layers × hidden] and `labels`
   * [rows] (class numbers, or scores) may be reused by the caller as soon as the promise resolves.
   */
  step(data: Float32Array, labels: Int32Array | Float32Array, rows: number): Promise<void>;
  /** Sum of batch losses since the last call, one a probe. Waits for the device, so it is also the place to notice failure. */
  takeLosses(): Promise<Float64Array>;
  /** Outputs before the softmax of every probe for `rows` rows: [rows, probes × outputs]. */
  scores(data: Float32Array, rows: number): Promise<Float32Array>;
  weights(): Promise<LinearWeights[]>;
  /** With `weights` all that another trainer needs to go on with some of the probes. */
  adam(): Promise<AdamState>;
  dispose(): void;
}
