/**
 * Work that is asked for more often than it can be done: never two at once, requests in between fold into one, and only
 * the newest answer is delivered. Nothing is aborted, for an abort would end the worker that others wait for.
 */

type Deliver<T> = (outcome: { value: T } | { error: unknown }) => void;

export class Latest<T> {
  #pending: (() => Promise<T>) | null = null;
  #deliver: Deliver<T> | null = null;
  #busy = false;

  /** Runs `work` now or after the present one; `deliver` hears only of the newest. */
  ask(work: () => Promise<T>, deliver: Deliver<T>): void {
    this.#pending = work;
    this.#deliver = deliver;
    if (!this.#busy) void this.#drain();
  }

  /** Forgets what was asked; a running answer is not delivered. */
  forget(): void {
    this.#pending = null;
    this.#deliver = null;
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#pending) {
      const work = this.#pending;
      const deliver = this.#deliver;
      this.#pending = null;
      const outcome = await work().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      if (deliver && deliver === this.#deliver) deliver(outcome);
    }
    this.#busy = false;
  }
}
