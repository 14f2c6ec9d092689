/** What XLNet's graph is fed with beside the tokens: distances, segments, and the sizes of the relative shift. */
import { fromPooled, graphInput, sizesFeed, type GraphInput } from '../../batch.ts';
import type { ModelSizes } from '../../config-fields.ts';
import type { BlockSizes } from '../../graph/blocks.ts';

export interface XlnetConfig extends ModelSizes, BlockSizes {
  /** Greatest distance in tokens that is told apart; null for all. */
  clamp: number | null;
}

/** [2T, hidden]: the vectors of the distances T, T − 1, …, 1 − T. */
export function distances({ hidden, clamp }: XlnetConfig): GraphInput {
  const vectorsOf = sinusoidTable(hidden, clamp);
  return graphInput('distances', 'float32', ['distances', 'hidden'], ({ length }) => ({
    data: vectorsOf(length),
    dims: [2 * length, hidden],
  }));
}

/**
 * The vectors of distances: sines, then cosines, of the distance at hidden / 2 frequencies (Vaswani et al. 2017). In
 * float32 at every step, as PyTorch rounds: at a distance of hundreds the sine feels the last bit of its argument.
 * @param clamp greatest distance that is told apart, null for all
 * @returns a function that gives the vectors of the distances length, length − 1, …, 1 − length, [2 × length, hidden],
 * valid until the next call: its table grows with the greatest length so far.
 */
function sinusoidTable(hidden: number, clamp: number | null): (length: number) => Float32Array<ArrayBuffer> {
  const farthest = clamp ?? Infinity;
  const frequencies = Float32Array.from({ length: Math.ceil(hidden / 2) }, (_, index) => {
    return 1 / Math.fround(10_000 ** Math.fround((2 * index) / hidden));
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
          const angle = Math.fround(distance * frequency);
          vectors[row * hidden + index] = Math.sin(angle);
          vectors[row * hidden + frequencies.length + index] = Math.cos(angle);
        });
      }
    }
    return vectors.subarray((longest - length) * hidden, (longest + length) * hidden);
  };
}

/** rows, heads, 2T, T: the first reshape of the relative shift. */
export const shiftOut = (heads: number) =>
  graphInput('shiftOut', 'int64', [4], ({ rows, length }) => sizesFeed(rows, heads, 2 * length, length));

/** rows, heads, T, 2T − 1: the second. */
export const shiftBack = (heads: number) =>
  graphInput('shiftBack', 'int64', [4], ({ rows, length }) => sizesFeed(rows, heads, length, 2 * length - 1));

/** T */
export const length = graphInput('length', 'int64', [1], ({ length }) => sizesFeed(length));

/** [rows, T]: rows of `distances` from the pooled token to each key. */
export const pooledDistances = graphInput('pooledDistances', 'int32', ['rows', 'length'], (batch) =>
  fromPooled(batch, (key, query) => batch.length - query + key),
);

/** [rows, 1, T, T]: 1 where query and key are of different segments, else 0. */
export const segments = graphInput('segments', 'float32', ['rows', 1, 'length', 'length'], (batch) => {
  const { rows, length, typeIds } = batch;
  const all = new Float32Array(rows * length * length);
  for (let query = 0; query < rows * length; query += 1) {
    const row = query - (query % length);
    for (let key = 0; key < length; key += 1) {
      if (typeIds[row + key] !== typeIds[query]) all[query * length + key] = 1;
    }
  }
  return { data: all, dims: [rows, 1, length, length] };
});

/** [rows, 1, 1, T]: the same from the pooled token. */
export const pooledSegments = graphInput('pooledSegments', 'float32', ['rows', 1, 1, 'length'], (batch) => {
  const { rows, length, typeIds, pooled } = batch;
  const other = (index: number) => typeIds[index] !== typeIds[pooled[Math.floor(index / length)]];
  const all = Float32Array.from({ length: rows * length }, (_, index) => (other(index) ? 1 : 0));
  return { data: all, dims: [rows, 1, 1, length] };
});
