/** DeBERTa-v2 and v3 (He et al. 2021): scores that ask for the distance of two tokens beside their content. */
import type { Architecture } from '../../architecture.ts';
import type { ConfigFields } from '../../config-fields.ts';
import { taskHeads, type TaskHead } from '../../heads.ts';
import { readDeberta, type DebertaConfig } from './config.ts';
import { debertaShapes, word, writeDeberta } from './graph.ts';

const pooler: TaskHead = {
  dense: { name: 'pooler.dense', inside: false },
  activation: 'gelu',
  output: 'classifier',
};

export const debertaV2: Architecture<DebertaConfig> = {
  types: ['deberta-v2'],
  pooling: 'first',
  anchor: word,
  // Of the masked language model, which adds positions behind the last layer.
  idle: ['embeddings.position_embeddings', 'embeddings.position_ids'],
  heads: {
    ...taskHeads('DebertaV2', 'deberta', pooler),
    fields: { pooler_hidden_act: 'gelu' },
    described: readPooler,
  },
  read: readDeberta,
  shapes: debertaShapes,
  write: writeDeberta,
};

function readPooler(fields: ConfigFields): TaskHead | null {
  const activation = fields.raw('pooler_hidden_act') ?? 'gelu';
  const known = activation === 'gelu' || activation === 'tanh' || activation === 'relu';
  return known ? { ...pooler, activation } : null;
}
