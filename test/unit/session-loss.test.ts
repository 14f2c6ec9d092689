/** A device that is lost while the model opens or runs, with the words that ONNX Runtime has for it then. */
import { expect, test } from 'vitest';
import { openSession, type SessionGraph } from '../../src/model/session.ts';
import type { LoadedRuntime } from '../../src/model/runtime.ts';

const graph: SessionGraph = {
  ...{
    layers: 2,
    hidden: 1,
    maxLength: 8,
    unpadded: false,
    answers: 'tokens',
    output: 'hidden',
    weights: [],
    onCpu: [],
  },
  padding: { side: 'right', id: 0, typeId: 0 },
  bytes: new Uint8Array(),
  feed: () => ({}),
};

const runtime = (create: () => Promise<unknown>): LoadedRuntime =>
  ({ ort: { InferenceSession: { create } }, mountsBlobs: true }) as unknown as LoadedRuntime;

const short = () => Promise.reject(new Error('Failed to allocate memory for buffer mapping.'));

/** The browser says that a device is gone some time after what it computed has failed. */
const lostSoon = (): GPUDevice =>
  ({ lost: new Promise((resolve) => setTimeout(resolve, 30, { reason: 'unknown', message: 'gone' })) }) as GPUDevice;
const well = { lost: new Promise(() => undefined) } as GPUDevice;

test('a device lost while the model opens is a lost device, not a lack of memory', async () => {
  const opening = openSession(runtime(short), graph, { backend: 'webgpu', gpu: lostSoon() });
  await expect(opening).rejects.toMatchObject({ code: 'device-lost' });
});

test('a lack of memory on a device that is still there, or without one, is one', async () => {
  const opening = openSession(runtime(short), graph, { backend: 'webgpu', gpu: well });
  await expect(opening).rejects.toMatchObject({ code: 'out-of-memory' });
  const without = openSession(runtime(short), graph, { backend: 'wasm', gpu: null });
  await expect(without).rejects.toMatchObject({ code: 'out-of-memory' });
});

test('a device lost while the model runs is told before the browser says so', async () => {
  const session = { run: short, release: () => Promise.resolve() };
  const encoder = await openSession(
    runtime(() => Promise.resolve(session)),
    graph,
    { backend: 'webgpu', gpu: lostSoon() },
  );
  const batch = { rows: 1, length: 1, pooled: new Int32Array(1) } as unknown as Parameters<typeof encoder.run>[0];
  await expect(encoder.run(batch)).rejects.toMatchObject({ code: 'device-lost' });
});
