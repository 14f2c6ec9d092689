/**
 * A worker and the calls to it. comlink alone leaves a call pending for ever when the worker dies; here it rejects.
 */
import { releaseProxy, wrap, type Remote } from 'comlink';
import { fromPlainError, WinnowError } from '../../base/errors.ts';
import { notLoaded } from '../../base/load-part.ts';
import type { Outcome } from '../contract.ts';

export interface Apart<T> {
  /** Whether it takes calls: false once it died or was ended. */
  readonly alive: boolean;
  /** @throws WinnowError what the worker answered with, or why it is not alive. */
  call<V>(ask: (remote: Remote<T>) => Promise<Outcome<V>>): Promise<V>;
  /** Gives its memory back; calls under way reject with the reason. */
  end(reason: WinnowError): void;
}

/** What a worker ends with when a thread's script could not be loaded: Emscripten throws the event that told of it. */
const threadNotLoaded = 'Uncaught [object Event]';

/** @param crashed the error for a worker that stops by itself; one whose script could not be loaded ends with `not-loaded`. */
export function apart<T>(worker: Worker, crashed: (detail: string) => WinnowError): Apart<T> {
  const remote = wrap<T>(worker);
  /** Calls under way; a promise of the worker's death to race with would hold the answers of all calls. */
  const waiting = new Set<(reason: WinnowError) => void>();
  let ended: WinnowError | null = null;
  const end = (reason: WinnowError): void => {
    if (ended) return;
    ended = reason;
    worker.terminate();
    // comlink holds the worker until its proxy is gone, which the worker's listeners and calls under way hold in turn: none
    // would ever be released, nor what waits for an answer, a whole screen perhaps.
    worker.onerror = null;
    worker.onmessageerror = null;
    remote[releaseProxy]();
    waiting.forEach((reject) => reject(reason));
    waiting.clear();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    // Of a script that could not be loaded the browser gives no reason.
    const isLoaded = 'message' in event && event.message !== threadNotLoaded;
    end(isLoaded ? crashed(event.message) : notLoaded('a worker’s script'));
  };
  worker.onmessageerror = () => end(crashed('a message could not be read'));
  return {
    get alive() {
      return ended === null;
    },
    async call<V>(ask: (remote: Remote<T>) => Promise<Outcome<V>>) {
      if (ended) throw ended;
      const outcome = await new Promise<Outcome<V>>((resolve, reject) => {
        waiting.add(reject);
        void ask(remote)
          .then(resolve, reject)
          .finally(() => waiting.delete(reject));
      });
      if (outcome.ok) return outcome.value;
      throw fromPlainError(outcome.error);
    },
    end,
  };
}

/** For calls to a worker that its run has ended with. */
export function runEnded(): WinnowError {
  return new WinnowError('cancelled', 'The run has ended.', 'Start it again.');
}
