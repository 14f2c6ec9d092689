/** Probe trainers in workers of their own, so that several train at once; a worker that is free serves the next one. */
import { WinnowError } from '../../base/errors.ts';
import type { ProbeSpec } from '../../compute/device.ts';
import type { TrainerApart } from '../../compute/threads.ts';
import address from '../../../workers/trainer.worker.ts?worker&url';
import { apart, runEnded, type Apart } from './apart.ts';
import type { ServedTrainer } from './trainer-served.ts';
import { workerScript } from './worker-script.ts';

export class Trainers {
  readonly #all: Apart<ServedTrainer>[] = [];
  readonly #free: Apart<ServedTrainer>[] = [];

  /** @param start makes a worker that serves trainers. */
  constructor(private readonly start = startWorker()) {}

  /** Workers that were started. */
  get size(): number {
    return this.#all.length;
  }

  /** Every call of it rejects with `worker-crashed` once its worker died. */
  open(spec: ProbeSpec): TrainerApart {
    const free = this.#free.pop();
    const worker = free?.alive ? free : this.#add();
    const opening = worker.call((served) => served.open(spec));
    // Whoever uses the trainer hears of it.
    opening.catch(() => undefined);
    let disposed = false;
    const call: typeof worker.call = async (ask) => {
      await opening;
      // Its worker may serve another trainer by now.
      if (disposed) throw runEnded();
      return worker.call(ask);
    };
    return {
      steps: (group) => call((served) => served.steps(group)),
      takeLosses: () => call((served) => served.takeLosses()),
      scores: (data, rows) => call((served) => served.scores(data, rows)),
      weights: () => call((served) => served.weights()),
      adam: () => call((served) => served.adam()),
      dispose: () => {
        if (disposed || !worker.alive) return;
        disposed = true;
        // Sent at once, so that it comes before the next trainer is opened there.
        worker.call((served) => served.dispose()).catch(() => undefined);
        this.#free.push(worker);
      },
    };
  }

  /** Gives the workers' memory back. */
  close(): void {
    for (const worker of this.#all.splice(0)) worker.end(runEnded());
    this.#free.length = 0;
  }

  #add(): Apart<ServedTrainer> {
    const started = apart<ServedTrainer>(this.start(), crashed);
    this.#all.push(started);
    return started;
  }
}

function startWorker(): () => Worker {
  let script: string | null = null;
  return () => new Worker((script ??= workerScript(address)), { type: 'module', name: 'trainer' });
}

function crashed(detail: string): WinnowError {
  const message = `A worker that trains probes stopped unexpectedly${detail ? ` (${detail})` : ''}.`;
  return new WinnowError('worker-crashed', message, 'Try again with fewer threads: each one needs memory.');
}
