/** EuroBERT (Boizard et al. 2025): Llama whose tokens know one another on both sides. */
import { llamaShaped } from '../graph/llama-shaped.ts';
import { everyone } from '../graph/windows.ts';
import { linearHead, type TaskHead } from '../heads.ts';
import { llamaShape, readLlama } from './llama.ts';

const ownHead: TaskHead = { dense: { name: 'dense', inside: false }, activation: 'gelu', output: 'classifier' };

export const eurobert = llamaShaped({
  ...llamaShape,
  types: ['eurobert'],
  decoder: false,
  pooling: 'first',
  heads: {
    ...{ stem: 'EuroBert', prefix: 'model', sentence: ownHead, labelling: linearHead('classifier') },
    fields: { classifier_pooling: 'bos' },
    described: (fields) => (fields.raw('classifier_pooling') === 'bos' ? ownHead : null),
  },
  read(fields) {
    const config = readLlama(fields, { epsilon: 1e-5, window: everyone });
    const projections = fields.flag('attention_bias', false);
    const feedForward = fields.flag('mlp_bias', false);
    return { ...config, biases: { ...config.biases, projections, output: projections, feedForward } };
  },
});
