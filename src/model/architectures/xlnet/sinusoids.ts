/**
 * XLNet's vectors of distances: sines, then cosines, of the distance at hidden / 2 frequencies (Vaswani et al. 2017). In
 * float32 at every step, as PyTorch rounds: at a distance of hundreds the sine feels the last bit of its argument.
 */
const { fround } = Math;

export class SinusoidTable {
  private readonly hidden: number;
  private readonly clamp: number;
  private readonly frequencies: Float32Array;
  private length = 0;
  private vectors = new Float32Array(0);

  /** @param clamp greatest distance that is told apart, null for all */
  constructor(hidden: number, clamp: number | null) {
    this.hidden = hidden;
    this.clamp = clamp ?? Infinity;
    this.frequencies = Float32Array.from({ length: Math.ceil(hidden / 2) }, (_, index) => {
      return 1 / fround(10_000 ** fround((2 * index) / hidden));
    });
  }

  /** The vectors of the distances length, length − 1, …, 1 − length: [2 × length, hidden]. Valid until the next call. */
  around(length: number): Float32Array<ArrayBuffer> {
    if (length > this.length) this.grow(length);
    const first = (this.length - length) * this.hidden;
    return this.vectors.subarray(first, first + 2 * length * this.hidden);
  }

  private grow(length: number): void {
    const { hidden, clamp, frequencies } = this;
    this.length = length;
    this.vectors = new Float32Array(2 * length * hidden);
    for (let row = 0; row < 2 * length; row += 1) {
      const distance = Math.max(-clamp, Math.min(clamp, length - row));
      for (let index = 0; index < frequencies.length; index += 1) {
        const angle = fround(distance * frequencies[index]);
        this.vectors[row * hidden + index] = Math.sin(angle);
        this.vectors[row * hidden + frequencies.length + index] = Math.cos(angle);
      }
    }
  }
}
