/**
 * RoBERTa (Liu et al. 2019): BERT whose positions begin after the padding's. CamemBERT and XLM-RoBERTa are the same with
 * other vocabularies.
 */
import { bertNames } from './bert.ts';
import { bertShaped } from './bert-shaped.ts';

export const roberta = bertShaped({ names: bertNames });
