/**
 * ALBERT (Lan et al. 2020): narrow embeddings, always projected, and layers that share weights by group. A group may
 * hold several inner layers; they count as one layer, as its config counts.
 */
import { bertShaped } from './bert-shaped.ts';

export const albert = bertShaped({
  projection: () => 'encoder.embedding_hidden_mapping_in',
  names(layer, inner, { layers, groups }) {
    // In this order of operations, as transformers rounds it.
    const group = Math.floor(layer / (layers / groups));
    const name = `encoder.albert_layer_groups.${group}.albert_layers.${inner}`;
    return {
      query: `${name}.attention.query`,
      key: `${name}.attention.key`,
      value: `${name}.attention.value`,
      output: `${name}.attention.dense`,
      outputNorm: `${name}.attention.LayerNorm`,
      wide: `${name}.ffn`,
      narrow: `${name}.ffn_output`,
      norm: `${name}.full_layer_layer_norm`,
    };
  },
});
