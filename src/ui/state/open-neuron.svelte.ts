/**
 * The neuron whose card is open, and its rows, read by the worker that holds the run. One neuron is read at a time and none
 * is aborted, for that would end the worker; of those that come meanwhile the newest waits. Texts stay in this memory.
 */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { NeuronDetails, NeuronQuestion } from '../../session/contract.ts';
import type { Navigation } from './navigation.svelte.ts';
import { linkOfNeuron } from './neuron-link.ts';
import type { OpenResults } from './open-results.svelte.ts';
import type { SessionSource } from './session.ts';

export interface OpenedNeuron {
  /** The result's. */
  id: string;
  /** Layer × hidden + index. */
  neuron: number;
  /** Neurons before and after it where it was opened; null: by number. */
  order: ArrayLike<number> | null;
}

export type DetailsPhase =
  { name: 'reading' } | { name: 'read'; details: NeuronDetails } | { name: 'failed'; error: PlainError };

export class OpenNeuron {
  shown = $state.raw<OpenedNeuron | null>(null);
  /** Counts up when the card is to have the focus. */
  calls = $state.raw(0);
  phase = $state.raw<DetailsPhase>({ name: 'reading' });

  readonly #session: SessionSource;
  readonly #navigation: Pick<Navigation, 'drag'>;
  readonly #results: Pick<OpenResults, 'onScreen'>;
  readonly #known = new Map<string, NeuronDetails>();
  #run: string | null = null;
  #opener: HTMLElement | null = null;
  #wanted: NeuronQuestion | null = null;
  #busy = false;

  /** Which one is shown stands in the address. */
  constructor(session: SessionSource, navigation: Pick<Navigation, 'drag'>, results: Pick<OpenResults, 'onScreen'>) {
    this.#session = session;
    this.#navigation = navigation;
    this.#results = results;
  }

  #show(shown: OpenedNeuron | null): void {
    this.shown = shown;
    this.#navigation.drag({ neuron: linkOfNeuron(shown, this.#results.onScreen) });
  }

  /** Opens the card and gives it the focus, which goes back to where it was. */
  open(neuron: OpenedNeuron): void {
    if (this.shown === null && document.activeElement instanceof HTMLElement) this.#opener = document.activeElement;
    this.#show(neuron);
    this.calls += 1;
  }

  /** The open card goes on to another neuron; the focus stays. */
  move(neuron: number): void {
    if (this.shown !== null) this.#show({ ...this.shown, neuron });
  }

  close(): void {
    this.#show(null);
    if (this.#opener?.isConnected === true) this.#opener.focus({ preventScroll: true });
    this.#opener = null;
  }

  /** What is being read is not asked for again. @param run the id of the run that is held. */
  read(run: string, question: NeuronQuestion): void {
    if (run === this.#run && this.#wanted && keyOf(this.#wanted) === keyOf(question)) return;
    if (run !== this.#run) this.#known.clear();
    this.#run = run;
    const known = this.#known.get(keyOf(question));
    this.#wanted = known ? null : question;
    this.phase = known ? { name: 'read', details: known } : { name: 'reading' };
    if (!known && !this.#busy) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#wanted) {
      const question = this.#wanted;
      const run = this.#run;
      try {
        const details = await (await this.#session()).neuron(question);
        if (this.#run === run) this.#known.set(keyOf(question), details);
        if (this.#wanted === question) this.phase = { name: 'read', details };
      } catch (error) {
        if (this.#wanted === question) this.phase = { name: 'failed', error: toPlainError(error) };
      }
      if (this.#wanted === question) this.#wanted = null;
    }
    this.#busy = false;
  }
}

function keyOf({ neuron, split }: NeuronQuestion): string {
  return `${split} ${neuron}`;
}

/** The neuron before (−1) or after (1) the shown one; null at the end. */
export function neighbourOf({ neuron, order }: OpenedNeuron, step: 1 | -1, count: number): number | null {
  if (order === null) return neuron + step >= 0 && neuron + step < count ? neuron + step : null;
  const place = Array.prototype.indexOf.call(order, neuron);
  return place < 0 ? null : (order[place + step] ?? null);
}
