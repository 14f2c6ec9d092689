/** BERT (Devlin et al. 2019), and MiniLM, which is BERT with fewer and narrower layers. */
import type { VocabularyConvention } from '../../tokenizer/conventions.ts';
import { bertTemplate } from '../../tokenizer/template.ts';
import type { ConfigFields, ModelSizes } from '../config-fields.ts';
import { bertShaped, type BertConfig, type BertShape, type LayerNames } from '../graph/bert-shaped.ts';
import { pooledHead, taskHeads } from '../heads.ts';

export const bertVocabulary: VocabularyConvention = {
  kind: 'vocab.txt',
  standard: true,
  tokens: { cls_token: '[CLS]', sep_token: '[SEP]', unk_token: '[UNK]', pad_token: '[PAD]', mask_token: '[MASK]' },
  template: bertTemplate,
};

export const bertShape: BertShape<BertConfig> = {
  types: ['bert'],
  pooling: 'first',
  vocabulary: bertVocabulary,
  idle: ['pooler', 'embeddings.position_ids', 'embeddings.token_type_ids'],
  heads: taskHeads('Bert', 'bert', pooledHead),
  read: readBert,
  names: bertNames,
};

export const bert = bertShaped(bertShape);

const asEncoder =
  'A token of a decoder knows only those before it. If the model was trained as an encoder, set is_decoder to false in config.json; if not, export it to ONNX and drop model.onnx beside config.json: its mask is in the export.';

export function readBert(fields: ConfigFields): BertConfig {
  fields.mustBe('position_embedding_type', 'absolute');
  fields.mustBe('is_decoder', false, asEncoder);
  return { ...readBertSizes(fields), types: fields.count('type_vocab_size', 1024) };
}

/** Without segments. */
export function readBertSizes(fields: ConfigFields, epsilonAbsent = 1e-12): BertConfig {
  const sizes = fields.sizes(['num_hidden_layers', 'hidden_size', 'num_attention_heads', 'intermediate_size']);
  const epsilon = fields.positive('layer_norm_eps', epsilonAbsent);
  return { ...plainBert(sizes), epsilon, activation: fields.activation('hidden_act') };
}

/** Positions from 0, no segments, embeddings as wide as the layers. */
export function plainBert(sizes: ModelSizes) {
  return { ...sizes, padding: null, types: 0, embedding: sizes.hidden };
}

/** As `BertModel` of transformers saves them. */
export function bertNames(layer: number): LayerNames {
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
}
