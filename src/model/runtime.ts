/**
 * Loads the one build of ONNX Runtime that a backend needs, with its WebAssembly from our own build output: nothing is
 * fetched from elsewhere. The glue stays a script of its own, because its threads start from it. Both are there before the
 * runtime starts: one that failed to start never starts in that worker.
 */
import type * as Ort from 'onnxruntime-web';
import { absoluteAddress } from '../base/address.ts';
import { loadFile, loadPart } from '../base/load-part.ts';

export type Runtime = typeof Ort;

export interface LoadedRuntime {
  ort: Runtime;
  /** The build can read a Blob piece by piece while it opens a model; others need the bytes. */
  mountsBlobs: boolean;
}

/** Everything that the runtime starts from is there by then but the scripts of its threads, and it hears of none that failed. */
const startLimitMs = 30_000;

/** Each import names its file, so that the build finds it. */
const builds = {
  wasm: () =>
    Promise.all([
      import('onnxruntime-web/wasm'),
      import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
      import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
    ]),
  webgpu: () =>
    Promise.all([
      import('onnxruntime-web/jspi'),
      import('onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url'),
      import('onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url'),
    ]),
};

/**
 * @param threads of WebAssembly; the first call in a worker decides for all later ones.
 * @throws WinnowError `not-loaded`
 */
export async function loadRuntime(backend: 'webgpu' | 'wasm', threads: number): Promise<LoadedRuntime> {
  const [ort, mjs, wasm] = await loadPart(builds[backend]);
  const glue = absoluteAddress(mjs.default);
  ort.env.wasm.wasmPaths = { mjs: glue };
  ort.env.wasm.wasmBinary ??= (await Promise.all([loadFile(absoluteAddress(wasm.default)), importGlue(glue)]))[0];
  ort.env.wasm.numThreads = backend === 'wasm' && crossOriginIsolated ? threads : 1;
  ort.env.wasm.initTimeout = startLimitMs;
  ort.env.logLevel = 'error';
  return { ort, mountsBlobs: backend === 'webgpu' };
}

/** The runtime imports it by the same address, and gets what is there. */
function importGlue(address: string): Promise<unknown> {
  return loadPart(() => import(/* @vite-ignore */ address));
}
