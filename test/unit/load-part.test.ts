import { expect, test } from 'vitest';
import { loadPart } from '../../src/base/load-part.ts';

function failing(times: number) {
  const calls = { made: 0, waited: 0 };
  const load = () => {
    calls.made += 1;
    return calls.made > times ? Promise.resolve(true) : Promise.reject(new TypeError('Failed to fetch'));
  };
  const wait = (ms: number) => {
    calls.waited += ms;
    return Promise.resolve();
  };
  return { calls, load, wait };
}

test('a part that fails for a moment is loaded', async () => {
  const { calls, load, wait } = failing(3);
  expect(await loadPart(load, wait)).toBe(true);
  expect(calls).toEqual({ made: 4, waited: 1500 });
});

test('one that fails for good is said in a sentence with a next step', async () => {
  const { calls, load, wait } = failing(Infinity);
  await expect(loadPart(load, wait)).rejects.toMatchObject({
    code: 'unreadable-file',
    message: 'A part of Winnow itself could not be loaded (Failed to fetch).',
  });
  expect(calls.made).toBe(5);
});
