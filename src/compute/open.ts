/**
 * Chooses where the analysis computes and opens that device. `auto` takes WebGPU when the adapter is real hardware: a
 * software adapter computes rightly but slower than WebAssembly. tfjs loads only when a device is opened.
 */
import { WinnowError } from '../base/errors.ts';
import { loadPart } from '../base/load-part.ts';
import type { Device } from './device.ts';
import { bestArithmetic, type Arithmetic } from './kernels/arithmetic.ts';
import { productModules } from './kernels/column-products.ts';
import type { Threads, WorkApart } from './threads.ts';
import { adapterName, findAdapter, isSoftware, noAdapter, openGpu, whyNoAdapter, type Gpu } from './webgpu/gpu.ts';

type DeviceChoice = 'auto' | 'webgpu' | 'wasm';

interface BackendChoice {
  backend: 'webgpu' | 'wasm';
  adapter: string | null;
  threads: number;
  /** Of the processor's kernels. */
  arithmetic: Arithmetic;
  /** Why, as a sentence for the set-up screen. */
  reason: string;
}

/**
 * @param threads null: as many as the browser reports.
 * @throws WinnowError `no-adapter` when WebGPU is forced and there is none, `bad-option` for an impossible thread count.
 */
export async function chooseBackend(choice: DeviceChoice, threads: number | null): Promise<BackendChoice> {
  const processor = { threads: threadCount(threads), arithmetic: await bestArithmetic(productModules) };
  if (choice === 'wasm') return onWasm(processor, 'you chose it');
  const adapter = await findAdapter();
  if (!adapter) {
    if (choice === 'webgpu') throw noAdapter();
    return onWasm(processor, whyNoAdapter());
  }
  const name = adapterName(adapter.info);
  if (!isSoftware(adapter.info)) {
    const why = choice === 'webgpu' ? 'you chose it' : 'this browser offers a graphics adapter';
    return { backend: 'webgpu', adapter: name, ...processor, reason: `WebGPU on ${name}, because ${why}.` };
  }
  if (choice === 'auto') return onWasm(processor, `the only WebGPU adapter (${name}) is software and would be slower`);
  const reason = `WebGPU on ${name}, because you chose it; this adapter is software, so WebAssembly would be faster.`;
  return { backend: 'webgpu', adapter: name, ...processor, reason };
}

function onWasm(processor: Pick<BackendChoice, 'threads' | 'arithmetic'>, why: string): BackendChoice {
  const count = processor.threads === 1 ? 'one thread' : `${processor.threads} threads`;
  const isolation = crossOriginIsolated ? '' : ' More threads need cross-origin isolation.';
  return {
    backend: 'wasm',
    adapter: null,
    ...processor,
    reason: `WebAssembly with ${count}, because ${why}.${isolation}`,
  };
}

function threadCount(wanted: number | null): number {
  if (wanted !== null && (!Number.isInteger(wanted) || wanted < 1)) {
    throw new WinnowError('bad-option', `${wanted} is not a number of threads.`, 'Give a whole number from 1.');
  }
  return crossOriginIsolated ? (wanted ?? navigator.hardwareConcurrency) : 1;
}

/**
 * @param options.threads null: as many as the browser reports.
 * @param options.apart starts work on other threads; without it one does all.
 * @param options.gpu the GPUDevice shared with extraction; without it one is opened here and closed with the device.
 * @throws WinnowError `no-adapter`, `device-lost`.
 */
export async function openDevice(
  choice: DeviceChoice,
  options: { threads: number | null; gpu?: Gpu; apart?: WorkApart },
): Promise<Device> {
  const { backend, threads } = await chooseBackend(choice, options.threads);
  const more: Threads | null = options.apart ? { threads, ...options.apart } : null;
  if (backend === 'wasm') {
    const { openWasm } = await loadPart(() => import('./wasm/device.ts'));
    return openWasm(more);
  }
  const { openWebGpu } = await loadPart(() => import('./webgpu/device.ts'));
  return openWebGpu(options.gpu ?? (await openGpu()), !options.gpu, more);
}
