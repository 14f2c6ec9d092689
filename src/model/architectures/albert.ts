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

/** In this order of operations, as transformers rounds it. */
function groupOf(layer: number, { layers, groups }: Pick<AlbertConfig, 'layers' | 'groups'>): number {
  return Math.floor(layer / (layers / groups));
}

/** null where the first layers share their weights in another rhythm than any number of groups says. */
function cutGroups(config: AlbertConfig, layers: number) {
  const groups = layers === 0 ? 1 : groupOf(layers - 1, config) + 1;
  const cut = { ...config, layers, groups };
  for (let layer = 0; layer < layers; layer += 1) if (groupOf(layer, cut) !== groupOf(layer, config)) return null;
  return { config: cut, fields: { num_hidden_groups: groups } };
}

export const albert = bertShaped<AlbertConfig>({
  ...bertShape,
  types: ['albert'],
  heads: {
    ...taskHeads('Albert', 'albert', { ...pooledHead, dense: { name: 'pooler', inside: true } }),
    cut: (config, layers) => cutGroups(config as AlbertConfig, layers),
  },
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
  names(layer, inner, config) {
    const name = `encoder.albert_layer_groups.${groupOf(layer, config)}.albert_layers.${inner}`;
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
