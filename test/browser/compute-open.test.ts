import { expect, test } from 'vitest';
import { chooseBackend, openDevice } from '../../src/compute/open.ts';
import type { ProbeTrainer } from '../../src/compute/device.ts';
import { openGpu } from '../../src/compute/webgpu/gpu.ts';
import { trainingCase } from '../fixtures/training.ts';

const { spec, batches } = trainingCase({ layers: 1, hidden: 4, outputs: 2 });

/** A step and what it gave. */
async function work(trainer: ProbeTrainer): Promise<Float64Array> {
  const { data, labels, rows } = batches[0];
  await trainer.step(data, labels, rows);
  return trainer.takeLosses();
}

test('auto keeps to WebAssembly where the only adapter is software, and says so', async () => {
  const { backend, adapter, threads, reason } = await chooseBackend('auto', null);
  expect(backend).toBe('wasm');
  expect(adapter).toBeNull();
  expect(threads).toBe(navigator.hardwareConcurrency);
  expect(reason).toMatch(/^WebAssembly with .* threads?, because the only WebGPU adapter \(.*\) is software/);
});

test('a forced adapter is taken, software said', async () => {
  const { backend, adapter, reason } = await chooseBackend('webgpu', 1);
  expect(backend).toBe('webgpu');
  expect(adapter).toMatch(/swiftshader/i);
  expect(reason).toContain('software');
});

test('a thread count below one is refused', async () => {
  await expect(chooseBackend('wasm', 0)).rejects.toMatchObject({ code: 'bad-option' });
});

test('no adapter: auto goes on without, forced WebGPU ends in an error', async () => {
  const own = Object.getOwnPropertyDescriptor(Navigator.prototype, 'gpu')!;
  Object.defineProperty(Navigator.prototype, 'gpu', {
    configurable: true,
    get: () => ({ requestAdapter: () => Promise.resolve(null) }),
  });
  try {
    expect((await chooseBackend('auto', null)).reason).toContain('offers no WebGPU adapter');
    await expect(chooseBackend('webgpu', null)).rejects.toMatchObject({ code: 'no-adapter' });
    await expect(openDevice('webgpu', { threads: null })).rejects.toMatchObject({ code: 'no-adapter' });
  } finally {
    Object.defineProperty(Navigator.prototype, 'gpu', own);
  }
});

test('a device lost in mid-work gives an error, and a new device works', async () => {
  const gpu = await openGpu();
  const device = await openDevice('webgpu', { threads: null, gpu });
  const trainer = device.probeTrainer(spec);
  await work(trainer);
  gpu.device.destroy();
  await gpu.device.lost;
  await expect(work(trainer)).rejects.toMatchObject({ code: 'device-lost' });
  device.dispose();

  const next = await openDevice('webgpu', { threads: null });
  const again = next.probeTrainer(spec);
  expect((await work(again)).every((loss) => loss > 0)).toBe(true);
  next.dispose();
});

test('a device lost while its numbers are awaited gives device-lost, not an abort', async () => {
  const gpu = await openGpu();
  const device = await openDevice('webgpu', { threads: null, gpu });
  const trainer = device.probeTrainer(spec);
  const adding = work(trainer);
  gpu.device.destroy();
  await expect(adding).rejects.toMatchObject({ name: 'WinnowError', code: 'device-lost' });
  device.dispose();
});

test('an error that tfjs would swallow ends the device', async () => {
  const gpu = await openGpu();
  const device = await openDevice('webgpu', { threads: null, gpu });
  const trainer = device.probeTrainer(spec);
  gpu.device.createBuffer({ size: 2 ** 40, usage: GPUBufferUsage.STORAGE });
  await gpu.device.queue.onSubmittedWorkDone();
  await expect(work(trainer)).rejects.toMatchObject({ name: 'WinnowError' });
  device.dispose();
  gpu.device.destroy();
});

test('a tensor over the limit of the adapter is refused before it becomes zeros', async () => {
  const device = await openDevice('webgpu', { threads: null });
  const start = [{ weight: new Float32Array(1000), bias: new Float32Array(1) }];
  const huge = { layers: 1, hidden: 1000, outputs: 1, probes: [{ first: 0, last: 0 }], start, batchSize: 2 ** 21 };
  const rest = { loss: 'squared-error', penalty: 'norm', lambda1: 0, lambda2: 0, learningRate: 1e-3 } as const;
  expect(() => device.probeTrainer({ ...huge, ...rest })).toThrow(/needs 8000 MiB, more than/);
  device.dispose();
});

test('a shared GPUDevice outlives the device made on it; a closed device gives no numbers', async () => {
  const gpu = await openGpu();
  const device = await openDevice('webgpu', { threads: null, gpu });
  const trainer = device.probeTrainer(spec);
  device.dispose();
  await expect(work(trainer)).rejects.toThrow('closed');
  const buffer = gpu.device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  await buffer.mapAsync(GPUMapMode.READ);
  gpu.device.destroy();
});
