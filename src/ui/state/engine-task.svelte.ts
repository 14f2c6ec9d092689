/** One piece of the engine's work that a person waits for: which stage it is in, how far that has come, how it ended. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { RunEvent } from '../../session/contract.ts';
import type { StageProgress } from './job.svelte.ts';
import type { Session, SessionSource } from './session.ts';

export type TaskPhase =
  | { name: 'idle' }
  | {
      name: 'working';
      /** Its title. */
      stage: string | null;
      progress: StageProgress | null;
      controller: AbortController;
    }
  | { name: 'failed'; error: PlainError };

/** Hears of stages and warnings, ends when the signal says so. */
export type EngineWork<T> = (session: Session, hear: (event: RunEvent) => void, signal: AbortSignal) => Promise<T>;

export class EngineTask {
  phase = $state.raw<TaskPhase>({ name: 'idle' });
  warnings = $state.raw<string[]>([]);
  readonly busy = $derived(this.phase.name === 'working');
  readonly #session: SessionSource;
  #titles = new Map<string, string>();

  constructor(session: SessionSource) {
    this.#session = session;
  }

  /** One at a time. Null: cancelled, failed (the phase tells), or another is under way. */
  async run<T>(work: EngineWork<T>): Promise<T | null> {
    if (this.busy) return null;
    const controller = new AbortController();
    this.warnings = [];
    this.phase = { name: 'working', stage: null, progress: null, controller };
    const isCurrent = (): boolean => this.phase.name === 'working' && this.phase.controller === controller;
    try {
      const session = await this.#session();
      const hear = (event: RunEvent): void => void (isCurrent() && this.#hear(event));
      const value = await work(session, hear, controller.signal);
      if (!isCurrent()) return null;
      this.phase = { name: 'idle' };
      return value;
    } catch (error) {
      if (!isCurrent()) return null;
      const plain = toPlainError(error);
      this.phase = plain.code === 'cancelled' ? { name: 'idle' } : { name: 'failed', error: plain };
      return null;
    }
  }

  /** Stops at once. */
  cancel(): void {
    if (this.phase.name !== 'working') return;
    const { controller } = this.phase;
    this.phase = { name: 'idle' };
    controller.abort();
  }

  #hear(event: RunEvent): void {
    if (event.kind === 'warning') this.warnings = [...this.warnings, event.text];
    else if (event.kind === 'stages') this.#titles = new Map(event.stages.map(({ name, title }) => [name, title]));
    else if (event.kind === 'stage') this.#show(event.stage, null);
    else if (event.kind === 'progress') this.#show(event.stage, event);
  }

  #show(stage: string, progress: StageProgress | null): void {
    if (this.phase.name === 'working')
      this.phase = { ...this.phase, stage: this.#titles.get(stage) ?? stage, progress };
  }
}
