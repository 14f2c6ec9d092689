/**
 * The Mersenne Twister, drawn from in the ways numpy's legacy RandomState and PyTorch's CPU generator draw, so that a
 * seed here gives the very numbers it gives there. Whole numbers are 32-bit, uniforms are float32. Not for secrets.
 */

const stateWords = 624;
const shiftWords = 397;

/** MT19937 seeded by one number (`init_genrand`): numpy's `RandomState(seed)` and, modulo 2³², `torch.manual_seed(seed)`. */
export class Mt19937 {
  readonly #state = new Uint32Array(stateWords);
  #next = stateWords;

  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`A seed is a whole number from 0, not ${seed}.`);
    const state = this.#state;
    state[0] = seed % 2 ** 32;
    for (let i = 1; i < stateWords; i++) {
      const previous = state[i - 1] ^ (state[i - 1] >>> 30);
      state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** The next 32 bits, 0 … 2³² − 1. */
  uint32(): number {
    if (this.#next === stateWords) this.#refill();
    let y = this.#state[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** A whole number from 0 to `max` inclusive (max < 2³²), by numpy's `random_interval`: masked draws until one fits. */
  interval(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    for (;;) {
      const value = (this.uint32() & mask) >>> 0;
      if (value <= max) return value;
    }
  }

  /** Shuffles in place, as `RandomState.shuffle` does. */
  shuffle(values: { length: number; [index: number]: number }): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.interval(i);
      [values[i], values[j]] = [values[j], values[i]];
    }
  }

  /** One of the values, as `RandomState.choice(values)` draws it. */
  choice<T>(values: ArrayLike<T>): T {
    if (values.length === 0) throw new RangeError('There is nothing to choose from.');
    return values[this.interval(values.length - 1)];
  }

  /**
   * Fills `out` with float32 uniforms in [from, to), as `torch.Tensor.uniform_` does on the CPU: 24 random bits, then one
   * fused multiply-add. All terms fit a double exactly, so the one rounding of `fround` is that of the fused operation.
   */
  uniform(out: Float32Array, from: number, to: number): void {
    const low = Math.fround(from);
    const width = Math.fround(Math.fround(to) - low);
    for (let i = 0; i < out.length; i++) out[i] = ((this.uint32() & 0xffffff) / 2 ** 24) * width + low;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < stateWords; i++) {
      const bits = (state[i] & 0x80000000) | (state[(i + 1) % stateWords] & 0x7fffffff);
      const twist = bits & 1 ? 0x9908b0df : 0;
      state[i] = state[(i + shiftWords) % stateWords] ^ (bits >>> 1) ^ twist;
    }
    this.#next = 0;
  }
}

/** `idx = numpy.arange(n); numpy.random.RandomState(seed).shuffle(idx)`. */
export function numpyShuffle(seed: number, n: number): Int32Array<ArrayBuffer> {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  new Mt19937(seed).shuffle(order);
  return order;
}

/**
 * Where a probe starts: `torch.manual_seed(seed); torch.nn.Linear(features, outputs)`, bit for bit.
 * @returns weights [outputs, features] row by row, and bias [outputs].
 */
export function linearStart(
  seed: number,
  features: number,
  outputs: number,
): { weights: Float32Array<ArrayBuffer>; bias: Float32Array<ArrayBuffer> } {
  const random = new Mt19937(seed);
  const weights = new Float32Array(outputs * features);
  const bias = new Float32Array(outputs);
  // kaiming_uniform_(a = √5) in PyTorch's own order of operations; it is 1/√F up to the last bits.
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  const weightBound = Math.sqrt(3) * (gain / Math.sqrt(features));
  const biasBound = 1 / Math.sqrt(features);
  random.uniform(weights, -weightBound, weightBound);
  random.uniform(bias, -biasBound, biasBound);
  return { weights, bias };
}
