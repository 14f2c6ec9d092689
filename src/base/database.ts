/**
 * An IndexedDB database of one object store, for the functions of idb-keyval. A database that lacks its store (made by
 * other hands, or cut off while it was made) gets it; idb-keyval alone would fail on it for ever.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';
import { ownName } from './own-name.ts';

/** Whether a write failed for want of room. */
export function isQuota(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'QuotaExceededError';
}

/**
 * Opens nothing before its first use; of pages in two folders of a host each has its own (`ownName`). A use rejects with what IndexedDB throws where there is none, or
 * it is refused.
 */
export function openDatabase(name: string, storeName: string): UseStore {
  let opened: Promise<IDBDatabase> | null = null;

  const connect = (version?: number): Promise<IDBDatabase> => {
    const request = indexedDB.open(ownName(name), version);
    request.onupgradeneeded = () => {
      if (!request.result.objectStoreNames.contains(storeName)) request.result.createObjectStore(storeName);
    };
    return new Promise((resolve, reject) => {
      // Another tab holds the database without its store.
      request.onblocked = () => reject(new DOMException(`another tab holds ${name}`, 'InvalidStateError'));
      promisifyRequest(request).then(resolve, reject);
    });
  };

  const whole = async (): Promise<IDBDatabase> => {
    let database = await connect();
    if (!database.objectStoreNames.contains(storeName)) {
      const { version } = database;
      database.close();
      database = await connect(version + 1);
    }
    const forget = (): void => void (opened = null);
    database.onclose = forget;
    // Another tab mends or deletes it.
    database.onversionchange = () => {
      database.close();
      forget();
    };
    return database;
  };

  return async (mode, callback) => {
    opened ??= whole();
    const database = await opened.catch((cause: unknown) => {
      opened = null;
      throw cause;
    });
    return callback(database.transaction(storeName, mode).objectStore(storeName));
  };
}
