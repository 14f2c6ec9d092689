/** ModernBERT (Warner et al. 2024): rotary positions, and most layers attend to near tokens only. */
import type { ConfigFields } from '../config-fields.ts';
import { llamaShaped, type LlamaConfig } from '../graph/llama-shaped.ts';
import { everyone, type Window } from '../graph/windows.ts';
import type { TaskHead } from '../heads.ts';
import { readRotary } from '../rotary-fields.ts';

const ownHead: TaskHead = {
  dense: { name: 'head.dense', inside: false },
  activation: 'gelu',
  norm: 'head.norm',
  output: 'classifier',
  unbiased: ['head.dense', 'head.norm'],
};

export const modernbert = llamaShaped({
  types: ['modernbert'],
  pooling: 'first',
  heads: {
    ...{ stem: 'ModernBert', prefix: 'model', sentence: ownHead, labelling: ownHead },
    described: (fields) => (fields.raw('classifier_pooling') === 'mean' ? null : headOf(fields)),
  },
  read: readModernBert,
  norm: 'layer',
  names: {
    words: 'embeddings.tok_embeddings.weight',
    norm: 'embeddings.norm',
    layer(layer) {
      const name = `layers.${layer}`;
      return {
        projections: { joined: `${name}.attn.Wqkv` },
        output: `${name}.attn.Wo`,
        gate: { joined: `${name}.mlp.Wi` },
        down: `${name}.mlp.Wo`,
        // The embeddings are normalised already.
        norms: { beforeAttention: layer === 0 ? null : `${name}.attn_norm`, beforeFeedForward: `${name}.mlp_norm` },
      };
    },
    finalNorm: 'final_norm',
  },
});

function headOf(fields: ConfigFields): TaskHead | null {
  const activation = fields.raw('classifier_activation') ?? 'gelu';
  if (activation !== 'gelu' && activation !== 'relu' && activation !== 'tanh') return null;
  const unbiased = [
    ...(fields.raw('classifier_bias') === true ? [] : ['head.dense']),
    ...(fields.raw('norm_bias') === true ? [] : ['head.norm']),
  ];
  return { ...ownHead, activation, unbiased };
}

function readModernBert(fields: ConfigFields): LlamaConfig {
  const sizes = fields.sizes(['num_hidden_layers', 'hidden_size', 'num_attention_heads', 'intermediate_size']);
  const { layers, hidden, heads } = sizes;
  const size = hidden / heads;
  if (!Number.isInteger(size)) fields.fail(`has hidden_size ${hidden}, which ${heads} attention heads do not divide`);
  const reach = Math.floor(fields.count('local_attention', 2 ** 31 - 1, 128) / 2);
  const near: Window = { before: reach, after: reach };
  const kinds = {
    full_attention: {
      window: everyone,
      rotary: readRotary(fields, {
        ...{ name: 'global', kind: 'full_attention', size, base: 160_000, field: 'global_rope_theta' },
      }),
    },
    sliding_attention: {
      window: near,
      rotary: readRotary(fields, {
        ...{ name: 'local', kind: 'sliding_attention', size, base: 10_000, field: 'local_rope_theta' },
      }),
    },
  } as const;
  const every = fields.count('global_attn_every_n_layers', 1000, 3);
  const listed = fields.byLayer('layer_types', layers, ['full_attention', 'sliding_attention']);
  const byRule = Array.from({ length: layers }, (_, at) => (at % every === 0 ? 'full_attention' : 'sliding_attention'));
  const projections = fields.flag('attention_bias', false);
  return {
    ...sizes,
    ...{ headSize: size, keyHeads: heads, scale: null, embeddingScale: 1, types: 0 },
    epsilon: fields.positive('norm_eps', 1e-5),
    activation: fields.activation('hidden_activation'),
    attention: (listed ?? byRule).map((kind) => kinds[kind]),
    biases: {
      projections,
      output: projections,
      feedForward: fields.flag('mlp_bias', false),
      norms: fields.flag('norm_bias', false),
    },
  };
}
