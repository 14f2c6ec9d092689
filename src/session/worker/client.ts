/**
 * The page's side of the session. Questions (what are these files, how long will it take), the run, the making of a
 * file of activations and the measuring of this machine have a worker each, so that cancelling one never takes another's
 * answer away. After a run its
 * worker waits for questions about neurons, holding the run in memory, until it is released or another run starts.
 */
import type { Engine } from '../contract.ts';
import engineAddress from '../../../workers/engine.worker.ts?worker&url';
import { heard } from './ears.ts';
import { createLink, inFreshWorkers } from './link.ts';
import { workerScript } from './worker-script.ts';

type Abortable = {
  [K in keyof Engine]: (...args: [...Parameters<Engine[K]>, signal?: AbortSignal]) => ReturnType<Engine[K]>;
};

/**
 * The engine's functions. Every call rejects with a WinnowError; an aborted one with code `cancelled`. Aborting `select`
 * or `neuron` ends the run that it asks about: later questions reject with `missing-file`, as they do after `release`.
 */
export interface Session extends Abortable {
  /** Gives back the memory that the last run holds; a run or question under way rejects as cancelled. */
  release(): void;
}

export function createSession(): Session {
  const address = workerScript(engineAddress);
  const start = (): Worker => new Worker(address, { type: 'module' });
  const questions = createLink(start);
  const work = createLink(start);
  const saving = createLink(start);
  const measuring = createLink(start);
  const asked = <T>(ask: Parameters<typeof questions.call<T>>[0], signal?: AbortSignal): Promise<T> =>
    inFreshWorkers(questions, () => questions.call(ask, signal), signal);
  return {
    inspect: (files, corrections, signal) => asked((engine) => engine.inspect(files, corrections), signal),
    estimate: (request, signal) => asked((engine) => engine.estimate(request), signal),
    async measure(request, signal) {
      const call = () => measuring.call((engine) => engine.measure(request), signal);
      try {
        return await inFreshWorkers(measuring, call, signal);
      } finally {
        // It holds a model.
        measuring.end();
      }
    },
    kept: (signal) => asked((engine) => engine.kept(), signal),
    forget: (key, signal) => asked((engine) => engine.forget(key), signal),
    async run(request, report, signal) {
      work.end();
      const call = () => heard(report, (ear) => work.call((engine) => engine.run(request, ear), signal));
      try {
        return await inFreshWorkers(work, call, signal);
      } catch (error) {
        work.end();
        throw error;
      }
    },
    select: (question, report, signal) =>
      heard(report, (ear) => work.call((engine) => engine.select(question, ear), signal)),
    neuron: (question, signal) => work.call((engine) => engine.neuron(question), signal),
    release: () => work.end(),
    async extract(request, report, signal) {
      const call = () => heard(report, (ear) => saving.call((engine) => engine.extract(request, ear), signal));
      try {
        return await inFreshWorkers(saving, call, signal);
      } finally {
        saving.end();
      }
    },
  };
}
