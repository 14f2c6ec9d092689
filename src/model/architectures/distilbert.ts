/** DistilBERT (Sanh et al. 2019): BERT without segments, under names of its own. */
import { bertShaped } from '../graph/bert-shaped.ts';
import { taskHeads } from '../heads.ts';
import { bertShape, plainBert } from './bert.ts';

export const distilbert = bertShaped({
  ...bertShape,
  types: ['distilbert'],
  heads: taskHeads('DistilBert', 'distilbert', {
    dense: { name: 'pre_classifier', inside: false },
    activation: 'relu',
    output: 'classifier',
  }),
  read(fields) {
    const sizes = fields.sizes(['n_layers', 'dim', 'n_heads', 'hidden_dim']);
    return { ...plainBert(sizes), epsilon: 1e-12, activation: fields.activation('activation') };
  },
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
