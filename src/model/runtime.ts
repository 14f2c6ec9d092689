/**
 * Loads the one build of ONNX Runtime that a backend needs, with its WebAssembly from our own build output: nothing is
 * fetched from elsewhere. The glue stays a script of its own, because its threads start from it.
 */
import type * as Ort from 'onnxruntime-web';
import { absoluteAddress } from '../base/address.ts';

export type Runtime = typeof Ort;

export interface LoadedRuntime {
  ort: Runtime;
  /** The build can read a Blob piece by piece while it opens a model; others need the bytes. */
  mountsBlobs: boolean;
}

/** @param threads of WebAssembly; the first call in a worker decides for all later ones. */
export async function loadRuntime(backend: 'webgpu' | 'wasm', threads: number): Promise<LoadedRuntime> {
  if (backend === 'wasm') return loadWasm(threads);
  return 'Suspending' in WebAssembly ? loadJspi() : loadAsyncify();
}

async function loadWasm(threads: number): Promise<LoadedRuntime> {
  const [ort, mjs, wasm] = await Promise.all([
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
  ]);
  return prepare(ort, mjs.default, wasm.default, threads, false);
}

async function loadJspi(): Promise<LoadedRuntime> {
  const [ort, mjs, wasm] = await Promise.all([
    import('onnxruntime-web/jspi'),
    import('onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url'),
  ]);
  return prepare(ort, mjs.default, wasm.default, 1, true);
}

async function loadAsyncify(): Promise<LoadedRuntime> {
  const [ort, mjs, wasm] = await Promise.all([
    import('onnxruntime-web/webgpu'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
  ]);
  return prepare(ort, mjs.default, wasm.default, 1, false);
}

function prepare(ort: Runtime, mjs: string, wasm: string, threads: number, mountsBlobs: boolean): LoadedRuntime {
  ort.env.wasm.wasmPaths = { mjs: absoluteAddress(mjs), wasm: absoluteAddress(wasm) };
  ort.env.wasm.numThreads = crossOriginIsolated ? threads : 1;
  ort.env.logLevel = 'error';
  return { ort, mountsBlobs };
}
