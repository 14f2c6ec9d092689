/**
 * Linear probes in float32 on WebAssembly SIMD: outputs, and a step of Adam in one go with the derivatives that it needs.
 * The kernel is ours because a library makes some fourteen passes over outputs and weights of a step, most of them outside
 * its SIMD. Layouts, addresses in bytes:
 *   x        [rows, …] float32, `stride` bytes from row to row; rows a multiple of `rowGroup`, features of `featureGroup`
 *   w        [columns, features] float32, a column for each output; columns a multiple of `columnGroup`
 *   errors   [rows, columns] float32, the loss's derivative by each output
 *   scores   [rows, all] float64, the outputs of all probes side by side; later the loss's derivatives by them
 *   probes   [count] int32, the probes that read a layer: its columns are their `outputs`, one after the other
 */
import { kernelBytes, type Arithmetic, type KernelModules } from './arithmetic.ts';
import type { WasmKernel } from './wasm-kernel.ts';

export const rowGroup = 4;
export const columnGroup = 2;
export const featureGroup = 16;

/** Between a layer's columns, [rows, columns] at `out`, and the scores of all probes. */
type LayerOutputs = (
  out: number,
  scores: number,
  probes: number,
  count: number,
  outputs: number,
  rows: number,
  columns: number,
  all: number,
) => void;

interface ProbeFunctions {
  /** Writes outputs [rows, columns] at `out`, without biases. */
  forward(x: number, stride: number, w: number, out: number, rows: number, columns: number, features: number): void;
  /** Adds a layer's outputs at `out` to `scores`. */
  addOutputs: LayerOutputs;
  /** Takes a layer's errors from `scores`, 0 in columns that fill up a group. */
  takeErrors: LayerOutputs;
  /**
   * Turns `scores` into the derivatives of each probe's mean cross entropy by them.
   * @param labels int32. @param found [rows, probes, 2] float64: Σ exp(score − largest), and largest − the label's score.
   */
  softmax(scores: number, labels: number, found: number, rows: number, probes: number, outputs: number): void;
  /** Writes the sums over rows of values [rows, columns] at `out`, float64. */
  columnSums(values: number, out: number, rows: number, columns: number): void;
  /** Adds Σ|w| and Σw² of every probe of a layer at `out`, [probes, 2] float64. */
  lengths(w: number, out: number, probes: number, count: number, outputs: number, features: number): void;
  /**
   * A step of Adam on `w`, with its moments and their squares [columns, features]. The derivative of the penalties is
   * lambda1 · sign(w) + factor · w, a factor a column (float32).
   * @param size learning rate over 1 − β1ᵗ. @param root √(1 − β2ᵗ).
   */
  update(
    x: number,
    stride: number,
    errors: number,
    w: number,
    moments: number,
    squares: number,
    factors: number,
    rows: number,
    columns: number,
    features: number,
    lambda1: number,
    size: number,
    root: number,
  ): void;
}

export type ProbeKernel = WasmKernel<ProbeFunctions>;

export const probeModules: KernelModules = {
  fused: () => import('./linear-probe.as.ts?wasm=relaxed-simd'),
  separate: () => import('./linear-probe.as.ts?wasm'),
};

/** Compiled once, started for every trainer. */
export async function compiledProbes(arithmetic: Arithmetic | null = null): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await kernelBytes(probeModules, arithmetic));
}
