/** HDF5 files through the worker that opens them, whole and damaged. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { openActivations } from '../../src/activations/file/open.ts';
import { WinnowError } from '../../src/base/errors.ts';
import { openHdf5Apart } from '../../src/session/worker/hdf5.ts';
import neuroxAddress from '../fixtures/activations/neurox.hdf5?url';
import { fileOf } from '../fixtures/files.ts';
import { seed } from '../fixtures/seed.ts';

export { neuroxAddress };

export const bytesAt = async (address: string) => new Uint8Array(await (await fetch(address)).arrayBuffer());

export async function numbersOf(file: File): Promise<number[]> {
  const opened = await openActivations(file, { layers: null, openHdf5: openHdf5Apart });
  const numbers: number[] = [];
  for await (const { data } of opened.sentences()) numbers.push(...data);
  opened.close();
  return numbers;
}

/** So many damaged copies of a file of NeuroX's writer, each with changed bytes or cut short: numbers or a WinnowError. */
export async function surviveDamage(numRuns: number): Promise<void> {
  const source = await bytesAt(neuroxAddress);
  const change = fc.tuple(fc.nat({ max: source.length - 1 }), fc.oneof(fc.constantFrom(0, 1, 255), fc.nat(255)));
  const cut = fc.oneof({ weight: 4, arbitrary: fc.constant(source.length) }, fc.nat({ max: source.length }));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), cut, async (changes, end) => {
      const bytes = source.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      try {
        await numbersOf(fileOf('x.hdf5', bytes.slice(0, end)));
      } catch (error) {
        if (!(error instanceof WinnowError)) throw error;
        expect(error.message).not.toBe('');
        expect(error.next).not.toBe('');
      }
    }),
    { seed, numRuns },
  );
}
