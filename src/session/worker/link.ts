/**
 * One engine worker and the calls to it. Abort terminates the worker, the only stop that is certain within 200 ms while a
 * kernel runs; the next call starts a fresh one.
 */
import type { Remote } from 'comlink';
import { WinnowError } from '../../base/errors.ts';
import { isNotLoaded, untilLoaded } from '../../base/load-part.ts';
import { apart, type Apart } from './apart.ts';
import type { Engine, Outcome } from '../contract.ts';

export type Guarded = {
  [K in keyof Engine]: (...args: Parameters<Engine[K]>) => Promise<Outcome<Awaited<ReturnType<Engine[K]>>>>;
};

export interface Link {
  call<T>(ask: (engine: Remote<Guarded>) => Promise<Outcome<T>>, signal?: AbortSignal): Promise<T>;
  /** Ends the worker, giving its memory back; calls under way reject with the reason, else as cancelled. */
  end(reason?: WinnowError): void;
}

/** @param start makes the worker; a script that cannot load rejects the first call. */
export function createLink(start: () => Worker): Link {
  let running: Apart<Guarded> | null = null;
  return {
    async call(ask, signal) {
      if (signal?.aborted) throw cancelled();
      const current = running?.alive ? running : (running = apart<Guarded>(start(), crashed));
      const abort = (): void => current.end(cancelled());
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await current.call(ask);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    end(reason = cancelled()) {
      running?.end(reason);
    },
  };
}

/**
 * Makes a call through the link again, in a fresh worker, while it lacks a part of the program: a worker remembers what it
 * failed to load.
 */
export function inFreshWorkers<T>(link: Link, call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const attempt = async (): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (isNotLoaded(error)) link.end(error);
      throw error;
    }
  };
  return untilLoaded(attempt, signal);
}

function cancelled(): WinnowError {
  const next = 'Start it again: finished chunks of activations are kept.';
  return new WinnowError('cancelled', 'The run was cancelled.', next);
}

function crashed(detail: string): WinnowError {
  const message = `The engine stopped unexpectedly${detail ? ` (${detail})` : ''}.`;
  const next = 'Try again: the run resumes from what was kept. Close other tabs if memory is short.';
  return new WinnowError('worker-crashed', message, next);
}
