/**
 * The CPU device: tfjs on WebAssembly with SIMD, one thread (tfjs starts its threads from blob: URLs, which the page's
 * policy forbids); probes that are worth it train in parts on several. One engine a worker: every device opened here
 * shares it.
 */
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { absoluteAddress } from '../../base/address.ts';
import { WinnowError } from '../../base/errors.ts';
import { loadFile } from '../../base/load-part.ts';
import type { Device } from '../device.ts';
import { partCount, SplitTrainer } from '../split-trainer.ts';
import { openColumnProducts } from '../products/open.ts';
import { BackendGuard } from '../tfjs/guard.ts';
import type { Threads } from '../threads.ts';
import { WasmProbeTrainer } from './probe-trainer.ts';

/** Half of what a 32-bit WebAssembly memory can hold. */
const largestTensorBytes = 2 ** 30;

let starting: Promise<void> | null = null;

/**
 * @param more null: everything on this thread.
 * @throws WinnowError `internal` when this browser cannot start WebAssembly, `not-loaded` without its module.
 */
export async function openWasm(more: Threads | null): Promise<Device> {
  starting ??= start();
  try {
    await starting;
  } catch (error) {
    starting = null;
    throw error;
  }
  const guard = new BackendGuard('wasm', largestTensorBytes);
  return {
    backend: 'wasm',
    adapter: null,
    threads: more?.threads ?? 1,
    columnProducts: (spec) => openColumnProducts(spec, more),
    probeTrainer(spec) {
      const parts = more ? partCount(spec, more.threads) : 1;
      if (more && parts > 1) return new SplitTrainer(spec, parts, more.trainerApart);
      return new WasmProbeTrainer(spec, guard);
    },
    dispose() {
      guard.fail(new WinnowError('internal', 'This device was closed.', 'Start the run again.'));
    },
  };
}

async function start(): Promise<void> {
  const hasSimd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const module = await loadFile(absoluteAddress(hasSimd ? simdUrl : plainUrl));
  // The only file that tfjs asks for: it is there already, however the network is by then.
  tf.env().platform.fetch = () => Promise.resolve(new Response(module));
  setWasmPaths('', true);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  try {
    if (await tf.setBackend('wasm')) return;
  } catch (cause) {
    throw notStarted(cause);
  }
  throw notStarted(null);
}

function notStarted(cause: unknown): WinnowError {
  const message = 'WebAssembly could not be started in this browser.';
  return new WinnowError('internal', message, 'Use a current Chrome, and load the page again.', cause);
}
