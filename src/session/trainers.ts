/** Probe trainers in workers of their own, so that several train at once; a worker that is free serves the next one. */
import { WinnowError } from '../base/errors.ts';
import type { ProbeSpec, ProbeTrainer } from '../compute/device.ts';
import address from '../../workers/trainer.worker.ts?worker&url';
import { apart, type Apart } from './apart.ts';
import type { ServedTrainer } from './trainer-served.ts';
import { workerScript } from './worker-script.ts';

export class Trainers {
  readonly #all: Apart<ServedTrainer>[] = [];
  readonly #free: Apart<ServedTrainer>[] = [];

  /** Workers that wait for a trainer. */
  get free(): number {
    return this.#free.length;
  }

  /** Every call of it rejects with `worker-crashed` once its worker died. */
  open(spec: ProbeSpec): ProbeTrainer {
    const worker = this.#free.pop() ?? this.#start();
    const opening = worker.call((served) => served.open(spec));
    // Whoever uses the trainer hears of it.
    opening.catch(() => undefined);
    const call: typeof worker.call = async (ask) => {
      await opening;
      return worker.call(ask);
    };
    return {
      step: (data, labels, rows) => call((served) => served.step(data, labels, rows)),
      takeLosses: () => call((served) => served.takeLosses()),
      scores: (data, rows) => call((served) => served.scores(data, rows)),
      weights: () => call((served) => served.weights()),
      dispose: () => {
        call((served) => served.dispose()).then(
          () => this.#free.push(worker),
          () => worker.end(crashed('')),
        );
      },
    };
  }

  /** Gives the workers' memory back. */
  close(): void {
    for (const worker of this.#all.splice(0)) {
      worker.end(new WinnowError('cancelled', 'The run has ended.', 'Start it again.'));
    }
    this.#free.length = 0;
  }

  #start(): Apart<ServedTrainer> {
    const worker = new Worker(workerScript(address), { type: 'module', name: 'trainer' });
    const started = apart<ServedTrainer>(worker, crashed);
    this.#all.push(started);
    return started;
  }
}

function crashed(detail: string): WinnowError {
  const message = `A worker that trains probes stopped unexpectedly${detail ? ` (${detail})` : ''}.`;
  return new WinnowError('worker-crashed', message, 'Try again with fewer threads: each one needs memory.');
}
