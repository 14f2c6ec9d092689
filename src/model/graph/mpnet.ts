/** MPNet (Song et al. 2020): RoBERTa's positions, no segments, and one bias by distance that all layers share. */
import { bertShaped } from './bert-shaped.ts';
import { mpnetBuckets } from './mpnet-buckets.ts';

export const mpnet = bertShaped({
  relative: { table: 'encoder.relative_attention_bias.weight', buckets: mpnetBuckets },
  names(layer) {
    const name = `encoder.layer.${layer}`;
    return {
      query: `${name}.attention.attn.q`,
      key: `${name}.attention.attn.k`,
      value: `${name}.attention.attn.v`,
      output: `${name}.attention.attn.o`,
      outputNorm: `${name}.attention.LayerNorm`,
      wide: `${name}.intermediate.dense`,
      narrow: `${name}.output.dense`,
      norm: `${name}.output.LayerNorm`,
    };
  },
});
