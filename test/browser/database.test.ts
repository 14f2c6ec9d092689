/** A database of one store in the browser's own storage, whatever state it is found in. */
import { get, set } from 'idb-keyval';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/base/database.ts';

function made(name: string, fill?: (database: IDBDatabase) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => fill?.(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error(name));
  });
}

test('a database without its store gets it, and keeps what else it holds', async () => {
  const name = `hollow-${Math.random()}`;
  (await made(name, (database) => database.createObjectStore('other'))).close();
  const store = openDatabase(name, 'records');
  await set('a', 1, store);
  expect(await get('a', store)).toBe(1);
  expect(await get('a', openDatabase(name, 'records'))).toBe(1);
  expect([...(await made(name)).objectStoreNames]).toEqual(['other', 'records']);
});

test('while another tab holds it without its store it is refused, and mended once that tab lets go', async () => {
  const name = `held-${Math.random()}`;
  const held = await made(name);
  const store = openDatabase(name, 'records');
  await expect(set('a', 1, store)).rejects.toThrow('another tab');
  held.close();
  await set('a', 1, store);
  expect(await get('a', store)).toBe(1);
});

test('one that is mended or deleted elsewhere meanwhile is opened again', async () => {
  const name = `deleted-${Math.random()}`;
  const store = openDatabase(name, 'records');
  await set('a', 1, store);
  await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
  expect(await get('a', store)).toBeUndefined();
});
