/**
 * Products of columns in float64, on WebAssembly SIMD: AᵀB for two tiles of columns over a chunk of rows. The kernel is
 * ours because no library has a float64 product for the browser; plain JavaScript is six times slower. Every entry is one
 * sum over the rows in their order, so equal columns give equal bits wherever they stand.
 * Columns are packed by `panel`: [panels][rows][panel] float64.
 */
import { kernelBytes, type Arithmetic, type KernelModules } from './arithmetic.ts';
import { startKernel, type WasmKernel } from './wasm-kernel.ts';

/** Columns of a panel. */
export const panel = 4;

interface ProductFunctions {
  /**
   * Writes [panelsA × panel, panelsB × panel] products, row by row, at `out`.
   * @param rows at least 1.
   */
  multiply(a: number, b: number, out: number, panelsA: number, panelsB: number, rows: number): void;
}

export type ProductKernel = WasmKernel<ProductFunctions>;

export const productModules: KernelModules = {
  fused: () => import('./column-products.as.ts?wasm=relaxed-simd'),
  separate: () => import('./column-products.as.ts?wasm'),
};

/** A kernel with a memory of its own of at least `bytes` bytes. @throws RangeError where there is no room. */
export async function productKernel(bytes: number, arithmetic: Arithmetic | null = null): Promise<ProductKernel> {
  return startKernel<ProductFunctions>(await kernelBytes(productModules, arithmetic), bytes);
}
