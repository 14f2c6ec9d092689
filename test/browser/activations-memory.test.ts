/** A browser without storage: a private window, or storage that the user refused. */
import { afterEach, expect, test, vi } from 'vitest';
import { listKept, openStore, rowsKept } from '../../src/activations/cache.ts';
import { extractActivations } from '../../src/activations/extract.ts';
import { allRows, countingEncoder, everyRow, request, rows, shape } from './activations-fixtures.ts';

afterEach(() => vi.restoreAllMocks());

test('without storage the run goes on in memory and says what is lost', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  const warnings: string[] = [];
  const store = await openStore(request('private', warnings, { memoryBytes: 0 }));
  const encoder = countingEncoder();
  const activations = await extractActivations(rows, () => Promise.resolve(encoder), store);
  expect(await allRows(activations)).toEqual(everyRow);
  expect(encoder.rowsDone).toBe(shape.rows);
  expect(warnings).toEqual([
    'This browser keeps no activations here (The operation is insecure.): they stay in memory, and a reload starts again.',
  ]);
  expect([await listKept(), await rowsKept('private')]).toEqual([[], 0]);
  await store.close();
});

test('storage that fails in the middle: the run goes on in memory', async () => {
  const warnings: string[] = [];
  const store = await openStore(request('failing', warnings, { memoryBytes: 0 }));
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new DOMException('The database connection is closing.', 'InvalidStateError');
  });
  const activations = await extractActivations(rows, () => Promise.resolve(countingEncoder()), store);
  expect(await allRows(activations)).toEqual(everyRow);
  expect(warnings).toEqual([
    'The browser refused to store (The database connection is closing.): the run goes on in memory; 0 of 23 rows are kept for the next run.',
  ]);
  await store.close();
});
