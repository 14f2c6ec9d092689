import { expect, test } from 'vitest';
import { openGpu } from '../../src/compute/webgpu/gpu.ts';

test('the test browser offers a WebGPU adapter', async () => {
  const { device } = await openGpu();
  expect(device.limits.maxBufferSize).toBeGreaterThan(2 ** 28);
  device.destroy();
});

test('the test browser is cross-origin isolated', () => {
  expect(crossOriginIsolated).toBe(true);
});
