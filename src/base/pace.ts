/** Long synchronous work in slices: between two of them progress is told, messages get through and a cancel is noticed. */
import { type Control, yieldToEvents } from './abort.ts';

const sliceMs = 40;

export class TimeSlices {
  readonly #control: Control;
  #sliceEnd = performance.now() + sliceMs;

  constructor(control: Control = {}) {
    this.#control = control;
  }

  /** Whether a slice is over: to be asked every few milliseconds. */
  due(): boolean {
    return performance.now() >= this.#sliceEnd;
  }

  /** @throws DOMException AbortError. */
  async pause(done: number, total: number): Promise<void> {
    this.#control.progress?.(done, total);
    await yieldToEvents();
    this.#control.signal?.throwIfAborted();
    this.#sliceEnd = performance.now() + sliceMs;
  }
}
