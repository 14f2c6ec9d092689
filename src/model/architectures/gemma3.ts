/**
 * Gemma 3 (Gemma Team 2025), the model of texts, and EmbeddingGemma, whose tokens know one another on both sides: most
 * layers see near tokens only, each half is normalised before and after, and a weight of a normalisation counts from 1.
 */
import type { ConfigFields } from '../config-fields.ts';
import { llamaShaped, type LlamaConfig } from '../graph/llama-shaped.ts';
import { everyone, onlyEarlier } from '../graph/windows.ts';
import { readRotary } from '../rotary-fields.ts';
import { decoderHeads, llamaNames, llamaShape, normedHeads, readLlama } from './llama.ts';

export const gemma3 = llamaShaped({
  ...llamaShape,
  types: ['gemma3_text'],
  heads: decoderHeads('Gemma3Text'),
  read: readGemma3,
  norm: 'squares from one',
  names: {
    ...llamaShape.names,
    layer(layer) {
      const name = `layers.${layer}`;
      return {
        ...llamaNames(layer),
        headNorms: normedHeads(layer),
        norms: {
          beforeAttention: `${name}.input_layernorm`,
          afterAttention: `${name}.post_attention_layernorm`,
          beforeFeedForward: `${name}.pre_feedforward_layernorm`,
          afterFeedForward: `${name}.post_feedforward_layernorm`,
        },
      };
    },
  },
});

function readGemma3(fields: ConfigFields): LlamaConfig {
  if (fields.has('attn_logit_softcapping')) fields.mustBe('attn_logit_softcapping', 'null');
  const config = readLlama(fields, { epsilon: 1e-6, window: onlyEarlier, headSize: 256 });
  const { layers, hidden, headSize: size } = config;
  const both = fields.flag('use_bidirectional_attention', false);
  const width = fields.count('sliding_window', 2 ** 31 - 1, 4096);
  // Counted over both sides, or as the last tokens with the token itself.
  const near = both ? { before: Math.floor(width / 2), after: Math.floor(width / 2) } : { before: width - 1, after: 0 };
  const kinds = {
    full_attention: {
      window: both ? everyone : onlyEarlier,
      rotary: readRotary(fields, { name: 'global', kind: 'full_attention', size, base: 1_000_000 }),
    },
    sliding_attention: {
      window: near,
      rotary: readRotary(fields, {
        ...{ name: 'local', kind: 'sliding_attention', size, base: 10_000 },
        ...{ field: 'rope_local_base_freq', scaled: false },
      }),
    },
  } as const;
  const every = fields.count('sliding_window_pattern', 1000, 6);
  const byRule = Array.from({ length: layers }, (_, at) =>
    (at + 1) % every === 0 ? 'full_attention' : 'sliding_attention',
  );
  const listed = fields.byLayer('layer_types', layers, ['full_attention', 'sliding_attention']);
  const projections = fields.flag('attention_bias', false);
  return {
    ...config,
    activation: fields.activation('hidden_activation', 'gelu_pytorch_tanh'),
    attention: (listed ?? byRule).map((kind) => kinds[kind]),
    scale: fields.real('query_pre_attn_scalar', 1e-6, 1e9, 256) ** -0.5,
    embeddingScale: Math.fround(Math.sqrt(hidden)),
    biases: { ...config.biases, projections, output: projections },
  };
}
