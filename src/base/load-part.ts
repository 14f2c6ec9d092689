/**
 * Parts of the program that are loaded when they are needed. A browser whose network service ended fetches nothing until
 * it has started another, a moment later; what a page or a worker failed to import then, it fails to import for as long as
 * it lives (whatwg/html#6768). A worker is therefore started anew, and a page imports under another address.
 */
import { WinnowError } from './errors.ts';

/** While the browser starts its network service anew. */
const pausesMs = [100, 400, 1000, 2000];

/** @throws WinnowError `not-loaded` where it rejects. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw notLoaded(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** The bytes of a file of the build. @throws WinnowError `not-loaded` where it fails for good. */
export function loadFile(address: string): Promise<ArrayBuffer> {
  const load = async (): Promise<ArrayBuffer> => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${response.status} for ${address}`);
    return response.arrayBuffer();
  };
  return untilLoaded(() => loadPart(load));
}

/**
 * A dynamic import of a page, tried again under another address. What the part itself imports is not: of that the browser
 * remembers the failure.
 * @param fetchAgain imports an address.
 * @param wait for that many milliseconds
 * @throws WinnowError `not-loaded` where it fails for good.
 */
export function importPart<T>(load: () => Promise<T>, fetchAgain = importFrom<T>, wait = pause): Promise<T> {
  let address: string | null = null;
  let times = 0;
  const attempt = async (): Promise<T> => {
    if (address !== null) return fetchAgain(`${address}?again=${++times}`);
    try {
      return await load();
    } catch (cause) {
      // The browser's own words name the part that was asked for.
      address = /https?:[^\s?]+$/.exec(String(cause))?.[0] ?? null;
      throw cause;
    }
  };
  return untilLoaded(() => loadPart(attempt), undefined, wait);
}

/**
 * Does again what failed for want of a part.
 * @param wait for that many milliseconds, or until the signal is aborted
 * @throws WinnowError `not-loaded` where it fails for good.
 */
export async function untilLoaded<T>(work: () => Promise<T>, signal?: AbortSignal, wait = pause): Promise<T> {
  for (const ms of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!isNotLoaded(error)) throw error;
      await wait(ms, signal);
    }
  }
  return work();
}

/** @param detail why, as far as the browser says. */
export function notLoaded(detail: string, cause?: unknown): WinnowError {
  const message = `A part of Winnow itself could not be loaded${detail ? ` (${detail})` : ''}.`;
  const next = 'Reload the page, or start the command again; a page’s server must still run.';
  return new WinnowError('not-loaded', message, next, cause);
}

export function isNotLoaded(error: unknown): error is WinnowError {
  return error instanceof WinnowError && error.code === 'not-loaded';
}

function importFrom<T>(address: string): Promise<T> {
  return import(/* @vite-ignore */ address) as Promise<T>;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
