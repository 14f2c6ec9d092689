/** DistilBERT (Sanh et al. 2019): BERT without segments, under names of its own. */
import { bertShaped } from './bert-shaped.ts';

export const distilbert = bertShaped({
  names(layer) {
    const name = `transformer.layer.${layer}`;
    return {
      query: `${name}.attention.q_lin`,
      key: `${name}.attention.k_lin`,
      value: `${name}.attention.v_lin`,
      output: `${name}.attention.out_lin`,
      outputNorm: `${name}.sa_layer_norm`,
      wide: `${name}.ffn.lin1`,
      narrow: `${name}.ffn.lin2`,
      norm: `${name}.output_layer_norm`,
    };
  },
});
