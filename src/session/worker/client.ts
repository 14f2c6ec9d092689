/**
 * The page's side of the session. Questions (what are these files, how long will it take), the run, the making of a
 * file of activations or of a smaller model the measuring of this machine and of times have a worker each, so that
 * cancelling one never takes another's answer away. After a run its worker waits for questions about neurons, holding the run in memory,
 * until it is released or another run starts.
 */
import type { Engine } from '../contract.ts';
import engineAddress from '../../../workers/engine.worker.ts?worker&url';
import { heard } from './ears.ts';
import { createLink } from './link.ts';
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
  /** Gives back the memory of the models that answer what is typed; a question under way rejects as cancelled. */
  stopAnswering(): void;
}

export function createSession(): Session {
  const address = workerScript(engineAddress);
  const start = (): Worker => new Worker(address, { type: 'module' });
  const questions = createLink(start);
  const work = createLink(start);
  const saving = createLink(start);
  const measuring = createLink(start);
  const answering = createLink(start);
  const reducing = createLink(start);
  const timing = createLink(start);
  return {
    inspect: (files, corrections, signal) => questions.call((engine) => engine.inspect(files, corrections), signal),
    estimate: (request, signal) => questions.call((engine) => engine.estimate(request), signal),
    async measure(request, signal) {
      try {
        return await measuring.call((engine) => engine.measure(request), signal);
      } finally {
        // It holds a model.
        measuring.end();
      }
    },
    kept: (signal) => questions.call((engine) => engine.kept(), signal),
    forget: (key, signal) => questions.call((engine) => engine.forget(key), signal),
    async run(request, report, signal) {
      work.end();
      try {
        return await heard(report, (ear) => work.call((engine) => engine.run(request, ear), signal));
      } catch (error) {
        work.end();
        throw error;
      }
    },
    select: (question, report, signal) =>
      heard(report, (ear) => work.call((engine) => engine.select(question, ear), signal)),
    neuron: (question, signal) => work.call((engine) => engine.neuron(question), signal),
    release: () => work.end(),
    async archive(files, signal) {
      try {
        return await reducing.call((engine) => engine.archive(files), signal);
      } finally {
        reducing.end();
      }
    },
    async measureReduced(request, report, signal) {
      try {
        return await heard(report, (ear) => reducing.call((engine) => engine.measureReduced(request, ear), signal));
      } finally {
        reducing.end();
      }
    },
    openAnswering: (request, signal) => answering.call((engine) => engine.openAnswering(request), signal),
    ask: (text, signal) => answering.call((engine) => engine.ask(text), signal),
    stopAnswering: () => answering.end(),
    async time(request, report, signal) {
      try {
        return await heard(report, (ear) => timing.call((engine) => engine.time(request, ear), signal));
      } finally {
        timing.end();
      }
    },
    async extract(request, report, signal) {
      try {
        return await heard(report, (ear) => saving.call((engine) => engine.extract(request, ear), signal));
      } finally {
        saving.end();
      }
    },
    async reduce(request, report, signal) {
      try {
        return await heard(report, (ear) => reducing.call((engine) => engine.reduce(request, ear), signal));
      } finally {
        reducing.end();
      }
    },
  };
}
