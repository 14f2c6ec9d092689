/** The two arithmetics that a kernel is compiled in. */
import { loadPart } from '../../base/load-part.ts';

/** `fused` rounds a product and its addition once where the processor can; not every browser has it. */
export type Arithmetic = 'fused' | 'separate';

/** A kernel's compiled bytes, loaded when first needed: the command line imports this room in Node, without the compiler. */
export type KernelModules = Record<Arithmetic, () => Promise<{ default: Uint8Array<ArrayBuffer> }>>;

/** The faster arithmetic that this browser runs the kernel in. */
export async function bestArithmetic(modules: KernelModules): Promise<Arithmetic> {
  return WebAssembly.validate(await bytesOf(modules, 'fused')) ? 'fused' : 'separate';
}

/** @param arithmetic null: the faster one that this browser has. */
export async function kernelBytes(
  modules: KernelModules,
  arithmetic: Arithmetic | null,
): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf(modules, arithmetic ?? (await bestArithmetic(modules)));
}

async function bytesOf(modules: KernelModules, arithmetic: Arithmetic): Promise<Uint8Array<ArrayBuffer>> {
  return (await loadPart(modules[arithmetic])).default;
}
