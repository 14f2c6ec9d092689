/** Threads for products of columns, each in a worker of its own that ends with its work. */
import { WinnowError } from '../../base/errors.ts';
import type { ProductThread } from '../../compute/threads.ts';
import address from '../../../workers/products.worker.ts?worker&url';
import { apart, runEnded, type Apart } from './apart.ts';
import type { ServedProducts } from './products-served.ts';
import { workerScript } from './worker-script.ts';

export class ProductWorkers {
  readonly #all = new Set<Apart<ServedProducts>>();
  #script: string | null = null;

  /** Every call of it rejects with `worker-crashed` once its worker died. */
  thread(): ProductThread {
    const script = (this.#script ??= workerScript(address));
    const worker = apart<ServedProducts>(new Worker(script, { type: 'module', name: 'products' }), crashed);
    this.#all.add(worker);
    return {
      open: (spec) => worker.call((served) => served.open(spec)),
      add: (data, rows) => worker.call((served) => served.add(data, rows)),
      close: () => {
        worker.end(runEnded());
        this.#all.delete(worker);
      },
    };
  }

  /** Ends what still works. */
  close(): void {
    this.#all.forEach((worker) => worker.end(runEnded()));
    this.#all.clear();
  }
}

function crashed(detail: string): WinnowError {
  const message = `A worker that multiplies neurons stopped unexpectedly${detail ? ` (${detail})` : ''}.`;
  return new WinnowError('worker-crashed', message, 'Try again with fewer threads: each one needs memory.');
}
