/** Parts of the program that are loaded when they are needed. */
import { WinnowError } from './errors.ts';

/** While the browser starts its network service anew, which takes it a moment. */
const pausesMs = [100, 400, 1000, 2000];

/**
 * A dynamic import, tried again where it fails: a browser whose network service ended fetches nothing until it has started
 * another, and then what failed before.
 * @param wait for that many milliseconds
 * @throws WinnowError `unreadable-file` where it fails for good.
 */
export async function loadPart<T>(load: () => Promise<T>, wait: (ms: number) => Promise<void> = pause): Promise<T> {
  for (const ms of pausesMs) {
    try {
      return await load();
    } catch {
      await wait(ms);
    }
  }
  return load().catch((cause: unknown) => {
    const message = `A part of Winnow itself could not be loaded (${cause instanceof Error ? cause.message : String(cause)}).`;
    throw new WinnowError('unreadable-file', message, 'Reload the page, and check that its server still runs.', cause);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
