/** RoBERTa (Liu et al. 2019): BERT whose positions begin after the padding's. */
import type { VocabularyConvention } from '../../tokenizer/conventions.ts';
import { robertaTemplate } from '../../tokenizer/template.ts';
import type { ConfigFields } from '../config-fields.ts';
import { bertShaped, type BertConfig, type BertShape } from '../graph/bert-shaped.ts';
import { ownHead, taskHeads } from '../heads.ts';
import { bertShape, readBert } from './bert.ts';

export const robertaVocabulary: VocabularyConvention = {
  kind: 'vocab.json',
  standard: true,
  tokens: { cls_token: '<s>', sep_token: '</s>', unk_token: '<unk>', pad_token: '<pad>', mask_token: '<mask>' },
  more: ['<|endoftext|>'],
  template: robertaTemplate,
};

export const robertaShape: BertShape<BertConfig> = {
  ...bertShape,
  types: ['roberta'],
  vocabulary: robertaVocabulary,
  heads: taskHeads('Roberta', 'roberta', ownHead),
  firstPosition: afterPadding,
  read(fields) {
    const config = readBert(fields);
    return placedAfter(fields.whole('pad_token_id', 0, config.vocabulary - 1, 1), fields, config);
  },
};

export const roberta = bertShaped(robertaShape);

export function afterPadding(padding: number): number {
  return padding + 1;
}

/** The table's rows up to the padding's own belong to no token. */
export function placedAfter(padding: number, fields: ConfigFields, config: BertConfig): BertConfig {
  const { positions: rows } = config;
  const positions = rows - afterPadding(padding);
  if (positions > 0) return { ...config, padding, positions };
  return fields.fail(`has max_position_embeddings ${rows}, which leaves no position after padding token ${padding}`);
}
