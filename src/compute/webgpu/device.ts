/**
 * The GPU device: tfjs-webgpu on the worker's one GPUDevice, which extraction uses too. A lost device or an error that no one
 * caught ends every later answer with a WinnowError.
 */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { WinnowError } from '../../base/errors.ts';
import type { Device } from '../device.ts';
import { openColumnProducts } from '../products/open.ts';
import { BackendGuard } from '../tfjs/guard.ts';
import type { Threads } from '../threads.ts';
import { adapterName, type Gpu } from './gpu.ts';
import { WebGpuProbeTrainer } from './probe-trainer.ts';

/** The packed product: others split the inner sum over atomics, whose order and so whose result changes from run to run. */
const packedProduct = 3;

/**
 * @param ownsGpu whether closing this device also ends the GPUDevice.
 * @param more for what the processor does beside the card; null: one thread.
 * @throws WinnowError `device-lost`.
 */
export async function openWebGpu(gpu: Gpu, ownsGpu: boolean, more: Threads | null): Promise<Device> {
  const { device, info } = gpu;
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const guard = new BackendGuard('webgpu', Math.min(maxBufferSize, maxStorageBufferBindingSize));
  const onError = ({ error }: GPUUncapturedErrorEvent) => guard.fail(failed(error));
  device.addEventListener('uncapturederror', onError);
  void device.lost.then((reason) => guard.fail(lost(reason)));

  const backend = new WebGPUBackend(device, info);
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 3);
  tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', packedProduct);
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (!(await tf.setBackend('webgpu'))) throw failed(new Error('the backend did not start'));

  return {
    backend: 'webgpu',
    adapter: adapterName(info),
    threads: more?.threads ?? 1,
    joinedWidth: null,
    columnProducts: (spec) => openColumnProducts(spec, more),
    probeTrainer: (spec) => new WebGpuProbeTrainer(spec, backend, guard),
    dispose() {
      guard.fail(new WinnowError('internal', 'This device was closed.', 'Start the run again.'));
      device.removeEventListener('uncapturederror', onError);
      if (tf.findBackend('webgpu') === backend) tf.removeBackend('webgpu');
      if (ownsGpu) device.destroy();
    },
  };
}

function lost({ message, reason }: GPUDeviceLostInfo): WinnowError {
  const text = `The graphics device was lost (${message || reason}).`;
  return new WinnowError('device-lost', text, 'Run again; if it happens again, choose WebAssembly.');
}

function failed(error: GPUError | Error): WinnowError {
  if (error instanceof GPUOutOfMemoryError) {
    const text = `The graphics device has too little memory (${error.message}).`;
    return new WinnowError('out-of-memory', text, 'Close other pages, or choose WebAssembly.');
  }
  const text = `The graphics device failed (${error.message}).`;
  return new WinnowError('device-lost', text, 'Run again; if it happens again, choose WebAssembly.', error);
}
