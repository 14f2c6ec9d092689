/** Models with rotary positions: both dialects of their configs, what their layers see, and what is refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { parseConfig } from '../../src/model/config.ts';
import { rotaryFrequencies, stretched } from '../../src/model/graph/rotary.ts';
import type { LlamaConfig } from '../../src/model/graph/llama-shaped.ts';
import { windowMask } from '../../src/model/graph/windows.ts';

function read(name: string, change: Record<string, unknown> = {}): LlamaConfig {
  const path = join(import.meta.dirname, '../fixtures/models', name, 'config.json');
  const values = { ...(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>), ...change };
  return parseConfig(JSON.stringify(values), 'config.json') as unknown as LlamaConfig;
}

function refusal(name: string, change: Record<string, unknown>): string {
  try {
    read(name, change);
  } catch (error) {
    if (error instanceof WinnowError) return error.message;
    throw error;
  }
  throw new Error('it was read');
}

test('both dialects of ModernBERT are one model', () => {
  expect(read('modernbert-first')).toEqual(read('modernbert'));
  const windows = read('modernbert').attention.map(({ window, rotary }) => [window.before, window.after, rotary.name]);
  expect(windows).toEqual([
    [Infinity, Infinity, 'global'],
    [4, 4, 'local'],
    [4, 4, 'local'],
    [Infinity, Infinity, 'global'],
  ]);
});

test('both dialects of NomicBERT are one model', () => {
  const sizes = { n_embd: 32, n_head: 4, n_inner: 64, n_layer: 4, n_positions: 64, vocab_size: 2000 };
  const none = { qkv_proj_bias: false, mlp_fc1_bias: false, mlp_fc2_bias: false, rotary_scaling_factor: null };
  const rest = { activation_function: 'swiglu', layer_norm_epsilon: 1e-12, rotary_emb_base: 1000, type_vocab_size: 2 };
  const authors = { model_type: 'nomic_bert', ...sizes, ...none, ...rest, rotary_emb_fraction: 1 };
  const parse = (change: object) => parseConfig(JSON.stringify({ ...authors, ...change }), 'config.json');
  expect(parse({})).toEqual(read('nomic-bert'));
  expect(parse({ rotary_scaling_factor: 2, max_trained_positions: 48 }).positions).toBe(48);
  expect(() => parse({ prenorm: true })).toThrow('has prenorm true, and Winnow computes only "false"');
  expect(() => parse({ activation_function: 'geglu' })).toThrow('has activation_function "geglu"');
});

test('Gemma 3 as transformers 4 wrote it', () => {
  const before = {
    ...{ rope_parameters: undefined, layer_types: undefined, sliding_window_pattern: 3 },
    ...{ rope_theta: 1_000_000, rope_local_base_freq: 10_000 },
  };
  expect(read('gemma3', before)).toEqual(read('gemma3'));
  const scaled = read('gemma3', { ...before, rope_scaling: { rope_type: 'linear', factor: 8 } });
  const [local, , global] = read('gemma3').attention.map(({ rotary }) => rotary.frequencies);
  expect(scaled.attention[0].rotary.frequencies).toEqual(local);
  expect(scaled.attention[2].rotary.frequencies).toEqual(global.map((frequency) => frequency / 8));
});

describe('scaled positions are those that transformers 5.24 computes', () => {
  const llama3 = { rope_type: 'llama3', rope_theta: 10_000, factor: 4, low_freq_factor: 1, high_freq_factor: 4 };
  const linear = { rope_type: 'linear', factor: 3 };
  test.each([
    [
      'rope_scaling in place of rope_parameters',
      { rope_scaling: linear },
      [1 / 3, 0.03333334, 0.003333333, 0.0003333334],
    ],
    [
      'a base in rope_scaling',
      { rope_parameters: undefined, rope_theta: 10_000, rope_scaling: { ...linear, rope_theta: 500 } },
      [1 / 3, 0.07049141, 0.01490712, 0.003152472],
    ],
    ['the length of training beside them', { original_max_position_embeddings: 32 }, [1, 0.025, 0.0025, 0.00025]],
    ['no length of training', { rope_parameters: llama3 }, [1, 0.02546479, 0.0025, 0.00025]],
    ['nothing in rope_scaling', { rope_scaling: {}, rope_parameters: {} }, [1, 0.1, 0.01, 0.001]],
  ])('%s', (_, change, expected) => {
    const [{ rotary }] = read('llama', change).attention;
    expect([...rotary.frequencies]).toEqual(expected.map((one) => expect.closeTo(one, 7) as number));
  });

  test('rope_scaling beside those of the kinds of layers', () => {
    const change = { rope_scaling: { rope_type: 'linear', factor: 4, rope_theta: 99 } };
    const [local, , global] = read('gemma3', change).attention.map(({ rotary }) => rotary.frequencies);
    expect([...local].slice(0, 2)).toEqual([1, expect.closeTo(0.3162278, 6)]);
    expect([...global].slice(0, 3)).toEqual([0.25, expect.closeTo(0.1407621, 6), expect.closeTo(0.07925583, 6)]);
    const both = read('modernbert', { rope_scaling: { rope_type: 'linear', factor: 4 } });
    expect(both.attention.map(({ rotary }) => rotary.frequencies[0])).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

test('a window that is null is none, whatever is said of its use', () => {
  const change = { use_sliding_window: true, sliding_window: null, max_window_layers: 1, layer_types: undefined };
  expect(read('qwen2', change).attention.every(({ window }) => window.before === Infinity)).toBe(true);
});

test('the rhythm of Gemma 3 has the name that transformers reads', () => {
  const full = read('gemma3', { layer_types: undefined, _sliding_window_pattern: 2 });
  expect(full.attention.every(({ window }) => window.before === 7)).toBe(true);
});

test('Mistral is Llama with a window, which later releases leave out', () => {
  const change = { model_type: 'mistral', rope_parameters: { rope_type: 'default', rope_theta: 10_000 } };
  const windows = (sliding: Record<string, unknown>) =>
    read('llama', { ...change, ...sliding }).attention.map(({ window }) => [window.before, window.after]);
  expect(windows({ sliding_window: 8 })).toEqual(new Array(4).fill([7, 0]));
  expect(windows({})).toEqual(new Array(4).fill([4095, 0]));
  expect(windows({ sliding_window: null })).toEqual(new Array(4).fill([Infinity, 0]));
});

test('what a layer sees', () => {
  const seen = (config: LlamaConfig) => config.attention.map(({ window }) => [window.before, window.after]);
  const all = [Infinity, Infinity];
  expect(seen(read('gemma3'))).toEqual([
    [7, 0],
    [7, 0],
    [Infinity, 0],
    [7, 0],
  ]);
  expect(seen(read('gemma3-encoder'))).toEqual([[4, 4], [4, 4], all, [4, 4]]);
  expect(seen(read('eurobert'))).toEqual([all, all, all, all]);
  const sliding = { use_sliding_window: true, sliding_window: 6, max_window_layers: 2, layer_types: undefined };
  expect(seen(read('qwen2', sliding))).toEqual([
    [Infinity, 0],
    [Infinity, 0],
    [5, 0],
    [5, 0],
  ]);
});

describe('refused', () => {
  test.each([
    ['llama', { rope_parameters: { rope_type: 'yarn', factor: 4 } }, 'by the method "yarn"'],
    [
      'llama',
      { rope_parameters: { rope_type: 'llama3', factor: 0.5 } },
      'has rope_parameters.factor 0.5 where a number',
    ],
    ['llama', { rope_parameters: 7 }, 'has rope_parameters 7 where an object belongs'],
    ['llama', { rope_parameters: { partial_rotary_factor: 0.5 } }, 'has rope_parameters.partial_rotary_factor 0.5'],
    ['llama', { num_key_value_heads: 3 }, 'has 4 attention heads, which 3 heads of keys do not divide'],
    ['llama', { head_dim: 7 }, 'has heads of 7 numbers, which rotary positions cannot pair'],
    ['llama', { attention_bias: 'yes' }, 'has attention_bias "yes" where true or false belongs'],
    [
      'modernbert',
      { layer_types: ['full_attention'] },
      'where a list of full_attention or sliding_attention for each of 4',
    ],
    ['gemma3', { attn_logit_softcapping: 50 }, 'has attn_logit_softcapping 50'],
    ['llama', { is_causal: false }, 'has is_causal false, and Winnow computes only "true"'],
    ['gpt2', { is_causal: false }, 'has is_causal false, and Winnow computes only "true"'],
    ['eurobert', { is_causal: true }, 'has is_causal true, and Winnow computes only "false"'],
    ['bert', { is_causal: true }, 'has is_causal true, and Winnow computes only "false"'],
    ['gemma3', { rope_scaling: { type: 'linear', factor: 4 } }, 'names the method of rope_scaling in "type"'],
    [
      'qwen2',
      { layer_types: new Array(4).fill('sliding_attention'), sliding_window: 4 },
      'has sliding_attention in layer_types, and no window',
    ],
    ['gpt2', { scale_attn_by_inverse_layer_idx: true }, 'has scale_attn_by_inverse_layer_idx true'],
  ])('%s with %o', (name, change, message) => {
    expect(refusal(name, change)).toContain(message);
  });
});

test('Llama 3 leaves short waves, stretches long ones and mixes those between', () => {
  const plain = rotaryFrequencies(8, 10_000);
  expect([...plain]).toEqual([1, 0.1, 0.01, 0.001].map((one) => expect.closeTo(one, 8) as number));
  const [first, second, third] = stretched(plain, { factor: 4, low: 1, high: 4, trained: 100 });
  expect(first).toBe(1);
  // 100 tokens are 1.59 turns: (1.5915 − 1) / 3 of it is left as it is.
  expect(second).toBeCloseTo(0.1 * (0.19718 + 0.80282 / 4), 6);
  expect(third).toBeCloseTo(0.0025, 8);
});

test('a mask hides padding, later tokens and those too far', () => {
  const batch = {
    ...{ rows: 2, length: 4, side: 'left' as const, ids: new Int32Array(8), typeIds: new Int32Array(8) },
    ...{ lengths: Int32Array.of(4, 2), pooled: Int32Array.of(3, 7) },
  };
  const seen = (window: { before: number; after: number }, alone: boolean) => {
    const { data } = windowMask(window, alone).feed(batch);
    return Array.from(data as Float32Array, (value) => (value === 0 ? 'x' : '.')).join('');
  };
  expect(seen({ before: Infinity, after: 0 }, false)).toBe('x...xx..xxx.xxxx' + '..........x...xx');
  expect(seen({ before: 1, after: 1 }, false)).toBe('xx..xxx..xxx..xx' + '......x...xx..xx');
  expect(seen({ before: 2, after: 0 }, true)).toBe('.xxx' + '..xx');
});
