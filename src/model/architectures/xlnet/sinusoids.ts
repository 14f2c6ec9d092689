/**
 * XLNet's vectors of distances: sines, then cosines, of the distance at hidden / 2 frequencies (Vaswani et al. 2017). In
 * float32 at every step, as PyTorch rounds: at a distance of hundreds the sine feels the last bit of its argument.
 */
const { fround } = Math;

/**
 * @param clamp greatest distance that is told apart, null for all
 * @returns a function that gives the vectors of the distances length, length − 1, …, 1 − length, [2 × length, hidden],
 * valid until the next call: its table grows with the greatest length so far.
 */
export function sinusoidTable(hidden: number, clamp: number | null): (length: number) => Float32Array<ArrayBuffer> {
  const farthest = clamp ?? Infinity;
  const frequencies = Float32Array.from({ length: Math.ceil(hidden / 2) }, (_, index) => {
    return 1 / fround(10_000 ** fround((2 * index) / hidden));
  });
  let longest = 0;
  let vectors = new Float32Array(0);
  return (length) => {
    if (length > longest) {
      longest = length;
      vectors = new Float32Array(2 * length * hidden);
      for (let row = 0; row < 2 * length; row += 1) {
        const distance = Math.max(-farthest, Math.min(farthest, length - row));
        frequencies.forEach((frequency, index) => {
          const angle = fround(distance * frequency);
          vectors[row * hidden + index] = Math.sin(angle);
          vectors[row * hidden + frequencies.length + index] = Math.cos(angle);
        });
      }
    }
    return vectors.subarray((longest - length) * hidden, (longest + length) * hidden);
  };
}
