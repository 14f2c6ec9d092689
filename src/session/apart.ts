/**
 * A worker and the calls to it. comlink alone leaves a call pending for ever when the worker dies, so every call races
 * with the worker's own errors.
 */
import { wrap, type Remote } from 'comlink';
import { fromPlainError, type WinnowError } from '../base/errors.ts';
import type { Outcome } from './contract.ts';

export interface Apart<T> {
  /** Whether it takes calls: false once it died or was ended. */
  readonly alive: boolean;
  /** @throws WinnowError what the worker answered with, or why it is not alive. */
  call<V>(ask: (remote: Remote<T>) => Promise<Outcome<V>>): Promise<V>;
  /** Gives its memory back; calls under way reject with the reason. */
  end(reason: WinnowError): void;
}

/** @param crashed the error for a worker that stops by itself; its script may not have loaded. */
export function apart<T>(worker: Worker, crashed: (detail: string) => WinnowError): Apart<T> {
  const remote = wrap<T>(worker);
  let alive = true;
  let reject: (reason: WinnowError) => void;
  const death = new Promise<never>((_, fail) => (reject = fail));
  // Without a call under way nobody listens; that is not an error of its own.
  death.catch(() => undefined);
  const end = (reason: WinnowError): void => {
    worker.terminate();
    alive = false;
    reject(reason);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    end(crashed(event.message));
  };
  worker.onmessageerror = () => end(crashed('a message could not be read'));
  return {
    get alive() {
      return alive;
    },
    async call(ask) {
      const outcome = await Promise.race([ask(remote), death]);
      if (outcome.ok) return outcome.value;
      throw fromPlainError(outcome.error);
    },
    end,
  };
}
