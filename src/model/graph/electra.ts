/** ELECTRA (Clark et al. 2020), the discriminator: BERT whose embeddings may be narrower than its layers. */
import { bertNames } from './bert.ts';
import { bertShaped } from './bert-shaped.ts';

export const electra = bertShaped({
  names: bertNames,
  projection: ({ embedding, hidden }) => (embedding === hidden ? null : 'embeddings_project'),
});
