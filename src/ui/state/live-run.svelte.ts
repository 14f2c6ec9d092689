/**
 * The run just made, as long as its worker holds it: its dendrogram, and questions about it that need retraining. One is
 * retrained at a time and none is aborted, for that would end the worker; of those that come meanwhile the newest waits.
 */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { Question } from '../../data/question.ts';
import { sameQuestion } from '../../report/neurons/question.ts';
import type { LaterAnswer, LiveClusters, RunEvent } from '../../session/contract.ts';
import { RowTexts } from './row-texts.svelte.ts';
import type { SessionSource } from './session.ts';

export type RetrainPhase =
  | { name: 'idle' }
  | { name: 'retraining'; question: Question; share: number | null }
  | { name: 'failed'; question: Question; error: PlainError };

/** How long a question has to rest before it is retrained. */
const restMs = 400;

export class LiveRun {
  /** Null: no worker holds a run. `clusters` is null where nothing was clustered. */
  held = $state.raw<{ id: string; clusters: LiveClusters | null } | null>(null);
  phase = $state.raw<RetrainPhase>({ name: 'idle' });

  /** What some of its rows say. */
  readonly texts: RowTexts;
  readonly #session: SessionSource;
  readonly #answered: (id: string, answer: LaterAnswer) => void;
  #next: Question | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #busy = false;

  constructor(session: SessionSource, answered: (id: string, answer: LaterAnswer) => void) {
    this.#session = session;
    this.#answered = answered;
    this.texts = new RowTexts(session);
  }

  hold(id: string, clusters: LiveClusters | null): void {
    this.held = { id, clusters };
    this.phase = { name: 'idle' };
  }

  /** A result's dendrogram: the held run's own, or what else is known of it. */
  clustersOf({ id, clusters }: { id: string; clusters: LiveClusters | null }): LiveClusters | null {
    return this.held?.id === id ? this.held.clusters : clusters;
  }

  /** Asks for an answer once the question has rested; one that failed is asked again only on request. */
  ask(question: Question): void {
    this.forget();
    if (this.held === null) return;
    if (this.phase.name !== 'idle' && sameQuestion(this.phase.question, question)) return;
    this.#timer = setTimeout(() => {
      this.#next = question;
      if (!this.#busy) void this.#drain();
    }, restMs);
  }

  tryAgain(): void {
    if (this.phase.name !== 'failed') return;
    const { question } = this.phase;
    this.phase = { name: 'idle' };
    this.ask(question);
  }

  /** Drops what waits; what is being retrained ends and joins the run. */
  forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#next = null;
  }

  /** The worker's memory is given back, or goes to another run. */
  letGo(): void {
    this.forget();
    this.held = null;
    this.phase = { name: 'idle' };
  }

  async release(): Promise<void> {
    if (this.held === null) return;
    this.letGo();
    (await this.#session()).release();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#next && this.held) {
      const question = this.#next;
      const { held } = this;
      this.#next = null;
      this.phase = { name: 'retraining', question, share: null };
      try {
        const session = await this.#session();
        const answer = await session.select(question, (event) => this.#hear(question, event));
        if (this.held === held) this.phase = { name: 'idle' };
        this.#answered(held.id, answer);
      } catch (error) {
        if (this.held === held) this.#fail(question, toPlainError(error));
      }
    }
    this.#busy = false;
  }

  #hear(question: Question, event: RunEvent): void {
    if (event.kind !== 'progress' || this.phase.name !== 'retraining' || this.phase.question !== question) return;
    this.phase = { ...this.phase, share: event.total > 0 ? event.done / event.total : null };
  }

  #fail(question: Question, error: PlainError): void {
    if (error.code === 'cancelled') this.phase = { name: 'idle' };
    else this.phase = { name: 'failed', question, error };
  }
}
