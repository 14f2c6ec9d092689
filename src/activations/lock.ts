/**
 * One Web Lock a key, across tabs; a tab that dies lets go by itself. Where there are no locks, or the user refuses them
 * together with storage, everyone may write.
 */
import { ownName } from '../base/own-name.ts';

export interface StorageLock {
  release(): Promise<void>;
}

const unlocked: StorageLock = { release: () => Promise.resolve() };

/** Takes the lock of a key, or gives null at once when another holds it; those who share it do not stand in each other's way. */
export async function takeLock(key: string, mode: LockMode = 'exclusive'): Promise<StorageLock | null> {
  if (!('locks' in navigator)) return unlocked;
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let ended: Promise<void> = Promise.resolve();
  const answer = await new Promise<'granted' | 'taken' | 'refused'>((decide, fail) => {
    ended = navigator.locks.request(ownName(`winnow:${key}`), { mode, ifAvailable: true }, async (lock) => {
      decide(lock === null ? 'taken' : 'granted');
      if (lock) await held;
    });
    ended.catch((error: Error) => (isRefusal(error) ? decide('refused') : fail(error)));
  });
  if (answer === 'refused') return unlocked;
  if (answer === 'taken') return null;
  return {
    async release() {
      letGo();
      await ended;
    },
  };
}

/** Chrome's answer where the user's settings keep a site from storing anything. */
function isRefusal(error: Error): boolean {
  return error instanceof DOMException && error.name === 'SecurityError';
}
