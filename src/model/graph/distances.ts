/**
 * What architectures with relative positions share: classes of distances, what is said of each class a distance from
 * query to key, and scores by distance turned into scores by key. T is the padded length.
 */
import { fromPooled, graphInput, sizesFeed, type GraphInput } from '../batch.ts';
import type { Blocks } from './blocks.ts';
import { mask } from './inputs.ts';
import type { StandardInputs } from './standard-inputs.ts';

/** A whole number for each distance; those beyond the farthest have that of the farthest on their side. */
export interface DistanceClasses {
  farthest: number;
  of(distance: number): number;
}

/**
 * The buckets of T5 (Raffel et al. 2020), key − query: near distances each have their own, far ones share by logarithm, half
 * of them for keys that follow the query; in float32 as transformers rounds.
 */
export function distanceBuckets(count: number, farthest: number): DistanceClasses {
  const half = Math.floor(count / 2);
  const exact = Math.floor(half / 2);
  const { fround, log } = Math;
  return {
    farthest,
    of(distance) {
      const side = distance > 0 ? half : 0;
      const size = Math.abs(distance);
      if (size < exact) return side + size;
      const share = fround(fround(log(fround(size / exact))) / fround(log(farthest / exact)));
      return side + Math.min(half - 1, exact + Math.floor(fround(share * (half - exact))));
    },
  };
}

/** A vector of one number a head for each class of distance, added to the attention scores. */
export interface DistanceBias {
  table: string;
  classes: number;
  /** The class of the distance from each query to each key, and from the pooled token to each key. */
  all: GraphInput;
  pooled: GraphInput;
}

/** What is added to the scores of all tokens, or of the pooled ones `alone`, [1 or rows, heads, asking, T], with the mask. */
export function writeDistanceBias(
  blocks: Blocks,
  { table, classes, all, pooled }: DistanceBias,
  alone: boolean,
): string {
  const { graph, config } = blocks;
  const vectors = graph.weight(table, [classes, config.heads]);
  const found = graph.node('Gather', [vectors, blocks.input(alone ? pooled : all)]);
  const byHead = graph.node('Transpose', [found], { perm: { ints: [0, 3, 1, 2] } });
  return graph.node('Add', [byHead, blocks.input(mask)]);
}

/** The classes of key − query: [1, T, T] for all queries, [rows, 1, T] for the pooled token of each row. */
export function classInputs(classes: DistanceClasses): { all: GraphInput; pooled: GraphInput } {
  const all = graphInput(
    'buckets',
    'int32',
    [1, 'length', 'length'],
    ({ length }) => {
      const all = new Int32Array(length * length);
      for (let i = 0; i < all.length; i += 1) all[i] = classes.of((i % length) - Math.floor(i / length));
      return { data: all, dims: [1, length, length] };
    },
    (given) => writeClasses(given, given.distances(), classes),
  );
  const pooled = graphInput(
    'pooledBuckets',
    'int32',
    ['rows', 1, 'length'],
    (batch) => fromPooled(batch, (key, query) => classes.of(key - query), 1),
    (given) => {
      const distances = given.graph.node('Unsqueeze', [given.readDistances(), given.graph.integers([1])]);
      return writeClasses(given, distances, classes);
    },
  );
  return { all, pooled };
}

/** The class of each distance. @param distances int64 of any shape */
export function writeClasses({ graph }: StandardInputs, distances: string, { farthest, of }: DistanceClasses): string {
  const table = graph.integers(Array.from({ length: 2 * farthest + 1 }, (_, index) => of(index - farthest)));
  const near = graph.node('Min', [
    graph.node('Max', [distances, graph.integers([-farthest])]),
    graph.integers([farthest]),
  ]);
  return graph.node('Gather', [table, graph.node('Add', [near, graph.integers([farthest])])]);
}

/** rows, heads, 2T, T: the first reshape of the relative shift. */
const shiftOut = (heads: number) =>
  graphInput(
    'shiftOut',
    'int64',
    [4],
    ({ rows, length }) => sizesFeed(rows, heads, 2 * length, length),
    (given) => given.list(given.rows(), heads, twice(given), given.length()),
  );

/** rows, heads, T, 2T − 1: the second. */
const shiftBack = (heads: number) =>
  graphInput(
    'shiftBack',
    'int64',
    [4],
    ({ rows, length }) => sizesFeed(rows, heads, length, 2 * length - 1),
    (given) => {
      const less = given.graph.node('Sub', [twice(given), given.graph.integers([1])]);
      return given.list(given.rows(), heads, given.length(), less);
    },
  );

function twice(given: StandardInputs): string {
  return given.graph.node('Mul', [given.length(), given.graph.integers([2])]);
}

/** T */
const length = graphInput(
  'length',
  'int64',
  [1],
  ({ length }) => sizesFeed(length),
  (given) => given.length(),
);

/**
 * Scores by the distances T, T − 1, …, 1 − T, [rows, heads, T, 2T], to scores by key, [rows, heads, T, T]: row i moves
 * left by T − i, which is what dropping the first T numbers and reading on in rows of 2T − 1 does (Dai et al. 2019,
 * appendix B).
 */
export function shiftToKeys(blocks: Blocks, scores: string): string {
  const { graph, config } = blocks;
  const slice = (from: string, start: number, end: string, axis: number) =>
    graph.node('Slice', [from, graph.integers([start]), end, graph.integers([axis])]);
  const out = graph.node('Reshape', [scores, blocks.input(shiftOut(config.heads))]);
  const back = graph.node('Reshape', [slice(out, 1, graph.integers([2 ** 31 - 1]), 2), blocks.input(shiftBack(config.heads))]);
  return slice(back, 0, blocks.input(length), 3);
}
