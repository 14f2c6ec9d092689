/** What a run would take, asked anew whenever files or options change; the old figures stay until the new ones are there. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { Estimate, RunRequest } from '../../session/contract.ts';
import { Latest } from './latest.ts';
import type { SessionSource } from './session.ts';

export type EstimatePhase =
  | { name: 'none'; known: null }
  | { name: 'asking'; known: Estimate | null }
  | { name: 'known'; known: Estimate }
  | { name: 'failed'; known: null; error: PlainError };

export class RunEstimate {
  phase = $state.raw<EstimatePhase>({ name: 'none', known: null });

  readonly #session: SessionSource;
  readonly #questions = new Latest<Estimate>();

  constructor(session: SessionSource) {
    this.#session = session;
  }

  ask(request: RunRequest): void {
    this.phase = { name: 'asking', known: this.phase.known };
    const work = async (): Promise<Estimate> => (await this.#session()).estimate(request);
    this.#questions.ask(work, (outcome) => {
      this.phase =
        'value' in outcome
          ? { name: 'known', known: outcome.value }
          : { name: 'failed', known: null, error: toPlainError(outcome.error) };
    });
  }

  forget(): void {
    this.#questions.forget();
    this.phase = { name: 'none', known: null };
  }
}
