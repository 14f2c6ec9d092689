import { expect, test } from 'vitest';
import { openGpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder } from '../../src/model/encoder.ts';
import { architectureGolden, architectureSource } from './architecture-fixtures.ts';
import { exportSource } from './export-fixtures.ts';
import { everyToken, hiddenStatesOn, limit, worst } from './hidden-states.ts';
import { asBatch, paddedAtEnd } from './model-fixtures.ts';

const open = hiddenStatesOn('webgpu');

test('a float16 export gives them to its precision, or a sentence where the device has none', async () => {
  const truth = await architectureGolden('bert');
  const batch = asBatch(truth.rows, undefined, { pooled: everyToken, padding: paddedAtEnd });
  const source = await exportSource('bert-float16');
  const { device } = await openGpu();
  const onGpu = await openEncoder(source, { backend: 'webgpu', threads: 1, gpu: device });
  if (device.features.has('shader-f16'))
    expect(await worst(onGpu, truth, batch, [...truth.rows.keys()])).toBeLessThan(5e-3);
  else await expect(onGpu.run(batch)).rejects.toThrow('computes in float16, which this graphics device does not');
  await onGpu.dispose();
  device.destroy();
});

test('a lost graphics device gives an error, never numbers', async () => {
  const gpu = await openGpu();
  const source = await architectureSource('bert');
  const encoder = await openEncoder(source, { backend: 'webgpu', threads: 1, gpu: gpu.device });
  const truth = await architectureGolden('bert');
  gpu.device.destroy();
  await gpu.device.lost;
  await expect(encoder.run(asBatch(truth.rows))).rejects.toMatchObject({ code: 'device-lost' });
  await encoder.dispose();
  const next = await open(source, 'webgpu');
  expect(await worst(next, truth, asBatch(truth.rows), [...truth.rows.keys()])).toBeLessThanOrEqual(limit);
  await next.dispose();
});
