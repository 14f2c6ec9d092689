import { expect, onTestFinished, test, vi } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { importPart, loadPart, notLoaded, untilLoaded } from '../../src/base/load-part.ts';

function failing(times: number, failure: () => Error) {
  const calls = { made: 0, waited: 0 };
  const work = () => {
    calls.made += 1;
    return calls.made > times ? Promise.resolve('it is there') : Promise.reject(failure());
  };
  const wait = (ms: number) => {
    calls.waited += ms;
    return Promise.resolve();
  };
  return { calls, work, wait };
}

test('a part that cannot be loaded is said in a sentence with a next step', async () => {
  const loading = loadPart(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(loading).rejects.toMatchObject({
    code: 'not-loaded',
    message: 'A part of Winnow itself could not be loaded (Failed to fetch).',
    next: expect.stringContaining('Reload the page'),
  });
});

test('what lacks a part is done again, with longer and longer pauses, and not for ever', async () => {
  const soon = failing(3, () => notLoaded('no network'));
  expect(await untilLoaded(soon.work, undefined, soon.wait)).toBe('it is there');
  expect(soon.calls).toEqual({ made: 4, waited: 1500 });
  const never = failing(Infinity, () => notLoaded('no network'));
  await expect(untilLoaded(never.work, undefined, never.wait)).rejects.toMatchObject({ code: 'not-loaded' });
  expect(never.calls.made).toBe(5);
});

test('any other failure is not tried again', async () => {
  const { calls, work, wait } = failing(Infinity, () => new WinnowError('bad-data', 'No rows.', 'Add rows.'));
  await expect(untilLoaded(work, undefined, wait)).rejects.toMatchObject({ code: 'bad-data' });
  expect(calls.made).toBe(1);
});

test.for([0, 50])('who aborts %d ms into a pause waits no longer', async (ms) => {
  const controller = new AbortController();
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { calls, work } = failing(1, () => notLoaded(''));
  const done = untilLoaded(work, controller.signal);
  if (ms > 0) await vi.advanceTimersByTimeAsync(ms);
  controller.abort();
  expect(await done).toBe('it is there');
  expect(calls.made).toBe(2);
});

test('a page imports again under another address: the browser remembers that the first one failed', async () => {
  const { wait } = failing(0, Error);
  const words = 'Failed to fetch dynamically imported module: http://winnow.example/assets/Part-12.js';
  const load = () => Promise.reject<string>(new TypeError(words));
  const addresses: string[] = [];
  const fetchAgain = (address: string) => {
    addresses.push(address);
    return addresses.length < 2 ? Promise.reject<string>(new TypeError(words)) : Promise.resolve('it is there');
  };
  expect(await importPart(load, fetchAgain, wait)).toBe('it is there');
  const address = 'http://winnow.example/assets/Part-12.js';
  expect(addresses).toEqual([`${address}?again=1`, `${address}?again=2`]);
});
