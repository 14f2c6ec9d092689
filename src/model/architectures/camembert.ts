/** CamemBERT (Martin et al. 2020): RoBERTa in French, with a vocabulary by SentencePiece. */
import { bertShaped } from '../graph/bert-shaped.ts';
import { robertaShape, robertaVocabulary } from './roberta.ts';

export const camembert = bertShaped({
  ...robertaShape,
  types: ['camembert'],
  heads: { ...robertaShape.heads, stem: 'Camembert' },
  vocabulary: {
    kind: 'sentencepiece',
    tokens: robertaVocabulary.tokens,
    template: robertaVocabulary.template,
    maskStrips: true,
    unknown: 3,
    pieces: (pieces) => [
      ['<s>NOTUSED', 0],
      ['<pad>', 0],
      ['</s>NOTUSED', 0],
      ['<unk>', 0],
      ['<unk>NOTUSED', -100],
      ...pieces.slice(1),
      ['<mask>', 0],
    ],
  },
});
