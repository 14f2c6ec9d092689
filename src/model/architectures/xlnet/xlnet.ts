/** XLNet (Yang et al. 2019), as it is fine-tuned: the token that stands for a sentence is its last. */
import type { Architecture } from '../../architecture.ts';
import { readXlnet, type XlnetConfig } from './config.ts';
import { wordEmbedding, writeXlnet, xlnetShapes } from './graph.ts';

export const xlnet: Architecture<XlnetConfig> = {
  types: ['xlnet'],
  pooling: 'last',
  vocabulary: {
    kind: 'sentencepiece',
    tokens: {
      cls_token: '<cls>',
      sep_token: '<sep>',
      unk_token: '<unk>',
      pad_token: '<pad>',
      mask_token: '<mask>',
      bos_token: '<s>',
      eos_token: '</s>',
    },
    more: ['<eop>', '<eod>'],
    template: { single: ['$A', 'sep', 'cls:2'], pair: ['$A', 'sep', '$B:1', 'sep:1', 'cls:2'] },
    maskStrips: true,
    plain: { lowers: false },
  },
  anchor: wordEmbedding,
  read: readXlnet,
  shapes: xlnetShapes,
  write: writeXlnet,
};
