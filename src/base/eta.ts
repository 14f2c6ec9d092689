/**
 * How fast long work goes and how long it still takes, from (done, total) samples, and a gate that lets at most ten
 * reports a second through. Work that was kept from before is not counted into the rate: the first sample is the zero.
 */

export interface ProgressRate {
  /** Units a second; null until there is enough to say. */
  rate: number | null;
  secondsLeft: number | null;
}

/** Before this much time has been seen, a rate would be a guess. */
const settleMs = 2000;
/**
 * The rate is that of about the last quarter of a minute, or of the last half of the work where that is longer: work that
 * counts in large or uneven pieces would seem to stand still between two of them.
 */
const leastMemoryMs = 15_000;
const memoryShare = 0.5;
const unknown: ProgressRate = { rate: null, secondsLeft: null };

export class Eta {
  readonly #now: () => number;
  #startedAt: number | null = null;
  #at = 0;
  #done = 0;
  /** Units and milliseconds of the recent past, both fading at the same pace. */
  #units = 0;
  #spanMs = 0;

  /** @param now a clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes one sample and says the pace so far. Work that starts again from less than before starts the clock anew. */
  sample(done: number, total: number): ProgressRate {
    const now = this.#now();
    if (this.#startedAt === null || done < this.#done) {
      this.#startedAt = now;
      this.#units = 0;
      this.#spanMs = 0;
    } else {
      const elapsedMs = now - this.#at;
      const fade = Math.exp(-elapsedMs / Math.max(leastMemoryMs, memoryShare * (now - this.#startedAt)));
      this.#units = this.#units * fade + (done - this.#done);
      this.#spanMs = this.#spanMs * fade + elapsedMs;
    }
    this.#at = now;
    this.#done = done;
    const rate = (this.#units / this.#spanMs) * 1000;
    if (done >= total && this.#spanMs > 0) return { rate, secondsLeft: 0 };
    if (now - this.#startedAt < settleMs || this.#units <= 0) return unknown;
    return { rate, secondsLeft: (total - done) / rate };
  }
}

/** Lets at most one value per interval through to `deliver`; the last one pushed always arrives. */
export function throttle<T>(deliver: (value: T) => void, intervalMs = 100) {
  let waiting: { value: T } | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function send(value: T): void {
    timer = setTimeout(release, intervalMs);
    deliver(value);
  }
  function release(): void {
    timer = null;
    if (waiting === null) return;
    const { value } = waiting;
    waiting = null;
    send(value);
  }
  return {
    /** Delivers the value now, or keeps it until the interval is over; a newer value replaces one that waits. */
    push(value: T): void {
      if (timer === null) send(value);
      else waiting = { value };
    },
    /** Delivers a waiting value at once. */
    flush(): void {
      if (timer === null) return;
      clearTimeout(timer);
      release();
    },
  };
}
