/**
 * When a probe's training ends (protocols.md §2): after all epochs, or after `patience` epochs in which the dev loss has not
 * fallen by enough; then its weights are those of the last epoch in which it had. Probes that train together end one by one.
 */
import type { ProbeOptions } from './parts.ts';

/** The most steps and epochs of a training that may stop early. */
const mostSteps = 20_000;
const mostEpochs = 100;

/** Epochs without a better one after which training ends. */
export const stoppingPatience = 3;

/** An epoch is better than the best one if its dev loss is lower by more than this share. */
const leastFall = 0.003;

/** How many epochs a training that may stop early can take on so many rows. */
export function epochLimit(rows: number, batchSize: number): number {
  const steps = Math.max(1, Math.ceil(rows / batchSize));
  return Math.max(1, Math.min(mostEpochs, Math.floor(mostSteps / steps)));
}

/** The losses of one probe by epoch. */
export interface LossCurve {
  /** Mean over the batches of an epoch, with the penalties. */
  train: number[];
  /** After each epoch, without penalties; empty where training does not stop early. */
  dev: number[];
  /** The epoch whose weights the probe has, from 1. */
  best: number;
}

export class StoppingRule {
  readonly curves: LossCurve[];
  /** Done so far. */
  epochs = 0;
  readonly #patience: number;
  readonly #most: number;

  /** @param options how many epochs there are at most; with a patience, probes may end before. */
  constructor(probes: number, { epochs, patience }: Pick<ProbeOptions, 'epochs' | 'patience'>) {
    this.curves = Array.from({ length: probes }, () => ({ train: [], dev: [], best: 0 }));
    this.#patience = patience ?? Infinity;
    this.#most = epochs;
  }

  /**
   * Takes the losses of an epoch, one a probe of `probes`; those of a probe that has ended do not count.
   * @param dev null: training does not stop early, and every epoch is better than the last.
   * @returns the probes that have not been better before.
   */
  take(probes: readonly number[], train: Float64Array, dev: Float64Array | null): number[] {
    const better = probes.filter((probe, i) => !this.hasEnded(probe) && this.#add(probe, train[i], dev?.[i]));
    this.epochs += 1;
    return dev || this.isOver ? better : [];
  }

  /** Whether a probe trains no more. */
  hasEnded(probe: number): boolean {
    return this.#left(probe) === 0;
  }

  /** Epochs that follow at the least, if nothing gets better; 0: training is over. */
  get epochsLeft(): number {
    return Math.max(0, ...this.curves.map((_, probe) => this.#left(probe)));
  }

  get isOver(): boolean {
    return this.epochsLeft === 0;
  }

  /** Probes whose best epoch is the last one that is allowed. */
  get limited(): number {
    return this.curves.filter(({ dev, best }) => dev.length > 0 && best === this.#most).length;
  }

  #left(probe: number): number {
    const { train, best } = this.curves[probe];
    return Math.min(this.#most - train.length, Math.max(0, this.#patience - (train.length - best)));
  }

  #add(probe: number, train: number, dev: number | undefined): boolean {
    const curve = this.curves[probe];
    const isBetter = dev === undefined || curve.best === 0 || dev < (1 - leastFall) * curve.dev[curve.best - 1];
    curve.train.push(train);
    if (dev !== undefined) curve.dev.push(dev);
    if (isBetter) curve.best = curve.train.length;
    return isBetter;
  }
}
