/** ELECTRA (Clark et al. 2020), the discriminator: BERT whose embeddings may be narrower than its layers. */
import type { ConfigFields } from '../config-fields.ts';
import { bertShaped, type BertConfig } from '../graph/bert-shaped.ts';
import { ownHead, taskHeads } from '../heads.ts';
import { bertShape, readBert } from './bert.ts';

export const electra = bertShaped({
  ...bertShape,
  types: ['electra'],
  heads: taskHeads('Electra', 'electra', { ...ownHead, activation: 'gelu' }),
  read: readElectra,
  projection: ({ embedding, hidden }) => (embedding === hidden ? null : 'embeddings_project'),
});

export function readElectra(fields: ConfigFields): BertConfig {
  return { ...readBert(fields), embedding: fields.size('hidden', 'embedding_size') };
}
