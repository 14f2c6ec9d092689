/** The engine: registers the session's functions for the page, nothing else. */
import { expose } from 'comlink';
import { engine } from '../src/session/worker/engine.ts';
import { guarded } from '../src/session/worker/outcome.ts';

expose({
  inspect: guarded(engine.inspect),
  estimate: guarded(engine.estimate),
  run: guarded(engine.run),
  select: guarded(engine.select),
  extract: guarded(engine.extract),
  kept: guarded(engine.kept),
  forget: guarded(engine.forget),
});
