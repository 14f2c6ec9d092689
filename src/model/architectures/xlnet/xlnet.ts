/** XLNet (Yang et al. 2019), as it is fine-tuned: the token that stands for a sentence is its last. */
import type { Architecture } from '../../architecture.ts';
import { sizeLimits, type ConfigFields } from '../../config-fields.ts';
import { robertaVocabulary } from '../roberta.ts';
import { wordEmbedding, writeXlnet, xlnetShapes } from './graph.ts';
import type { XlnetConfig } from './inputs.ts';

export const xlnet: Architecture<XlnetConfig> = {
  types: ['xlnet'],
  pooling: 'last',
  vocabulary: {
    kind: 'sentencepiece',
    tokens: {
      ...{ ...robertaVocabulary.tokens, cls_token: '<cls>', sep_token: '<sep>' },
      ...{ bos_token: '<s>', eos_token: '</s>' },
    },
    more: ['<eop>', '<eod>'],
    template: { single: '$A sep cls:2', pair: '$A sep $B:1 sep:1 cls:2' },
    maskStrips: true,
    plain: { lowers: false },
  },
  anchor: wordEmbedding,
  // Of the query stream, which fine-tuning leaves out.
  idle: ['mask_emb'],
  read: readConfig,
  shapes: xlnetShapes,
  write: writeXlnet,
};

/** XLNet itself takes any length; its scores take memory with the square of it, and it was trained on 512. */
const longest = 1024;

function readConfig(fields: ConfigFields): XlnetConfig {
  fields.mustBe('attn_type', 'bi');
  fields.mustBe('bi_data', false);
  const sizes = fields.sizes(['n_layer', 'd_model', 'n_head', 'd_inner'], longest);
  fields.mustBe('d_head', sizes.hidden / sizes.heads);
  const clamp = fields.whole('clamp_len', -sizeLimits.positions, sizeLimits.positions, -1);
  return {
    ...sizes,
    clamp: clamp > 0 ? clamp : null,
    epsilon: fields.positive('layer_norm_eps', 1e-12),
    activation: fields.activation('ff_activation'),
  };
}
