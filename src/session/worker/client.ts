/**
 * The page's side of the session. Questions (what are these files, how long will it take), the run, the making of a
 * file of activations or of a smaller model, the measuring of this machine and of times have a worker each, so that
 * cancelling one never takes another's answer away. After a run its worker waits for questions about neurons, holding the run in memory,
 * until it is released or another run starts.
 */
import type { Remote } from 'comlink';
import type { Engine, Outcome, RunEvent } from '../contract.ts';
import engineAddress from '../../../workers/engine.worker.ts?worker&url';
import { heard } from './ears.ts';
import { createLink, inFreshWorkers, type Guarded, type Link } from './link.ts';
import { workerScript } from './worker-script.ts';

type Abortable = {
  [K in keyof Engine]: (...args: [...Parameters<Engine[K]>, signal?: AbortSignal]) => ReturnType<Engine[K]>;
};

/**
 * The engine's functions. Every call rejects with a WinnowError; an aborted one with code `cancelled`. Aborting `select`,
 * `neuron` or `rowTexts` ends the run that it asks about: later questions reject with `missing-file`, as they do after `release`.
 */
export interface Session extends Abortable {
  /** Gives back the memory that the last run holds; a run or question under way rejects as cancelled. */
  release(): void;
  /** Gives back the memory of the models that answer what is typed; a question under way rejects as cancelled. */
  stopAnswering(): void;
}

type Report = (event: RunEvent) => void;
type Call<T> = (engine: Remote<Guarded>) => Promise<Outcome<T>>;
type ToldCall<T> = (engine: Remote<Guarded>, ear: Report) => Promise<Outcome<T>>;

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
  const comparing = createLink(start);
  /** A question to a worker that stays. */
  const ask = <T>(link: Link, question: Call<T>, signal?: AbortSignal): Promise<T> =>
    inFreshWorkers(link, () => link.call(question, signal), signal);
  const told = <T>(link: Link, report: Report, work: ToldCall<T>, signal?: AbortSignal): Promise<T> =>
    inFreshWorkers(link, () => heard(report, (ear) => link.call((engine) => work(engine, ear), signal)), signal);
  /** Gives the worker's memory back at the end. */
  const ending = <T>(link: Link, work: Promise<T>): Promise<T> => work.finally(() => link.end());
  return {
    inspect: (files, corrections, signal) => ask(questions, (engine) => engine.inspect(files, corrections), signal),
    estimate: (request, signal) => ask(questions, (engine) => engine.estimate(request), signal),
    measure: (request, signal) =>
      ending(
        measuring,
        ask(measuring, (engine) => engine.measure(request), signal),
      ),
    kept: (signal) => ask(questions, (engine) => engine.kept(), signal),
    forget: (key, signal) => ask(questions, (engine) => engine.forget(key), signal),
    async run(request, report, signal) {
      work.end();
      try {
        return await told(work, report, (engine, ear) => engine.run(request, ear), signal);
      } catch (error) {
        work.end();
        throw error;
      }
    },
    select: (question, report, signal) =>
      heard(report, (ear) => work.call((engine) => engine.select(question, ear), signal)),
    neuron: (question, signal) => work.call((engine) => engine.neuron(question), signal),
    rowTexts: (question, signal) => work.call((engine) => engine.rowTexts(question), signal),
    release: () => work.end(),
    extract: (request, report, signal) =>
      ending(
        saving,
        told(saving, report, (engine, ear) => engine.extract(request, ear), signal),
      ),
    reduce: (request, report, signal) =>
      ending(
        reducing,
        told(reducing, report, (engine, ear) => engine.reduce(request, ear), signal),
      ),
    archive: (files, signal) =>
      ending(
        reducing,
        ask(reducing, (engine) => engine.archive(files), signal),
      ),
    measureReduced: (request, report, signal) =>
      ending(
        reducing,
        told(reducing, report, (engine, ear) => engine.measureReduced(request, ear), signal),
      ),
    openAnswering: (request, signal) => ask(answering, (engine) => engine.openAnswering(request), signal),
    ask: (text, signal) => answering.call((engine) => engine.ask(text), signal),
    stopAnswering: () => answering.end(),
    compareLayers: (request, report, signal) =>
      ending(
        comparing,
        told(comparing, report, (engine, ear) => engine.compareLayers(request, ear), signal),
      ),
    time: (request, report, signal) =>
      ending(
        timing,
        told(timing, report, (engine, ear) => engine.time(request, ear), signal),
      ),
  };
}
