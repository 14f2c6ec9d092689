/**
 * Stands between tfjs and everyone who reads its numbers. tfjs neither looks at lost devices nor at failed allocations
 * (a tensor over the limit becomes zeros without an error), so sizes are checked before and failures after every piece of work.
 */
import * as tf from '@tensorflow/tfjs';
import { WinnowError } from '../../base/errors.ts';

function tooLarge(bytes: number, limit: number): WinnowError {
  const message = `One tensor of this run needs ${mib(bytes)}, more than the ${mib(limit)} there are.`;
  return new WinnowError('out-of-memory', message, 'Use fewer rows or a smaller model, or choose the other device.');
}

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/** A guard for one registered tfjs backend. */
export class BackendGuard {
  readonly #backend: string;
  readonly #limitBytes: number;
  #failure: WinnowError | null = null;

  constructor(backend: string, limitBytes: number) {
    this.#backend = backend;
    this.#limitBytes = limitBytes;
  }

  /** The first failure wins; from now on every piece of work throws it. */
  fail(error: WinnowError): void {
    this.#failure ??= error;
  }

  /** Before work: this backend becomes the active one; `bytes` is the largest single tensor of the work. */
  enter(bytes: number): void {
    this.#check();
    if (bytes > this.#limitBytes) throw tooLarge(bytes, this.#limitBytes);
    if (tf.getBackend() !== this.#backend) void tf.setBackend(this.#backend);
  }

  /** Waits for numbers from the backend and gives them only if nothing has failed until then. */
  async settle<T>(numbers: Promise<T>): Promise<T> {
    try {
      const values = await numbers;
      this.#check();
      return values;
    } catch (cause) {
      // A read from a lost device ends in an AbortError, which would look like a wish of the user.
      this.#check();
      const message = `The device failed (${cause instanceof Error ? cause.message : String(cause)}).`;
      throw new WinnowError('device-lost', message, 'Run again; if it happens again, choose WebAssembly.', cause);
    }
  }

  #check(): void {
    if (this.#failure) throw this.#failure;
  }
}
