/** A browser with WebGPU but without JavaScript Promise Integration computes on the processor, and says why. */
import { expect, test } from 'vitest';
import { chooseBackend } from '../../src/compute/open.ts';

test('WebAssembly is chosen with the reason; WebGPU is refused with what helps', async () => {
  expect((await chooseBackend('webgpu', 2)).backend).toBe('webgpu');
  Reflect.deleteProperty(WebAssembly, 'Suspending');
  const { backend, reason } = await chooseBackend('auto', 2);
  expect(backend).toBe('wasm');
  const why = 'this browser lacks JavaScript Promise Integration, which WebGPU needs here';
  expect(reason).toBe(`WebAssembly with 2 threads, because ${why}.`);
  await expect(chooseBackend('webgpu', 2)).rejects.toMatchObject({
    code: 'no-adapter',
    message: `T${why.slice(1)}.`,
    next: 'Choose WebAssembly, or take a current Chrome.',
  });
});
