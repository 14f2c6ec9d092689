/**
 * The page's side of the session. Questions (what are these files, how long will it take), the run and the making of a
 * file of activations have a worker each, so that cancelling one never takes another's answer away. After a run its
 * worker waits for questions about neurons, holding the run in memory, until it is released or another run starts.
 */
import { proxy } from 'comlink';
import type { Question } from '../../data/question.ts';
import type {
  Corrections,
  DroppedFile,
  Estimate,
  ExtractRequest,
  Inspection,
  KeptActivations,
  RunEvent,
  RunRequest,
} from '../contract.ts';
import type { RunFile, SelectionEntry } from '../../run/run-file.ts';
import engineAddress from '../../../workers/engine.worker.ts?worker&url';
import { createLink } from './link.ts';
import { workerScript } from './worker-script.ts';

/** Every call rejects with a WinnowError; an aborted one with code `cancelled`. */
export interface Session {
  inspect(files: DroppedFile[], corrections: Corrections, signal?: AbortSignal): Promise<Inspection>;
  estimate(request: RunRequest, signal?: AbortSignal): Promise<Estimate>;
  run(request: RunRequest, report: (event: RunEvent) => void, signal?: AbortSignal): Promise<RunFile>;
  /**
   * One more answer about the run that this session made last; several at once are answered in turn. Aborting ends the
   * worker and with it the run: later questions reject with `missing-file`, as they do after `release`.
   */
  select(question: Question, report: (event: RunEvent) => void, signal?: AbortSignal): Promise<SelectionEntry>;
  /** Gives back the memory that the last run holds; a run or question under way rejects as cancelled. */
  release(): void;
  /** In a worker of its own: a run that is held for questions stays. */
  extract(request: ExtractRequest, report: (event: RunEvent) => void, signal?: AbortSignal): Promise<Blob>;
  kept(): Promise<KeptActivations[]>;
  /** Deletes one set of kept activations, or all of them (null). */
  forget(key: string | null): Promise<void>;
}

export function createSession(): Session {
  const address = workerScript(engineAddress);
  const start = (): Worker => new Worker(address, { type: 'module' });
  const questions = createLink(start);
  const work = createLink(start);
  const saving = createLink(start);
  return {
    inspect: (files, corrections, signal) => questions.call((engine) => engine.inspect(files, corrections), signal),
    estimate: (request, signal) => questions.call((engine) => engine.estimate(request), signal),
    kept: () => questions.call((engine) => engine.kept()),
    forget: (key) => questions.call((engine) => engine.forget(key)),
    async run(request, report, signal) {
      work.end();
      try {
        return await work.call((engine) => engine.run(request, proxy(report)), signal);
      } catch (error) {
        work.end();
        throw error;
      }
    },
    select: (question, report, signal) => work.call((engine) => engine.select(question, proxy(report)), signal),
    release: () => work.end(),
    async extract(request, report, signal) {
      try {
        return await saving.call((engine) => engine.extract(request, proxy(report)), signal);
      } finally {
        saving.end();
      }
    },
  };
}
