/** Progress, cancellation and the pauses in which messages get through, batch by batch. */
import { type Control, yieldToEvents } from '../base/abort.ts';
import { splits } from '../data/scores.ts';
import { usualPasses } from './operations.ts';
import type { ProbeOptions, ProbeParts } from './parts.ts';

/** Counts batches; every 40 ms it lets messages in, so that an abort is seen. */
export class BatchClock {
  readonly #control: Control;
  #total: number;
  #done = 0;
  #yieldedAt = performance.now();

  constructor(total: number, control: Control) {
    this.#total = total;
    this.#control = control;
  }

  async tick(): Promise<void> {
    this.#done += 1;
    this.#control.progress?.(this.#done, Math.max(this.#done, this.#total));
    if (performance.now() - this.#yieldedAt > 40) {
      await yieldToEvents();
      this.#yieldedAt = performance.now();
    }
    this.#control.signal?.throwIfAborted();
  }

  /** Says how many batches are still to come, where that was not known before. */
  protected expect(batches: number): void {
    this.#total = this.#done + batches;
  }
}

/** Of training and scoring, all seeds together; how many epochs a training takes may show only as it goes. */
export class TrainingClock extends BatchClock {
  readonly #batches: { epoch: number; scores: number };
  #seedsAhead: number;
  #passes: number;

  constructor(parts: ProbeParts, options: ProbeOptions, control: Control) {
    const { batchSize, epochs, seeds, patience } = options;
    const [train, dev, test] = splits.map((split) => Math.ceil(parts[split].activations.rows / batchSize));
    const batches = { epoch: patience === undefined ? train : train + dev, scores: train + dev + test };
    const passes = patience === undefined ? epochs : Math.min(epochs, usualPasses);
    super(seeds.length * (passes * batches.epoch + batches.scores), control);
    this.#batches = batches;
    this.#passes = passes;
    this.#seedsAhead = seeds.length - 1;
  }

  /**
   * After each epoch of a training that may stop early.
   * @param epochs of this seed so far.
   * @param left that follow at the least; 0 ends the seed's training, and the next seed's is expected to take as long.
   */
  epochDone(epochs: number, left: number): void {
    const { epoch, scores } = this.#batches;
    const own = left === 0 ? 0 : Math.max(left, this.#passes - epochs);
    if (left === 0) this.#passes = epochs;
    this.expect(own * epoch + scores + this.#seedsAhead * (this.#passes * epoch + scores));
    if (left === 0) this.#seedsAhead -= 1;
  }
}
