/** BERT (Devlin et al. 2019), and MiniLM, which is BERT with fewer and narrower layers. */
import type { WordPieceConvention } from '../../tokenizer/conventions.ts';
import { bertTemplate } from '../../tokenizer/template.ts';
import type { ConfigFields } from '../config-fields.ts';
import { bertShaped, type BertConfig, type BertShape } from '../graph/bert-shaped.ts';

export const bertVocabulary: WordPieceConvention = {
  kind: 'vocab.txt',
  standard: true,
  tokens: {
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    unk_token: '[UNK]',
    pad_token: '[PAD]',
    mask_token: '[MASK]',
  },
  template: bertTemplate,
};

/** Names as `BertModel` of transformers saves them. */
export const bertShape: BertShape<BertConfig> = {
  types: ['bert'],
  pooling: 'first',
  vocabulary: bertVocabulary,
  read: readBert,
  names(layer) {
    const name = `encoder.layer.${layer}`;
    return {
      query: `${name}.attention.self.query`,
      key: `${name}.attention.self.key`,
      value: `${name}.attention.self.value`,
      output: `${name}.attention.output.dense`,
      outputNorm: `${name}.attention.output.LayerNorm`,
      wide: `${name}.intermediate.dense`,
      narrow: `${name}.output.dense`,
      norm: `${name}.output.LayerNorm`,
    };
  },
};

export const bert = bertShaped(bertShape);

export function readBert(fields: ConfigFields): BertConfig {
  fields.mustBe('position_embedding_type', 'absolute');
  fields.mustBe('is_decoder', false);
  return { ...readBertSizes(fields), types: fields.count('type_vocab_size', 1024) };
}

/** Without segments. */
export function readBertSizes(fields: ConfigFields): BertConfig {
  const layers = fields.size('layers', 'num_hidden_layers');
  const hidden = fields.size('hidden', 'hidden_size');
  return {
    layers,
    hidden,
    heads: fields.size('heads', 'num_attention_heads'),
    intermediate: fields.size('intermediate', 'intermediate_size'),
    vocabulary: fields.size('vocabulary', 'vocab_size'),
    positions: fields.size('positions', 'max_position_embeddings'),
    padding: null,
    types: 0,
    embedding: hidden,
    epsilon: fields.positive('layer_norm_eps', 1e-12),
    activation: fields.activation('hidden_act'),
  };
}
