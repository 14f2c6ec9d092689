/** XLM-RoBERTa (Conneau et al. 2020): RoBERTa in a hundred languages, with a vocabulary by SentencePiece. */
import { bertShaped } from '../graph/bert-shaped.ts';
import { robertaShape, robertaVocabulary } from './roberta.ts';

export const xlmRoberta = bertShaped({
  ...robertaShape,
  types: ['xlm-roberta'],
  heads: { ...robertaShape.heads, stem: 'XLMRoberta' },
  vocabulary: {
    kind: 'sentencepiece',
    tokens: robertaVocabulary.tokens,
    template: robertaVocabulary.template,
    unknown: 3,
    pieces: (pieces) => [['<s>', 0], ['<pad>', 0], ['</s>', 0], ['<unk>', 0], ...pieces.slice(3), ['<mask>', 0]],
  },
});
