/** XLNet (Yang et al. 2019), as it is fine-tuned: the token that stands for a sentence is its last. */
import type { Architecture } from '../../architecture.ts';
import { sizeLimits, type ConfigFields } from '../../config-fields.ts';
import { taskHeads, type TaskHead } from '../../heads.ts';
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
  heads: {
    ...taskHeads('XLNet', 'transformer', { dense: null, activation: 'none', output: 'logits_proj' }),
    fields: { summary_type: 'last', summary_use_proj: false, summary_activation: '' },
    described: readSummary,
    further: ({ hidden }) => new Map([['mask_emb', [1, 1, hidden]]]),
  },
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

/** What XLNetConfig of transformers says of the summary before the classifier, and takes where it is not said. */
function readSummary(fields: ConfigFields): TaskHead | null {
  const said = fields.raw('summary_activation');
  const activation = said === undefined ? 'tanh' : said;
  const projects = fields.raw('summary_use_proj') ?? true;
  const isLast = (fields.raw('summary_type') ?? 'last') === 'last';
  if (!isLast || fields.raw('summary_proj_to_labels') === true) return null;
  const dense = projects === true ? { name: 'sequence_summary.summary', inside: false } : null;
  if (activation === 'tanh' || activation === 'relu' || activation === 'gelu') {
    return { dense, activation, output: 'logits_proj' };
  }
  return activation === null || activation === '' ? { dense, activation: 'none', output: 'logits_proj' } : null;
}
