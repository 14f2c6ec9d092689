/** The limit of WebAssembly, by the config alone: what is too large, and how many layers would fit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/model/config.ts';
import { beyondWasm, float32Bytes } from '../../src/model/wasm-room.ts';

const tiny = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/models/llama/config.json'), 'utf8'),
) as object;
const sizes = {
  ...{ hidden_size: 2048, num_attention_heads: 32, num_key_value_heads: 4, head_dim: 64, intermediate_size: 5632 },
  ...{ num_hidden_layers: 22, vocab_size: 32_000 },
};
const config = (change: object) => parseConfig(JSON.stringify({ ...tiny, ...change }), 'config.json');

test('1.1 billion parameters: 14 of 22 layers, as float32 counts them', () => {
  const large = config(sizes);
  const layer = 2 * 2048 * 2048 + 2 * 256 * 2048 + 3 * 2048 * 5632 + 2 * 2048;
  expect(float32Bytes(large, 22)).toBe(4 * (32_000 * 2048 + 22 * layer + 2048));
  const { code, message, next } = beyondWasm(large, 22)!;
  expect([code, message]).toEqual([
    'out-of-memory',
    'The weights of 22 layers are 3.9 GiB in float32, and WebAssembly has room for 2.60 GiB of them: up to layer 14 it would fit.',
  ]);
  expect(next).toBe('Use a browser with WebGPU on a graphics card, or a smaller model.');
  expect(beyondWasm(large, 14)).toBeNull();
  expect(beyondWasm(large, 15)).not.toBeNull();
});

test('a table of words that is too large by itself, and a model that is small', () => {
  expect(beyondWasm(config({ ...sizes, vocab_size: 2_000_000 }), 22)?.message).toContain('not even its embeddings fit');
  expect(beyondWasm(config({}), 4)).toBeNull();
});
