/** The short run of `npm run fuzz`: some mutated inputs for every target, the same ones every time. */
import { WinnowError } from '../../src/base/errors.ts';
import { expect, test } from 'vitest';
import { InputSource } from './mutate.ts';
import { fuzzTargets } from './targets/list.ts';

const seed = 20_261_129;
/** A share of 1 gets so many, and none more than the second number. */
const [perShare, most] = [60, 240];
const source = new InputSource(fuzzTargets);

test.each(fuzzTargets.map((target) => [target.name, target] as const))('%s', async (_, target) => {
  for (const drop of await target.seeds()) await target.check(drop);
  const count = Math.min(most, Math.ceil(perShare * target.share));
  for (let index = 0; index < count; index++) {
    const { drop } = await source.inputOf(target, seed + index);
    try {
      await target.check(drop);
    } catch (cause) {
      // Behind it no HDF5 file opens any more.
      if (target.apart && cause instanceof WinnowError && cause.code === 'worker-crashed') return;
      throw new Error(`Input ${index} of ${target.name}`, { cause });
    }
  }
});

test('a seed and a number give the same input, and numbers differ', async () => {
  const [one, again, other] = await Promise.all([
    source.input(7, 41),
    new InputSource(fuzzTargets).input(7, 41),
    source.input(7, 42),
  ]);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});
