/** MPNet (Song et al. 2020): RoBERTa's positions, no segments, and one bias by distance that all layers share. */
import { fromPooled, graphInput } from '../batch.ts';
import { bertShaped } from '../graph/bert-shaped.ts';
import type { StandardInputs } from '../graph/standard-inputs.ts';
import { ownHead, taskHeads } from '../heads.ts';
import { bertNames, bertShape, bertVocabulary, readBertSizes } from './bert.ts';
import { placedAfter, robertaVocabulary } from './roberta.ts';

/** Half of them for keys that follow the query; transformers computes with 32 whatever the config says. */
const bucketCount = 32;
const farthest = 128;
/** Written into MPNetEmbeddings of transformers, whatever the config says. */
const padding = 1;

/** [1, T, T]: the class of the distance from query to key. */
const buckets = graphInput(
  'buckets',
  'int32',
  [1, 'length', 'length'],
  ({ length }) => {
    const all = new Int32Array(length * length);
    for (let i = 0; i < all.length; i += 1) all[i] = mpnetBucket((i % length) - Math.floor(i / length));
    return { data: all, dims: [1, length, length] };
  },
  (given) => writeBuckets(given, given.distances()),
);

/** [rows, 1, T]: the same from the pooled token. */
const pooledBuckets = graphInput(
  'pooledBuckets',
  'int32',
  ['rows', 1, 'length'],
  (batch) => fromPooled(batch, (key, query) => mpnetBucket(key - query), 1),
  (given) => writeBuckets(given, given.graph.node('Unsqueeze', [given.readDistances(), given.graph.integers([1])])),
);

/** All distances beyond the farthest are of one class. */
function writeBuckets({ graph }: StandardInputs, distances: string): string {
  const table = graph.integers(Array.from({ length: 2 * farthest + 1 }, (_, index) => mpnetBucket(index - farthest)));
  const near = graph.node('Min', [
    graph.node('Max', [distances, graph.integers([-farthest])]),
    graph.integers([farthest]),
  ]);
  return graph.node('Gather', [table, graph.node('Add', [near, graph.integers([farthest])])]);
}

export const mpnet = bertShaped({
  ...bertShape,
  types: ['mpnet'],
  heads: taskHeads('MPNet', 'mpnet', ownHead),
  vocabulary: {
    kind: 'vocab.txt',
    tokens: { ...robertaVocabulary.tokens, unk_token: bertVocabulary.tokens.unk_token },
    template: robertaVocabulary.template,
    maskStrips: true,
  },
  firstPosition: () => padding + 1,
  read(fields) {
    fields.mustBe('relative_attention_num_buckets', bucketCount);
    return placedAfter(padding, fields, readBertSizes(fields));
  },
  relative: {
    table: 'encoder.relative_attention_bias.weight',
    classes: bucketCount,
    all: buckets,
    pooled: pooledBuckets,
  },
  names(layer) {
    const name = `encoder.layer.${layer}.attention`;
    return {
      ...bertNames(layer),
      query: `${name}.attn.q`,
      key: `${name}.attn.k`,
      value: `${name}.attn.v`,
      output: `${name}.attn.o`,
      outputNorm: `${name}.LayerNorm`,
    };
  },
});

/**
 * The class of a distance, key − query: near ones each have their own, far ones share by logarithm, in float32 as
 * `MPNetEncoder.relative_position_bucket` of transformers.
 */
export function mpnetBucket(distance: number): number {
  const half = bucketCount / 2;
  const exact = half / 2;
  const side = distance > 0 ? half : 0;
  const size = Math.abs(distance);
  if (size < exact) return side + size;
  const share = Math.fround(Math.fround(Math.log(size / exact)) / Math.fround(Math.log(farthest / exact)));
  return side + Math.min(half - 1, exact + Math.floor(Math.fround(share * exact)));
}
