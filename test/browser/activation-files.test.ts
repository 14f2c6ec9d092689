/** HDF5 as the page reads it: from a File that is never loaded whole, in a worker that a crafted file can only end. */
import { describe, expect, test } from 'vitest';
import { writeActivations } from '../../src/activations/file/write.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import { readSafetensorsHeader, readTensor } from '../../src/format/safetensors.ts';
import valuesAddress from '../fixtures/activations/values.safetensors?url';
import { errorOf } from '../fixtures/errors.ts';
import { fileOf } from '../fixtures/files.ts';
import { bytesAt, neuroxAddress, numbersOf, surviveDamage } from './hdf5-fixtures.ts';

async function golden(name: string): Promise<number[]> {
  const file = fileOf('values.safetensors', await bytesAt(valuesAddress));
  const info = (await readSafetensorsHeader(file)).tensors.get(name);
  if (!info) throw new Error(`There is no ${name}.`);
  return [...(await readTensor(file, info))];
}

describe('HDF5 in a worker of its own', () => {
  test("gives every number of a file of NeuroX's writer", async () => {
    expect(await numbersOf(fileOf('neurox.hdf5', await bytesAt(neuroxAddress)))).toEqual(await golden('words'));
  });

  test('reads what was written here', async () => {
    const data = Float32Array.from(await golden('sentences'));
    const activations = inMemory(data, { rows: 6, layers: 3, hidden: 5 }, 4);
    const blob = await writeActivations('neurox-hdf5', { activations, lengths: null, words: null });
    const file = new File([blob], 'written.hdf5');
    expect(await numbersOf(file)).toEqual([...data]);
  });

  test('a file whose strings lead in a circle is given up within seconds, and the next one opens', async () => {
    const bytes = await bytesAt(neuroxAddress);
    // The size of an item in the heap of strings: the library waits for the next item at the same place for ever.
    bytes[6320] = 0;
    const started = performance.now();
    const error = await errorOf(numbersOf(fileOf('circle.hdf5', bytes)));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain('`circle.hdf5` cannot be read as HDF5');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await numbersOf(fileOf('neurox.hdf5', await bytesAt(neuroxAddress)))).toEqual(await golden('words'));
  });

  test('a file cut short is refused with a sentence', async () => {
    const bytes = (await bytesAt(neuroxAddress)).slice(0, 5000);
    const error = await errorOf(numbersOf(fileOf('cut.hdf5', bytes)));
    expect(error.message).toContain('truncated file: eof = 5000');
    expect(error.next).toContain('not copied whole');
  });

  // Each run is a worker with a library of its own; the reference tests have many more runs.
  test('any damage: numbers or a WinnowError, and no waiting', () => surviveDamage(10));
});
