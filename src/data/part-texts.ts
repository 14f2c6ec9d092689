/** What the rows of a part say: a sentence or pair each, or the words of sentences. Rows count as activations do. */
import type { Instance, LabelledSentence } from './rows.ts';

export type PartTexts =
  | { kind: 'sentence'; rows: readonly Pick<Instance, 'text' | 'pair'>[] }
  | {
      kind: 'labelling';
      sentences: readonly Pick<LabelledSentence, 'words'>[];
      /** Words before each sentence, and all of them at the end; one that was left out has none. */
      starts: Uint32Array;
    };
