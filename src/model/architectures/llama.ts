/** Llama (Touvron et al. 2023, Grattafiori et al. 2024), and what has its type: SmolLM, TinyLlama. A token knows those before it. */
import type { ConfigFields } from '../config-fields.ts';
import { llamaShaped, type LlamaConfig, type LlamaLayerNames, type LlamaShape } from '../graph/llama-shaped.ts';
import { onlyEarlier, type Window } from '../graph/windows.ts';
import { linearHead, type TaskHeads } from '../heads.ts';
import { readRotary } from '../rotary-fields.ts';

/** What transformers gives every decoder: no bias for a sentence. */
export function decoderHeads(stem: string, prefix = 'model', labelling = 'score'): TaskHeads {
  const sentence = { ...linearHead('score'), unbiased: ['score'] };
  return { stem, prefix, labelling: linearHead(labelling), sentence };
}

export const llamaShape: LlamaShape<LlamaConfig> = {
  types: ['llama'],
  decoder: true,
  pooling: 'last',
  heads: decoderHeads('Llama'),
  // Of checkpoints made before 2024.
  idle: ['layers.*.self_attn.rotary_emb.inv_freq'],
  read: (fields) => {
    const config = readLlama(fields, { epsilon: 1e-6, window: onlyEarlier });
    const projections = fields.flag('attention_bias', false);
    const feedForward = fields.flag('mlp_bias', false);
    return { ...config, biases: { ...config.biases, projections, output: projections, feedForward } };
  },
  norm: 'squares',
  names: { words: 'embed_tokens.weight', layer: llamaNames, finalNorm: 'norm' },
};

export const llama = llamaShaped(llamaShape);

/** As `LlamaModel` of transformers saves them. */
export function llamaNames(layer: number): LlamaLayerNames {
  const name = `layers.${layer}`;
  return {
    projections: {
      query: `${name}.self_attn.q_proj`,
      key: `${name}.self_attn.k_proj`,
      value: `${name}.self_attn.v_proj`,
    },
    output: `${name}.self_attn.o_proj`,
    gate: { gate: `${name}.mlp.gate_proj`, up: `${name}.mlp.up_proj` },
    down: `${name}.mlp.down_proj`,
    norms: { beforeAttention: `${name}.input_layernorm`, beforeFeedForward: `${name}.post_attention_layernorm` },
  };
}

/** With the heads' own normalisation. */
export function normedHeads(layer: number): LlamaLayerNames['headNorms'] {
  const name = `layers.${layer}.self_attn`;
  return { query: `${name}.q_norm`, key: `${name}.k_norm` };
}

/** Without biases; every layer of one window and one rotation. */
export function readLlama(
  fields: ConfigFields,
  { epsilon, window, headSize }: { epsilon: number; window: Window; headSize?: number },
): LlamaConfig {
  const sizes = fields.sizes(['num_hidden_layers', 'hidden_size', 'num_attention_heads', 'intermediate_size']);
  const { heads, hidden } = sizes;
  const size = fields.has('head_dim') ? fields.size('headSize', 'head_dim') : (headSize ?? hidden / heads);
  if (!Number.isInteger(size)) fields.fail(`has hidden_size ${hidden}, which ${heads} attention heads do not divide`);
  const keyHeads = fields.count('num_key_value_heads', heads, heads);
  if (heads % keyHeads !== 0)
    fields.fail(`has ${heads} attention heads, which ${keyHeads} heads of keys do not divide`);
  const rotary = readRotary(fields, { name: 'rotary', size, base: 10_000 });
  return {
    ...sizes,
    ...{ headSize: size, keyHeads, scale: null, embeddingScale: 1, types: 0 },
    epsilon: fields.positive('rms_norm_eps', epsilon),
    activation: fields.activation('hidden_act', 'silu'),
    attention: Array.from({ length: sizes.layers }, () => ({ window, rotary })),
    biases: { projections: false, output: false, feedForward: false, norms: false },
  };
}
