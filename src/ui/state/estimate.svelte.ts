/**
 * What a run would take, asked anew whenever files or options change; the old figures stay until the new ones are there.
 * How fast this machine is with the files at hand is measured once, in a worker of its own, and the estimate then asked
 * again; other files, another device or a run stop the measuring.
 */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { Rates } from '../../run/stage.ts';
import type { Estimate, RunRequest } from '../../session/contract.ts';
import { Latest } from './latest.ts';
import type { SessionSource } from './session.ts';

export type EstimatePhase =
  | { name: 'none'; known: null }
  | { name: 'asking'; known: Estimate | null }
  | { name: 'known'; known: Estimate }
  | { name: 'failed'; known: null; error: PlainError };

interface Measuring {
  identity: string;
  controller: AbortController;
  /** The newest that it holds for. */
  request: RunRequest;
}

export class RunEstimate {
  phase = $state.raw<EstimatePhase>({ name: 'none', known: null });
  /** Whether the machine is being measured: the time is not known before. */
  measuring = $state.raw(false);

  readonly #session: SessionSource;
  readonly #questions = new Latest<Estimate>();
  /** What was measured, by what it holds for. */
  readonly #rates = new Map<string, Rates>();
  #under: Measuring | null = null;

  constructor(session: SessionSource) {
    this.#session = session;
  }

  ask(request: RunRequest): void {
    this.#measure(request);
    this.#ask(request);
  }

  /** What was measured for a request; empty where nothing was. */
  ratesOf(request: RunRequest): Pick<RunRequest, 'rates'> {
    const rates = this.#rates.get(identityOf(request));
    return rates ? { rates } : {};
  }

  /** Ends the measuring. */
  stop(): void {
    this.#under?.controller.abort();
    this.#under = null;
    this.measuring = false;
  }

  forget(): void {
    this.stop();
    this.#questions.forget();
    this.phase = { name: 'none', known: null };
  }

  #ask(request: RunRequest): void {
    this.phase = { name: 'asking', known: this.phase.known };
    const known = { ...request, ...this.ratesOf(request) };
    const work = async (): Promise<Estimate> => (await this.#session()).estimate(known);
    this.#questions.ask(work, (outcome) => {
      this.phase =
        'value' in outcome
          ? { name: 'known', known: outcome.value }
          : { name: 'failed', known: null, error: toPlainError(outcome.error) };
    });
  }

  #measure(request: RunRequest): void {
    const identity = identityOf(request);
    if (this.#under?.identity === identity) {
      this.#under.request = request;
      return;
    }
    this.stop();
    if (this.#rates.has(identity)) return;
    this.#under = { identity, request, controller: new AbortController() };
    this.measuring = true;
    void this.#finish(this.#under);
  }

  async #finish(under: Measuring): Promise<void> {
    const { signal } = under.controller;
    // Without rates the usual ones stand in; what hinders the measuring, the run says itself.
    const rates = await this.#session()
      .then((session) => session.measure(under.request, signal))
      .catch(() => null);
    if (signal.aborted) return;
    this.#under = null;
    this.measuring = false;
    if (rates === null) return;
    this.#rates.set(under.identity, rates);
    this.#ask(under.request);
  }
}

/** What rates hold for: files and the place where they run. */
function identityOf({ files, corrections, options }: RunRequest): string {
  const { device, threads, maxLength, pooling, aggregation } = options;
  const facts = files.map(({ path, file }) => [path, file.size, file.lastModified]);
  return JSON.stringify([facts, corrections, device, threads, maxLength, pooling, aggregation]);
}
