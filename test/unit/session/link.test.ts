import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../src/session/contract.ts';
import { createLink, inFreshWorkers } from '../../../src/session/worker/link.ts';
import { SilentWorker } from './silent-worker.ts';

const never = <T>(): Promise<Outcome<T>> => new Promise(() => undefined);

function silentLink() {
  const workers: SilentWorker[] = [];
  const link = createLink(() => {
    const worker = new SilentWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  });
  return { link, workers };
}

describe('a link to a worker', () => {
  test('an aborted call ends the worker and rejects as cancelled; the next call gets a fresh worker', async () => {
    const { link, workers } = silentLink();
    const controller = new AbortController();
    const call = link.call(() => never(), controller.signal);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(workers[0].terminate).toHaveBeenCalled();
    await expect(link.call(() => Promise.resolve({ ok: true, value: 7 }))).resolves.toBe(7);
    expect(workers).toHaveLength(2);
  });

  test('a worker that dies rejects every call under way, with its own words', async () => {
    const { link, workers } = silentLink();
    const calls = [link.call(() => never()), link.call(() => never())];
    workers[0].die();
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({
        code: 'worker-crashed',
        message: expect.stringContaining('out of memory'),
      });
    }
  });

  test('an error keeps its code and next step', async () => {
    const { link } = silentLink();
    const error = { code: 'bad-data', message: 'No rows.', next: 'Add rows.' } as const;
    await expect(link.call(() => Promise.resolve({ ok: false, error }))).rejects.toMatchObject(error);
  });

  test('a call that lacks a part is made again in a fresh worker; what else was under way hears why', async () => {
    const { link, workers } = silentLink();
    const lacking = { ok: false, error: { code: 'not-loaded', message: 'A part.', next: 'Reload.' } } as const;
    const other = expect(link.call(() => never())).rejects.toMatchObject({ code: 'not-loaded' });
    const answers: Outcome<number>[] = [lacking, { ok: true, value: 7 }];
    const call = () => link.call(() => Promise.resolve(answers.shift()!));
    await expect(inFreshWorkers(link, call)).resolves.toBe(7);
    await other;
    expect(workers).toHaveLength(2);
    expect(workers[0].terminate).toHaveBeenCalled();
  });

  test('a signal that is already aborted starts no worker', async () => {
    const { link, workers } = silentLink();
    await expect(link.call(() => never(), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(workers).toHaveLength(0);
  });
});
