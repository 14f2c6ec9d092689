/**
 * One engine worker and the calls to it. comlink alone leaves a call pending for ever when the worker dies, so every
 * call races with the worker's own errors and with the caller's signal; abort terminates the worker, the only stop that
 * is certain within 200 ms while a kernel runs. The next call starts a fresh one.
 */
import { proxy, wrap, type Remote } from 'comlink';
import { fromPlainError, WinnowError } from '../base/errors.ts';
import type { Engine, Outcome, RunEvent } from './contract.ts';

type Guarded = {
  [K in keyof Engine]: (...args: Parameters<Engine[K]>) => Promise<Outcome<Awaited<ReturnType<Engine[K]>>>>;
};

export interface Link {
  call<T>(ask: (engine: Remote<Guarded>) => Promise<Outcome<T>>, signal?: AbortSignal): Promise<T>;
  /** Ends the worker, giving its memory back; calls under way reject as cancelled. */
  end(): void;
}

interface Running {
  engine: Remote<Guarded>;
  stop(reason: WinnowError): void;
  /** Rejects when the worker dies or is ended; never resolves. */
  death: Promise<never>;
}

/** @param start makes the worker; a script that cannot load rejects the first call. */
export function createLink(start: () => Worker): Link {
  let running: Running | null = null;

  function spawn(): Running {
    const worker = start();
    let reject: (reason: WinnowError) => void;
    const death = new Promise<never>((_, fail) => (reject = fail));
    // Without a call under way nobody listens; that is not an error of its own.
    death.catch(() => undefined);
    const stop = (reason: WinnowError): void => {
      worker.terminate();
      reject(reason);
      if (running?.death === death) running = null;
    };
    worker.onerror = (event) => {
      event.preventDefault();
      stop(crashed(event.message));
    };
    worker.onmessageerror = () => stop(crashed('a message could not be read'));
    return { engine: wrap<Guarded>(worker), stop, death };
  }

  return {
    async call(ask, signal) {
      if (signal?.aborted) throw cancelled();
      const current = (running ??= spawn());
      const abort = (): void => current.stop(cancelled());
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const outcome = await Promise.race([ask(current.engine), current.death]);
        if (outcome.ok) return outcome.value;
        throw fromPlainError(outcome.error);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    end() {
      running?.stop(cancelled());
    },
  };
}

/** A callback that the worker may call; comlink keeps it alive until the worker ends. */
export function eventCallback(report: (event: RunEvent) => void): (event: RunEvent) => void {
  return proxy(report);
}

function cancelled(): WinnowError {
  return new WinnowError(
    'cancelled',
    'The run was cancelled.',
    'Start it again: finished chunks of activations are kept.',
  );
}

function crashed(detail: string): WinnowError {
  const message = `The engine stopped unexpectedly${detail ? ` (${detail})` : ''}.`;
  return new WinnowError(
    'worker-crashed',
    message,
    'Try again: the run resumes from what was kept. Close other tabs if memory is short.',
  );
}
