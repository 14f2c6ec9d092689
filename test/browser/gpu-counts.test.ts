/** What the graphics device is given for a step of the probes and for a batch of a model: no later change may need more. */
import { expect, test } from 'vitest';
import { openDevice } from '../../src/compute/open.ts';
import { openGpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder } from '../../src/model/encoder.ts';
import { trainingCase } from '../fixtures/training.ts';
import { architectureSource } from './architecture-fixtures.ts';
import { countGpu } from './gpu-counts.ts';

test('a step of all probes takes three dispatches, and its data alone go up', async () => {
  const gpu = await openGpu();
  const take = countGpu(gpu.device);
  const device = await openDevice('webgpu', { threads: 1, gpu });
  try {
    const { spec, batches } = trainingCase({ layers: 13, hidden: 768, outputs: 2 });
    const trainer = device.probeTrainer(spec);
    const [{ data, labels, rows }] = batches;
    const bytes = data.byteLength + labels.byteLength;
    const outputs = spec.probes.length * spec.outputs;
    await trainer.step(data, labels, rows);
    expect(take()).toMatchObject({ dispatches: 3, pipelines: 3 });
    await trainer.step(data, labels, rows);
    const { up, ...step } = take();
    expect(step).toEqual({ dispatches: 3, pipelines: 0, down: 0 });
    expect(up - bytes).toBeLessThanOrEqual(192);
    await trainer.takeLosses();
    expect(take()).toEqual({ dispatches: 0, pipelines: 0, up: 0, down: 4 * spec.probes.length });
    await trainer.scores(data, rows);
    const scores = take();
    expect(scores).toMatchObject({ dispatches: 2, pipelines: 0, down: 4 * rows * (outputs + spec.probes.length) });
    expect(scores.up - bytes).toBeLessThanOrEqual(128);
    await trainer.weights();
    const weights = spec.start.reduce((sum, { weight, bias }) => sum + weight.byteLength + bias.byteLength, 0);
    expect(take()).toEqual({ dispatches: 0, pipelines: 0, up: 0, down: weights });
    trainer.dispose();
  } finally {
    device.dispose();
    gpu.device.destroy();
  }
}, 120_000);

test('a batch of a model of three layers takes no more than it did', async () => {
  const gpu = await openGpu();
  const take = countGpu(gpu.device);
  const model = await architectureSource('bert');
  const encoder = await openEncoder(model, { backend: 'webgpu', threads: 1, gpu: gpu.device });
  take();
  try {
    const [rows, length] = [4, 8];
    const pooled = Int32Array.from({ length: rows }, (_, row) => row * length);
    const [ids, typeIds] = [new Int32Array(rows * length).fill(1), new Int32Array(rows * length)];
    const batch = { rows, length, ids, typeIds, lengths: new Int32Array(rows).fill(length), pooled };
    await encoder.run(batch);
    expect(take().pipelines).toBeLessThanOrEqual(14);
    await encoder.run(batch);
    const { dispatches, up, ...rest } = take();
    expect(rest).toEqual({ pipelines: 0, down: 4 * rows * encoder.layers * encoder.hidden });
    expect(dispatches).toBeLessThanOrEqual(54);
    expect(up).toBeLessThanOrEqual(3808);
  } finally {
    await encoder.dispose();
    gpu.device.destroy();
  }
}, 120_000);
