/**
 * Products of columns in float64, on WebAssembly SIMD: AᵀB for two tiles of columns over a chunk of rows. The kernel is
 * ours because no library has a float64 product for the browser; plain JavaScript is six times slower. Every entry is one
 * sum over the rows in their order, so equal columns give equal bits wherever they stand.
 * Columns are packed by `panel`: [panels][rows][panel] float64.
 */
import { loadPart } from '../../base/load-part.ts';
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

/** `fused` rounds a product and its addition once where the processor can; not every browser has it. */
export type Arithmetic = 'fused' | 'separate';

/** Loaded when first needed: the command line imports this room in Node, without Vite and so without its compiler. */
const modules = {
  fused: () => import('./column-products.as.ts?wasm=relaxed-simd'),
  separate: () => import('./column-products.as.ts?wasm'),
};

async function moduleBytes(arithmetic: Arithmetic): Promise<Uint8Array<ArrayBuffer>> {
  return (await loadPart(modules[arithmetic])).default;
}

/** Whether this browser runs the kernel in that arithmetic. */
export async function supports(arithmetic: Arithmetic): Promise<boolean> {
  return WebAssembly.validate(await moduleBytes(arithmetic));
}

/** A kernel with a memory of its own of at least `bytes` bytes. @throws RangeError where there is no room. */
export async function productKernel(bytes: number, arithmetic?: Arithmetic): Promise<ProductKernel> {
  const module = await moduleBytes(arithmetic ?? ((await supports('fused')) ? 'fused' : 'separate'));
  return startKernel<ProductFunctions>(module, bytes);
}
