/** What a run does when the place where it computes is lost. */
import { expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { Devices, type ComputePlace } from '../../src/session/stages/device.ts';

/** Fails as a lost device does, in every place but those named. */
function losing(seen: string[], but: string[] = []) {
  return ({ backend }: ComputePlace): Promise<string> => {
    seen.push(backend);
    if (but.includes(backend)) return Promise.resolve(backend);
    return Promise.reject(new WinnowError('device-lost', 'It went away.', 'Run again.'));
  };
}

test('a graphics device is tried twice, then the CPU goes on', async () => {
  const seen: string[] = [];
  const warnings: string[] = [];
  const at = { backend: 'webgpu', adapter: 'software', threads: 1, arithmetic: 'fused', reason: '' } as const;
  const devices = Devices.at(at, (text) => warnings.push(text));
  await expect(devices.use(losing(seen, ['wasm']))).resolves.toBe('wasm');
  expect(seen).toEqual(['webgpu', 'webgpu', 'wasm']);
  expect(warnings).toHaveLength(2);
  expect(devices.report.backend).toBe('wasm');
  devices.close();
});

test('where the CPU fails too, the run ends instead of trying for ever', async () => {
  const seen: string[] = [];
  const devices = Devices.at(
    { backend: 'wasm', adapter: null, threads: 1, arithmetic: 'fused', reason: '' },
    () => undefined,
  );
  await expect(devices.use(losing(seen))).rejects.toMatchObject({ code: 'device-lost' });
  expect(seen).toEqual(['wasm']);
});
