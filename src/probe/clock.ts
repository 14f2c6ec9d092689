/** Progress, cancellation and the pauses in which messages get through, batch by batch. */
import { type Control, yieldToEvents } from '../base/abort.ts';
import { splits } from '../data/scores.ts';
import type { ProbeOptions, ProbeParts } from './parts.ts';

/** Batches that training and scoring take, all seeds together. */
export function batchesOf(parts: ProbeParts, { batchSize, epochs, seeds }: ProbeOptions): number {
  const [train, dev, test] = splits.map((split) => Math.ceil(parts[split].activations.rows / batchSize));
  return seeds.length * ((epochs + 1) * train + dev + test);
}

/** Counts batches; every 40 ms it lets messages in, so that an abort is seen. */
export class BatchClock {
  readonly #control: Control;
  readonly #total: number;
  #done = 0;
  #yieldedAt = performance.now();

  constructor(total: number, control: Control) {
    this.#total = total;
    this.#control = control;
  }

  async tick(): Promise<void> {
    this.#done += 1;
    this.#control.progress?.(this.#done, this.#total);
    if (performance.now() - this.#yieldedAt > 40) {
      await yieldToEvents();
      this.#yieldedAt = performance.now();
    }
    this.#control.signal?.throwIfAborted();
  }
}
