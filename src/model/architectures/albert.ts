/**
 * ALBERT (Lan et al. 2020): narrow embeddings, always projected, and layers that share weights by group. A group may
 * hold several inner layers; they count as one layer, as its config counts.
 */
import { bertTemplate } from '../../tokenizer/template.ts';
import { sizeLimits } from '../config-fields.ts';
import { bertShaped, type BertConfig } from '../graph/bert-shaped.ts';
import { pooledHead, taskHeads } from '../heads.ts';
import { bertShape, bertVocabulary } from './bert.ts';
import { readElectra } from './electra.ts';

interface AlbertConfig extends BertConfig {
  /** Sets of weights that layers share by turns. */
  groups: number;
  /** Layers inside one that counts, each with weights of its own. */
  inner: number;
}

export const albert = bertShaped<AlbertConfig>({
  ...bertShape,
  types: ['albert'],
  heads: taskHeads('Albert', 'albert', { ...pooledHead, dense: { name: 'pooler', inside: true } }),
  vocabulary: {
    kind: 'sentencepiece',
    tokens: { ...bertVocabulary.tokens, unk_token: '<unk>', pad_token: '<pad>' },
    template: bertTemplate,
    plain: { lowers: true, accents: true },
  },
  read(fields) {
    const config = readElectra(fields);
    return {
      ...config,
      activation: fields.activation('hidden_act', 'gelu_new'),
      groups: fields.count('num_hidden_groups', config.layers, 1),
      inner: fields.count('inner_group_num', Math.floor(sizeLimits.layers / config.layers), 1),
    };
  },
  inner: ({ inner }) => inner,
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
