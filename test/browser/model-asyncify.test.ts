/** A browser with WebGPU but without JavaScript Promise Integration: the other build of the runtime. */
import { expect, test } from 'vitest';
import { openGpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder } from '../../src/model/encoder.ts';
import { loadRuntime } from '../../src/model/runtime.ts';
import { architectureSource } from './architecture-fixtures.ts';
import { asBatch, golden, relativeError } from './model-fixtures.ts';

test('the model gives the same numbers there', async () => {
  Reflect.deleteProperty(WebAssembly, 'Suspending');
  expect((await loadRuntime('webgpu', 1)).mountsBlobs).toBe(false);
  const gpu = await openGpu();
  const encoder = await openEncoder(await architectureSource('bert'), {
    backend: 'webgpu',
    threads: 1,
    gpu: gpu.device,
  });
  const { texts, hidden } = await golden('bert');
  const values = await encoder.run(asBatch(texts));
  texts.forEach(({ ids }, row) => {
    for (let layer = 0; layer < 4; layer += 1) {
      const start = (row * 4 + layer) * 32;
      const expected = hidden[row].subarray(layer * ids.length * 32, layer * ids.length * 32 + 32);
      expect(relativeError(values.subarray(start, start + 32), expected)).toBeLessThanOrEqual(1e-5);
    }
  });
  await encoder.dispose();
  gpu.device.destroy();
});
