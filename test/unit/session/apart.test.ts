import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../../src/base/errors.ts';
import type { ProbeSpec } from '../../../src/compute/device.ts';
import { apart } from '../../../src/session/worker/apart.ts';
import type { Outcome } from '../../../src/session/contract.ts';
import { Trainers } from '../../../src/session/worker/trainers.ts';
import { SilentWorker } from './silent-worker.ts';

const crashed = (detail: string) => new WinnowError('worker-crashed', detail, 'Try again.');
const threadEnds = (worker: SilentWorker) => worker.die('Uncaught [object Event]');
const never = <T>(): Promise<Outcome<T>> => new Promise(() => undefined);

describe('a worker apart', () => {
  test('ends once: calls under way and later ones reject with the first reason', async () => {
    const worker = new SilentWorker();
    const own = apart<object>(worker as unknown as Worker, crashed);
    const call = own.call(() => never());
    worker.die();
    own.end(new WinnowError('cancelled', 'Too late.', ''));
    expect(own.alive).toBe(false);
    await expect(call).rejects.toMatchObject({ code: 'worker-crashed', message: 'out of memory' });
    await expect(own.call(() => never())).rejects.toMatchObject({ code: 'worker-crashed' });
  });

  test('tells a script that was not loaded, its own or a thread’s, from a death', async () => {
    for (const end of [(worker: SilentWorker) => worker.lackScript(), threadEnds]) {
      const worker = new SilentWorker();
      const call = apart<object>(worker as unknown as Worker, crashed).call(() => never());
      end(worker);
      await expect(call).rejects.toMatchObject({ code: 'not-loaded' });
    }
  });

  test('keeps no answer after it was given', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const own = apart<object>(new SilentWorker() as unknown as Worker, crashed);
    const mib = 2 ** 20;
    collect();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 64; i++) await own.call(() => Promise.resolve({ ok: true, value: new Uint8Array(mib) }));
    // Buffers are freed beside the collection that finds them, on a loaded machine somewhat later.
    const held = (): number => {
      collect();
      return process.memoryUsage().arrayBuffers - before;
    };
    await expect.poll(held, { timeout: 4000 }).toBeLessThan(16 * mib);
  });

  test.for(['at rest', 'with a call under way'])('holds no worker that was ended %s', async (state) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const ended = Array.from({ length: 8 }, () => {
      // No mock: it would hold what it was called on.
      const worker = Object.assign(new EventTarget(), { terminate: () => undefined, postMessage: () => undefined });
      const own = apart<{ work(): Promise<Outcome<void>> }>(worker as unknown as Worker, crashed);
      if (state !== 'at rest') own.call((remote) => remote.work()).catch(() => 'it was ended');
      own.end(new WinnowError('cancelled', 'The run has ended.', ''));
      return new WeakRef(worker);
    });
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(ended.filter((worker) => worker.deref() !== undefined)).toEqual([]);
  });
});

test('a trainer whose worker dies says so; the next one gets another worker, also where it died idle', async () => {
  const workers: SilentWorker[] = [];
  const trainers = new Trainers(() => {
    const worker = new SilentWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  });
  const spec = {} as ProbeSpec;
  const first = trainers.open(spec);
  const losses = first.takeLosses();
  workers[0].die();
  await expect(losses).rejects.toMatchObject({ code: 'worker-crashed', message: expect.stringContaining('memory') });
  first.dispose();

  trainers.open(spec).dispose();
  expect(workers).toHaveLength(2);
  trainers.open(spec).dispose();
  expect(workers).toHaveLength(2);
  workers[1].die();
  trainers.open(spec);
  expect(workers).toHaveLength(3);
  trainers.close();
  expect(workers[2].terminate).toHaveBeenCalled();
});
