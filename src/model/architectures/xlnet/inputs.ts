/** What XLNet's graph is fed with beside the tokens: distances, segments, and the sizes of the relative shift. */
import { float32, fromPooled, int64, type GraphInput } from '../../batch.ts';
import type { XlnetConfig } from './config.ts';
import { SinusoidTable } from './sinusoids.ts';

/** Keep them as long as the graph: their table grows with the longest batch so far. */
export function xlnetInputs({ hidden, heads, clamp }: XlnetConfig) {
  const sinusoids = new SinusoidTable(hidden, clamp);
  return {
    /** [2T, hidden]: the vectors of the distances T, T − 1, …, 1 − T. */
    distances: {
      name: 'distances',
      type: 'float',
      shape: ['distances', 'hidden'],
      feed: ({ length }) => float32(sinusoids.around(length), 2 * length, hidden),
    },
    /** rows, heads, 2T, T: the first reshape of the relative shift. */
    shiftOut: {
      name: 'shiftOut',
      type: 'int64',
      shape: [4],
      feed: ({ rows, length }) => int64(rows, heads, 2 * length, length),
    },
    /** rows, heads, T, 2T − 1: the second. */
    shiftBack: {
      name: 'shiftBack',
      type: 'int64',
      shape: [4],
      feed: ({ rows, length }) => int64(rows, heads, length, 2 * length - 1),
    },
    ...inputs,
  } satisfies Record<string, GraphInput>;
}

const inputs = {
  /** T */
  length: { name: 'length', type: 'int64', shape: [1], feed: ({ length }) => int64(length) },
  /** [rows, T]: rows of `distances` from the pooled token to each key. */
  pooledDistances: {
    name: 'pooledDistances',
    type: 'int32',
    shape: ['rows', 'length'],
    feed: (batch) => fromPooled(batch, (key, query) => batch.length - query + key),
  },
  /** [rows, 1, T, T]: 1 where query and key are of different segments, else 0. */
  segments: {
    name: 'segments',
    type: 'float',
    shape: ['rows', 1, 'length', 'length'],
    feed({ rows, length, typeIds }) {
      const all = new Float32Array(rows * length * length);
      for (let query = 0; query < rows * length; query += 1) {
        const row = query - (query % length);
        for (let key = 0; key < length; key += 1) {
          if (typeIds[row + key] !== typeIds[query]) all[query * length + key] = 1;
        }
      }
      return float32(all, rows, 1, length, length);
    },
  },
  /** [rows, 1, 1, T]: the same from the pooled token. */
  pooledSegments: {
    name: 'pooledSegments',
    type: 'float',
    shape: ['rows', 1, 1, 'length'],
    feed({ rows, length, typeIds, pooled }) {
      const other = (index: number) => typeIds[index] !== typeIds[pooled[Math.floor(index / length)]];
      const all = Float32Array.from({ length: rows * length }, (_, index) => (other(index) ? 1 : 0));
      return float32(all, rows, 1, 1, length);
    },
  },
} satisfies Record<string, GraphInput>;
