/** MPNet (Song et al. 2020): RoBERTa's positions, no segments, and one bias by distance that all layers share. */
import { bertShaped } from '../graph/bert-shaped.ts';
import { classInputs, distanceBuckets } from '../graph/distances.ts';
import { ownHead, taskHeads } from '../heads.ts';
import { bertNames, bertShape, bertVocabulary, readBertSizes } from './bert.ts';
import { placedAfter, robertaVocabulary } from './roberta.ts';

/** Half of them for keys that follow the query; transformers computes with 32 whatever the config says. */
const bucketCount = 32;
const farthest = 128;
/** Written into MPNetEmbeddings of transformers, whatever the config says. */
const padding = 1;

export const mpnetBuckets = distanceBuckets(bucketCount, farthest);

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
    ...classInputs(mpnetBuckets),
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
