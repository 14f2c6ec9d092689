import { expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { parseConfig } from '../../src/model/config.ts';

const bert = {
  model_type: 'bert',
  hidden_size: 32,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  intermediate_size: 64,
  vocab_size: 2000,
  max_position_embeddings: 64,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu',
};

function messageOf(changes: Record<string, unknown>): string {
  try {
    parseConfig(JSON.stringify({ ...bert, ...changes }), 'config.json');
  } catch (error) {
    if (error instanceof WinnowError && error.next.length > 0) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a whole config is read', () => {
  expect(parseConfig(JSON.stringify(bert), 'config.json')).toEqual({
    architecture: 'bert',
    layers: 3,
    hidden: 32,
    heads: 4,
    intermediate: 64,
    vocabulary: 2000,
    positions: 64,
    padding: null,
    types: 2,
    embedding: 32,
    epsilon: 1e-12,
    activation: 'gelu',
  });
});

test.each([
  ['gelu_new', 'gelu-tanh'],
  ['gelu_pytorch_tanh', 'gelu-tanh'],
  ['relu', 'relu'],
])('hidden_act %s', (hidden_act, activation) => {
  expect(parseConfig(JSON.stringify({ ...bert, hidden_act }), 'c')).toMatchObject({ activation });
});

test('what transformers fills in itself may be absent', () => {
  const without = { ...bert, layer_norm_eps: undefined, hidden_act: undefined };
  expect(parseConfig(JSON.stringify(without), 'c')).toMatchObject({ epsilon: 1e-12, activation: 'gelu' });
});

test.each([
  'model_type',
  'hidden_size',
  'num_hidden_layers',
  'num_attention_heads',
  'intermediate_size',
  'vocab_size',
  'max_position_embeddings',
  'type_vocab_size',
])('a missing %s is named', (field) => {
  expect(messageOf({ [field]: undefined })).toBe(
    `\`config.json\` has no ${field}, so the shape of the model is not known.`,
  );
});

test.each([
  [{ hidden_size: '32' }, 'has hidden_size "32" where a whole number from 1 to 65536 belongs'],
  [{ num_hidden_layers: 0 }, 'has num_hidden_layers 0 where a whole number from 1 to 1000 belongs'],
  [{ vocab_size: 1e12 }, 'has vocab_size 1000000000000 where a whole number from 1 to 16777216 belongs'],
  [{ num_attention_heads: 5 }, 'has hidden_size 32, which 5 attention heads do not divide'],
  [{ layer_norm_eps: -1 }, 'has layer_norm_eps -1 where a number above 0 and up to 1 belongs'],
  [
    { hidden_act: 'laplace' },
    'has hidden_act "laplace", and Winnow computes gelu, gelu_python, gelu_new, gelu_fast, gelu_accurate, gelu_python_tanh, gelu_pytorch_tanh, quick_gelu, relu, silu, swish, mish, tanh',
  ],
  [
    { position_embedding_type: 'relative_key' },
    'has position_embedding_type "relative_key", and Winnow computes only "absolute"',
  ],
  [{ is_decoder: true }, 'has is_decoder true, and Winnow computes only "false"'],
  [
    { model_type: 'opt' },
    'names the architecture "opt". This version of Winnow knows albert, bert, camembert, deberta-v2, distilbert, electra, eurobert, gemma3_text, gpt2, llama, mistral, modernbert, mpnet, nomic_bert, qwen2, qwen3, roberta, t5, xlm-roberta, xlnet',
  ],
])('%j is refused', (changes, sentence) => {
  expect(messageOf(changes)).toBe(`\`config.json\` ${sentence}.`);
});

test.each(['', '[]', '{"a": 1', '{"hidden_size": 1, "hidden_size": 2}'])('%j is no config', (text) => {
  expect(() => parseConfig(text, 'config.json')).toThrow(WinnowError);
});

test.each([{ model_type: 'opt' }, { position_embedding_type: 'relative_key' }, { hidden_act: 'laplace' }])(
  '%j is sent to ONNX',
  (changes) => {
    const text = JSON.stringify({ ...bert, ...changes });
    expect(() => parseConfig(text, 'c')).toThrow(expect.objectContaining({ next: expect.stringContaining('ONNX') }));
  },
);

const xlnet = { model_type: 'xlnet', d_model: 32, n_layer: 3, n_head: 4, d_inner: 64, vocab_size: 2000 };
const distilbert = {
  model_type: 'distilbert',
  dim: 32,
  n_layers: 3,
  n_heads: 4,
  hidden_dim: 64,
  vocab_size: 2000,
  max_position_embeddings: 64,
};
const deberta = {
  ...{ ...bert, model_type: 'deberta-v2', type_vocab_size: undefined, layer_norm_eps: undefined },
  pos_att_type: 'p2c|c2p',
};
const t5 = { model_type: 't5', d_model: 32, num_layers: 3, num_heads: 6, d_ff: 64, vocab_size: 2000 };
const albert = { ...bert, model_type: 'albert', embedding_size: 16, hidden_act: undefined };

test.each([
  [
    { ...bert, model_type: 'roberta', pad_token_id: 1 },
    { positions: 62, padding: 1, types: 2 },
  ],
  [
    { ...bert, model_type: 'camembert' },
    { architecture: 'camembert', positions: 62, padding: 1 },
  ],
  [
    { ...bert, model_type: 'xlm-roberta', pad_token_id: 5 },
    { positions: 58, padding: 5 },
  ],
  [
    { ...bert, model_type: 'mpnet' },
    { positions: 62, padding: 1, types: 0 },
  ],
  [
    { ...bert, model_type: 'electra', embedding_size: 16 },
    { embedding: 16, hidden: 32, padding: null },
  ],
  [albert, { embedding: 16, groups: 1, inner: 1, activation: 'gelu-tanh' }],
  [
    { ...albert, num_hidden_groups: 3, inner_group_num: 2 },
    { groups: 3, inner: 2 },
  ],
  [distilbert, { layers: 3, hidden: 32, heads: 4, intermediate: 64, types: 0, epsilon: 1e-12, activation: 'gelu' }],
  [
    deberta,
    {
      types: 0,
      placed: true,
      embedding: 32,
      span: 64,
      shared: false,
      normalised: false,
      convolution: null,
      epsilon: 1e-7,
    },
  ],
  [
    {
      ...deberta,
      position_buckets: 8,
      max_relative_positions: 40,
      share_att_key: true,
      norm_rel_ebd: 'Layer_Norm | none',
    },
    { span: 8, rows: { farthest: 40 }, shared: true, normalised: true },
  ],
  [
    { ...deberta, pos_att_type: ['c2p'], conv_kernel_size: 5, conv_groups: 4 },
    {
      terms: { contentToPosition: true, positionToContent: false },
      convolution: { width: 5, groups: 4, activation: 'tanh' },
    },
  ],
  [t5, { positions: 512, headSize: 64, gated: false, activation: 'relu', buckets: { count: 32, farthest: 128 } }],
  [
    { ...t5, feed_forward_proj: 'gated-gelu', d_kv: 8, n_positions: 100 },
    { positions: 100, headSize: 8, gated: true, activation: 'gelu-tanh' },
  ],
  [
    { ...t5, feed_forward_proj: 'gated-gelu', dense_act_fn: 'relu', is_gated_act: true },
    { gated: true, activation: 'relu' },
  ],
  [
    { ...t5, feed_forward_proj: 'gated-silu' },
    { gated: true, activation: 'silu' },
  ],
  [xlnet, { layers: 3, hidden: 32, heads: 4, intermediate: 64, positions: 1024, clamp: null, activation: 'gelu' }],
  [
    { ...xlnet, clamp_len: 6, ff_activation: 'relu' },
    { clamp: 6, activation: 'relu' },
  ],
])('%j', (config, expected) => {
  expect(parseConfig(JSON.stringify(config), 'config.json')).toMatchObject(expected);
});

test.each([
  [{ ...xlnet, attn_type: 'uni' }, 'has attn_type "uni", and Winnow computes only "bi"'],
  [{ ...xlnet, bi_data: true }, 'has bi_data true, and Winnow computes only "false"'],
  [{ ...xlnet, d_head: 4 }, 'has d_head 4, and Winnow computes only "8"'],
  [
    { ...bert, model_type: 'roberta', pad_token_id: 63 },
    'has max_position_embeddings 64, which leaves no position after padding token 63',
  ],
  [
    { ...bert, model_type: 'mpnet', relative_attention_num_buckets: 16 },
    'has relative_attention_num_buckets 16, and Winnow computes only "32"',
  ],
  [{ ...deberta, relative_attention: false }, 'has relative_attention false, and Winnow computes only "true"'],
  [
    { ...deberta, pos_att_type: 'p2p' },
    'names neither c2p nor p2c in pos_att_type, so its scores do not ask for the distances',
  ],
  [{ ...deberta, position_buckets: 126 }, 'has position_buckets 126, which 64 distances do not fill'],
  [{ ...deberta, share_att_key: 1 }, 'has share_att_key 1 where true or false belongs'],
  [{ ...deberta, conv_kernel_size: 4 }, 'has conv_kernel_size 4, and one token in the middle takes an odd number'],
  [{ ...deberta, conv_kernel_size: 3, conv_groups: 3 }, 'has hidden_size 32, which 3 conv_groups do not divide'],
  [{ ...t5, feed_forward_proj: 'twice-gelu' }, 'has feed_forward_proj "twice-gelu", which T5 does not have'],
  [
    { ...t5, relative_attention_max_distance: 8 },
    'has 32 relative_attention_num_buckets for distances up to 8, which do not fill them',
  ],
  [{ ...albert, num_hidden_groups: 4 }, 'has num_hidden_groups 4 where a whole number from 1 to 3 belongs'],
  [{ ...albert, inner_group_num: 400 }, 'has inner_group_num 400 where a whole number from 1 to 333 belongs'],
  [{ ...bert, model_type: 'electra' }, 'has no embedding_size, so the shape of the model is not known'],
])('%j is refused', (config, sentence) => {
  expect(() => parseConfig(JSON.stringify(config), 'config.json')).toThrow(`\`config.json\` ${sentence}.`);
});
