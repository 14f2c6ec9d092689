/** The engine: registers the session's functions for the page, nothing else. */
import { expose } from 'comlink';
import { toPlainError } from '../src/base/errors.ts';
import type { Outcome } from '../src/session/contract.ts';
import { engine } from '../src/session/engine.ts';

function guarded<A extends unknown[], T>(work: (...args: A) => Promise<T>): (...args: A) => Promise<Outcome<T>> {
  return async (...args) => {
    try {
      return { ok: true, value: await work(...args) };
    } catch (error) {
      return { ok: false, error: toPlainError(error) };
    }
  };
}

expose({
  inspect: guarded(engine.inspect),
  estimate: guarded(engine.estimate),
  run: guarded(engine.run),
  select: guarded(engine.select),
  extract: guarded(engine.extract),
  kept: guarded(engine.kept),
  forget: guarded(engine.forget),
});
