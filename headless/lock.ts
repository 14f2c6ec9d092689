/**
 * One lock for all that two commands must not do at once: write one --out, use one --cache, build the page. A lock is a
 * file `.winnow-lock-<topic>-<owner>`. Whoever wants it makes its own file first and looks for others' then: nobody ever
 * takes a file of a living process away, so two never hold it; one of a process that is gone is removed by anybody.
 */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isGone, processText, self } from './process-identity.ts';
import { own, ownerIn, removeOwned, sweep } from './owned.ts';

export interface Lock {
  release(): void;
}

const tries = 6;
const leastWaitMs = 15;

/**
 * @param topic small letters and digits.
 * @param refusal of a lock that somebody else holds, in words as `process 123`.
 * @throws what `refusal` gives; the file system's own error where no file can be made in the folder.
 */
export async function acquireLock(folder: string, topic: string, refusal: (holder: string) => Error): Promise<Lock> {
  const path = join(folder, `.winnow-lock-${topic}-${self}`);
  sweep(folder);
  // Two that look at the same time see one another and both step back, each for a time of its own.
  for (let attempt = 1; ; attempt++) {
    const holder = claim(folder, path);
    if (holder === null) return { release: () => removeOwned(path) };
    if (attempt === tries) throw refusal(processText(holder));
    await wait(leastWaitMs * (1 + Math.random() * attempt));
  }
}

/** As `acquireLock`, but waits until whoever holds it is done. @param onWait is called once, if it has to. */
export async function waitForLock(
  folder: string,
  topic: string,
  onWait: (holder: string) => void,
  signal?: AbortSignal,
): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    let holder = '';
    const refusal = (text: string): Held => new Held((holder = text));
    const lock = await acquireLock(folder, topic, refusal).catch((error: unknown) => {
      if (error instanceof Held) return null;
      throw error;
    });
    if (lock) return lock;
    if (attempt === 1) onWait(holder);
    await wait(100 + 200 * Math.random());
  }
}

class Held extends Error {}

/** Answers with who has it instead. */
function claim(folder: string, path: string): string | null {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return self;
    throw error;
  }
  own(path);
  const stem = path.slice(0, -self.length);
  const others = readdirSync(folder).flatMap((name) => {
    const other = join(folder, name);
    const owner = other !== path && other.startsWith(stem) ? ownerIn(name) : null;
    return owner === null || isGone(owner, other) ? [] : [owner];
  });
  if (others.length === 0) return null;
  removeOwned(path);
  return others[0];
}
