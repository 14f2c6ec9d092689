/**
 * The one seam to hardware: what the analysis asks of a device, and nothing about how it is done. Numbers go in and come
 * out as typed arrays in ordinary memory; a device works in float32 (the reference device in float64) and never answers
 * with numbers after it failed: every method throws a WinnowError instead (`device-lost`, `out-of-memory`).
 */

import type { Control } from '../base/abort.ts';
import type { Arithmetic } from './kernels/arithmetic.ts';

export type Backend = 'webgpu' | 'wasm' | 'reference';

/** One piece of work at a time in a worker: the tfjs devices share its one engine. */
export interface Device {
  readonly backend: Backend;
  /** Name of the graphics adapter; null where none is used. */
  readonly adapter: string | null;
  readonly threads: number;
  /** Layers of so many neurons cost nothing apart where they are `joined`; null: each layer has its price. */
  readonly joinedWidth: number | null;
  /** Sums of products of columns over blocks of rows. */
  columnProducts(spec: ColumnProductsSpec): Promise<ColumnProducts>;
  /** Trains several linear probes at once on the same batches. */
  probeTrainer(spec: ProbeSpec): ProbeTrainer;
  /** Frees everything; the device, its trainers and sums cannot be used any more. */
  dispose(): void;
}

export interface ColumnProductsSpec {
  /** Of every column over all rows. [width] */
  mean: Float64Array;
  /** That will be added, about: few are not worth several threads. */
  rows: number;
  /** Which pairs of `group` columns each are asked for, others mean nothing; absent: all. */
  wanted?: WantedGroups | null;
  /** Of the processor's kernel; without it, the faster one that this browser has. */
  arithmetic?: Arithmetic | null;
}

/** Columns in groups of equally many: a layer's neurons. */
export interface WantedGroups {
  /** Columns of a group. */
  group: number;
  /** 1 where groups i ≤ j are asked for, at i × groups + j. [groups, groups] */
  pairs: Uint8Array;
}

/** Sums of products of centred columns over all rows added so far, in float64 on every device. */
export interface ColumnProducts {
  /** Σ cᵢ cⱼ of columns i < j at `rowOffset(i, width) + j`: condensed as SciPy's `pdist`. */
  readonly products: Float64Array;
  /** Σ cᵢ². [width] */
  readonly squares: Float64Array;
  /**
   * Adds `rows` rows of `data` [rows, width], not centred, which may be reused afterwards. Progress counts rows.
   * @throws WinnowError `out-of-memory`, `worker-crashed`; the signal's reason when aborted.
   */
  add(data: Float32Array, rows: number, control?: Control): Promise<void>;
  /** Gives the threads' memory back; the sums stay. */
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
  /**
   * Of every layer a number: neighbours with the same one are read by the same probes, and may be read as one. Sums are
   * taken in another order then. Absent: each by itself.
   */
  joined?: readonly number[];
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
