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

/** Starts work on a thread beside this one. */
export interface WorkApart {
  trainerApart: (spec: ProbeSpec) => ProbeTrainer;
  productsApart: () => ProductThread;
}

export type Threads = WorkApart & { readonly threads: number };
