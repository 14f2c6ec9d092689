/**
 * NomicBERT (Nussbaum et al. 2024): BERT with rotary positions and a gated feed-forward half, normalised after each
 * addition. Config and weights are written in two dialects each, that of transformers and that of its authors' own code, in
 * which transformers saves the weights, too, unless told otherwise.
 */
import type { ConfigFields } from '../config-fields.ts';
import { llamaShaped, type LlamaConfig } from '../graph/llama-shaped.ts';
import { everyone } from '../graph/windows.ts';
import { pooledHead, taskHeads } from '../heads.ts';
import { readRotary } from '../rotary-fields.ts';
import { bertVocabulary } from './bert.ts';
import { llamaNames } from './llama.ts';

export const nomicBert = llamaShaped({
  types: ['nomic_bert'],
  pooling: 'first',
  vocabulary: { ...bertVocabulary, standard: false },
  idle: ['pooler'],
  heads: taskHeads('NomicBert', 'nomic_bert', pooledHead),
  read: (fields) => (fields.has('n_embd') ? readAuthors(fields) : readTransformers(fields)),
  norm: 'layer',
  names: {
    words: 'embeddings.word_embeddings.weight',
    segments: 'embeddings.token_type_embeddings.weight',
    norm: 'embeddings.LayerNorm',
    layer(layer) {
      const name = `layers.${layer}`;
      const sums = { attention: `${name}.post_attention_layernorm`, feedForward: `${name}.post_mlp_layernorm` };
      return { ...llamaNames(layer), norms: { beforeAttention: null, beforeFeedForward: null, sums } };
    },
  },
  joined: { name: /\.attn\.Wqkv\.(?:weight|bias)$/, parts: 3 },
  otherNames: [
    [/(^|\.)emb_ln\./, '$1embeddings.LayerNorm.'],
    [/(^|\.)encoder\.layers\./, '$1layers.'],
    [/\.attn\.Wqkv\.(\w+) \(1 of 3\)$/, '.self_attn.q_proj.$1'],
    [/\.attn\.Wqkv\.(\w+) \(2 of 3\)$/, '.self_attn.k_proj.$1'],
    [/\.attn\.Wqkv\.(\w+) \(3 of 3\)$/, '.self_attn.v_proj.$1'],
    [/\.attn\.out_proj\./, '.self_attn.o_proj.'],
    [/\.mlp\.fc11\./, '.mlp.up_proj.'],
    [/\.mlp\.fc12\./, '.mlp.gate_proj.'],
    [/\.mlp\.fc2\./, '.mlp.down_proj.'],
    [/\.norm1\./, '.post_attention_layernorm.'],
    [/\.norm2\./, '.post_mlp_layernorm.'],
  ],
});

function readTransformers(fields: ConfigFields): LlamaConfig {
  const sizes = fields.sizes(['num_hidden_layers', 'hidden_size', 'num_attention_heads', 'intermediate_size']);
  const rotary = readRotary(fields, { name: 'rotary', size: headSizeOf(sizes, fields), base: 1000 });
  return {
    ...arrange(sizes, rotary),
    types: fields.count('type_vocab_size', 1024, 2),
    epsilon: fields.positive('layer_norm_eps', 1e-12),
    activation: fields.activation('hidden_act', 'silu'),
  };
}

function readAuthors(fields: ConfigFields): LlamaConfig {
  fields.mustBe('activation_function', 'swiglu');
  fields.mustBe('rotary_emb_fraction', 1);
  for (const field of ['prenorm', 'parallel_block', 'causal', 'use_rms_norm', 'rotary_emb_interleaved']) {
    fields.mustBe(field, false);
  }
  const sizes = {
    layers: fields.size('layers', 'n_layer'),
    hidden: fields.size('hidden', 'n_embd'),
    heads: fields.size('heads', 'n_head'),
    intermediate: fields.size('intermediate', 'n_inner'),
    vocabulary: fields.size('vocabulary', 'vocab_size'),
    positions: fields.size('positions', 'n_positions'),
  };
  // Beyond what it was trained on the authors' code scales its positions by the length.
  const trained = fields.has('rotary_scaling_factor') ? fields.size('positions', 'max_trained_positions') : Infinity;
  const base = fields.real('rotary_emb_base', 1, 1e12, 10_000);
  const rotary = readRotary(fields, { name: 'rotary', size: headSizeOf(sizes, fields), base });
  const feedForward = fields.flag('mlp_fc1_bias', true);
  fields.mustBe('mlp_fc2_bias', feedForward);
  const projections = fields.flag('qkv_proj_bias', true);
  const arranged = arrange({ ...sizes, positions: Math.min(sizes.positions, trained) }, rotary);
  return {
    ...arranged,
    types: fields.whole('type_vocab_size', 0, 1024, 2),
    epsilon: fields.positive('layer_norm_epsilon', 1e-5),
    activation: 'silu',
    biases: { ...arranged.biases, projections, output: projections, feedForward },
  };
}

type Sizes = ReturnType<ConfigFields['sizes']>;

function headSizeOf({ hidden, heads }: Sizes, fields: ConfigFields): number {
  if (hidden % heads === 0) return hidden / heads;
  return fields.fail(`has vectors of ${hidden} numbers, which ${heads} attention heads do not divide`);
}

function arrange(sizes: Sizes, rotary: LlamaConfig['attention'][number]['rotary']) {
  return {
    ...sizes,
    ...{ headSize: sizes.hidden / sizes.heads, keyHeads: sizes.heads, scale: null, embeddingScale: 1 },
    attention: Array.from({ length: sizes.layers }, () => ({ window: everyone, rotary })),
    biases: { projections: false, output: false, feedForward: false, norms: true },
  };
}
