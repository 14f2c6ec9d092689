/**
 * Starts a kernel that is written in AssemblyScript: one file `name.as.ts`, which the build compiles where `name.as.ts?wasm`
 * is imported. Its functions take numbers and addresses and return numbers or nothing.
 */

/** A kernel's functions, and the memory whose bytes their addresses count. */
export type WasmKernel<Functions> = Functions & { readonly memory: WebAssembly.Memory };

const wasmPageBytes = 65_536;

/** The kernel on a memory of its own of at least `bytes` bytes. @throws RangeError where there is no room. */
export async function startKernel<Functions extends object>(
  module: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<WasmKernel<Functions>> {
  return startCompiled(await WebAssembly.compile(module), bytes);
}

/** The same of a module that is compiled already. @throws RangeError where there is no room. */
export function startCompiled<Functions extends object>(
  module: WebAssembly.Module,
  bytes: number,
): WasmKernel<Functions> {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / wasmPageBytes) });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...(exports as Functions), memory };
}
