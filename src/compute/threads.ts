/** What works on threads of its own: probe trainers, of which WebAssembly gives each a share, and products of columns. */
import type { ProbeSpec, ProbeTrainer } from './device.ts';
import type { ProductSpec } from './products/tile-products.ts';

/** A thread's part of products of columns, as `TileProducts` does it. */
export interface ProductThread {
  open(spec: ProductSpec): Promise<void>;
  add(data: Float32Array, rows: number): Promise<void>;
  /** Gives its memory back. */
  close(): void;
}

/** Batches that a trainer on a thread of its own takes at once: each begins a batch of the largest size behind the one before. */
export interface BatchGroup {
  /** [batches × batchSize, layers × hidden], in shared memory. */
  data: Float32Array;
  /** [batches × batchSize] */
  labels: Int32Array | Float32Array;
  /** Of each batch. */
  rows: number[];
}

export type TrainerApart = Omit<ProbeTrainer, 'step'> & {
  /** A step a batch. The data may be reused as soon as the promise resolves. */
  steps(group: BatchGroup): Promise<void>;
};

/** How a thread takes a group's steps. */
export async function takeSteps(
  trainer: ProbeTrainer,
  { batchSize, layers, hidden }: Pick<ProbeSpec, 'batchSize' | 'layers' | 'hidden'>,
  { data, labels, rows }: BatchGroup,
): Promise<void> {
  const width = layers * hidden;
  for (const [batch, count] of rows.entries()) {
    const [from, to] = [batch * batchSize, batch * batchSize + count];
    await trainer.step(data.subarray(from * width, to * width), labels.subarray(from, to), count);
  }
}

/** Starts work on a thread beside this one. */
export interface WorkApart {
  trainerApart: (spec: ProbeSpec) => TrainerApart;
  productsApart: () => ProductThread;
}

export type Threads = WorkApart & { readonly threads: number };
