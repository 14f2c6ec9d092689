import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../headless/failure.ts';
import { unpackFigures } from '../../headless/figures.ts';
import { unwritable } from '../../headless/output-failures.ts';

async function zipOf(names: readonly string[]): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  for (const name of names) await zip.add(name, new TextReader(name));
  return zip.close();
}

const names = ['a.svg', 'a.png', 'a.csv', 'references.bib', 'b.svg'];

test('all figures are written, the references are not', async () => {
  const written = new Map<string, string>();
  const saved = await unpackFigures(await zipOf(names), async (name, bytes) => {
    written.set(name, new TextDecoder().decode(bytes));
  });
  expect(saved).toEqual({ names: ['a.svg', 'a.png', 'a.csv', 'b.svg'], failure: null });
  expect([...written]).toEqual(saved.names.map((name) => [name, name]));
});

test('a disk that is full on the way: what is whole is listed, what is not is said, and the exit code is not 0', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const { names: whole, failure } = await unpackFigures(await zipOf(names), async (name) => {
    if (name.endsWith('.png') || name.startsWith('b')) throw unwritable(name, full);
  });
  expect(whole).toEqual(['a.svg', 'a.csv']);
  expect(failure?.message).toBe(
    '2 of 4 files of figures could not be saved: "a.png" could not be written: no space is left on the disk.',
  );
  expect(exitCodeOf(failure!.code)).toBe(5);
});
