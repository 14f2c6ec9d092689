/** The engine: registers the session's functions for the page, nothing else. */
import { expose } from 'comlink';
import { engine } from '../src/session/worker/engine.ts';
import { withEars } from '../src/session/worker/ears.ts';
import { guarded } from '../src/session/worker/outcome.ts';

type Work = (...args: unknown[]) => Promise<unknown>;

expose(Object.fromEntries(Object.entries(engine).map(([name, work]) => [name, guarded(withEars(work as Work))])));
