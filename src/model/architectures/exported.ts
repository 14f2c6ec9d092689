/**
 * Model types whose graphs Winnow does not write: what their exports need to be told beside the graph. One that gets a
 * module of its own leaves this list.
 */
import type { ModelTypeFacts } from '../architecture.ts';
import { bertVocabulary } from './bert.ts';
import { afterPadding, robertaVocabulary } from './roberta.ts';

export const exportedTypes: readonly ModelTypeFacts[] = [
  { types: ['mobilebert', 'layoutlm', 'convbert', 'squeezebert', 'megatron-bert'], vocabulary: bertVocabulary },
  { types: ['longformer'], vocabulary: robertaVocabulary },
  { types: ['data2vec-text'], vocabulary: robertaVocabulary, firstPosition: afterPadding },
  { types: ['xlm-roberta-xl', 'ibert'], firstPosition: afterPadding },
  { types: ['xlm'], intermediate: (hidden) => 4 * hidden },
  {
    // Whatever head they were fine-tuned with.
    decoder: true,
    types: [
      ...['bloom', 'codegen', 'ctrl', 'falcon', 'gemma', 'gemma2', 'gpt_bigcode', 'gpt_neo'],
      ...['gpt_neox', 'gptj', 'granite', 'ministral', 'mistral', 'mixtral', 'mpt', 'olmo', 'olmo2'],
      ...['openai-gpt', 'opt', 'phi', 'phi3', 'smollm3', 'stablelm', 'starcoder2', 'xglm'],
    ],
  },
];
