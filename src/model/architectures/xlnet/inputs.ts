/** What XLNet's graph is fed with beside the tokens: distances, segments, and the sizes of the relative shift. */
import { fromPooled, graphInput, type GraphInput } from '../../batch.ts';
import type { ModelSizes } from '../../config-fields.ts';
import type { BlockSizes } from '../../graph/blocks.ts';
import type { StandardInputs } from '../../graph/standard-inputs.ts';

export interface XlnetConfig extends ModelSizes, BlockSizes {
  /** Greatest distance in tokens that is told apart; null for all. */
  clamp: number | null;
}

/** [2T, hidden]: the vectors of the distances T, T − 1, …, 1 − T. */
export function distances({ hidden, clamp }: XlnetConfig): GraphInput {
  const vectorsOf = sinusoidTable(hidden, clamp);
  return graphInput(
    'distances',
    'float32',
    ['distances', 'hidden'],
    ({ length }) => ({ data: vectorsOf(length), dims: [2 * length, hidden] }),
    (given) => writeSinusoids(given, { hidden, clamp }),
  );
}

function writeSinusoids(given: StandardInputs, { hidden, clamp }: Pick<XlnetConfig, 'hidden' | 'clamp'>): string {
  const { graph } = given;
  const length = given.scalar(given.length());
  const [end, step] = [graph.node('Neg', [length]), given.scalar(graph.integers([-1]))];
  const all = given.float32(graph.node('Range', [length, end, step]));
  const farthest = (sign: number) => graph.floats([sign * (clamp ?? 0)]);
  const told = clamp === null ? all : graph.node('Min', [graph.node('Max', [all, farthest(-1)]), farthest(1)]);
  const angles = graph.node('Mul', [
    graph.node('Unsqueeze', [told, graph.integers([1])]),
    graph.floats([...frequenciesOf(hidden)]),
  ]);
  const waves = ['Sin', 'Cos'].map((op) => graph.node(op, [angles]));
  return graph.node('Concat', waves, { axis: { int: 1 } });
}

/** [hidden / 2] */
function frequenciesOf(hidden: number): Float32Array {
  return Float32Array.from({ length: Math.ceil(hidden / 2) }, (_, index) => {
    return 1 / Math.fround(10_000 ** Math.fround((2 * index) / hidden));
  });
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
  const frequencies = frequenciesOf(hidden);
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

/** [rows, T]: rows of `distances` from the pooled token to each key. */
export const pooledDistances = graphInput(
  'pooledDistances',
  'int32',
  ['rows', 'length'],
  (batch) => fromPooled(batch, (key, query) => batch.length - query + key),
  (given) => given.graph.node('Add', [given.readDistances(), given.length()]),
);

/** [rows, 1, T, T]: 1 where query and key are of different segments, else 0. */
export const segments = graphInput(
  'segments',
  'float32',
  ['rows', 1, 'length', 'length'],
  (batch) => {
    const { rows, length, typeIds } = batch;
    const all = new Float32Array(rows * length * length);
    for (let query = 0; query < rows * length; query += 1) {
      const row = query - (query % length);
      for (let key = 0; key < length; key += 1) {
        if (typeIds[row + key] !== typeIds[query]) all[query * length + key] = 1;
      }
    }
    return { data: all, dims: [rows, 1, length, length] };
  },
  (given) => given.graph.once('segments', () => writeSegments(given, given.typeIds())),
);

/** 1 where a key is of another segment than the queries, int64 [rows, queries], else 0. */
function writeSegments(given: StandardInputs, queries: string): string {
  const { graph } = given;
  const query = graph.node('Unsqueeze', [queries, graph.integers([1, 3])]);
  const key = graph.node('Unsqueeze', [given.typeIds(), graph.integers([1, 2])]);
  return given.float32(graph.node('Not', [graph.node('Equal', [query, key])]));
}

/** [rows, 1, 1, T]: the same from the pooled token. */
export const pooledSegments = graphInput(
  'pooledSegments',
  'float32',
  ['rows', 1, 1, 'length'],
  (batch) => {
    const { rows, length, typeIds, pooled } = batch;
    const other = (index: number) => typeIds[index] !== typeIds[pooled[Math.floor(index / length)]];
    const all = Float32Array.from({ length: rows * length }, (_, index) => (other(index) ? 1 : 0));
    return { data: all, dims: [rows, 1, 1, length] };
  },
  (given) =>
    given.graph.once('pooled segments', () => {
      const read = given.graph.node('GatherElements', [given.typeIds(), given.place()], { axis: { int: 1 } });
      return writeSegments(given, read);
    }),
);
