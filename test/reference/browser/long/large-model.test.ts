/**
 * A made model of 1.1 billion parameters in bfloat16, as TinyLlama is: never stored, its file is one block of made numbers over
 * and over. Four of its layers on WebAssembly and on
 * WebGPU; on WebAssembly the whole is refused before anything of it is read.
 */
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { relativeError } from '../../../browser/model-fixtures.ts';
import { extractFew } from '../../../../src/activations/extract.ts';
import { openGpu } from '../../../../src/compute/webgpu/gpu.ts';
import { openEncoder } from '../../../../src/model/encoder.ts';
import { recogniseModel, type ModelSource, type SourceFile } from '../../../../src/model/recognise.ts';
import { beyondWasm } from '../../../../src/model/wasm-room.ts';
import type { EncodedRows } from '../../../../src/tokenizer/rows.ts';

const shape = { layers: 22, hidden: 2048, heads: 32, keyHeads: 4, wide: 5632, vocabulary: 32_000 };
const config = {
  ...{ model_type: 'llama', architectures: ['LlamaForCausalLM'], hidden_act: 'silu', rms_norm_eps: 1e-5 },
  ...{ num_hidden_layers: shape.layers, hidden_size: shape.hidden, intermediate_size: shape.wide },
  ...{ num_attention_heads: shape.heads, num_key_value_heads: shape.keyHeads, vocab_size: shape.vocabulary },
  ...{ max_position_embeddings: 2048, rope_theta: 10_000, torch_dtype: 'bfloat16' },
};

function tensors(): [string, number[]][] {
  const { layers, hidden, keyHeads, heads, wide, vocabulary } = shape;
  const narrow = (hidden / heads) * keyHeads;
  const all: [string, number[]][] = [['model.embed_tokens.weight', [vocabulary, hidden]]];
  for (let layer = 0; layer < layers; layer += 1) {
    const own: [string, number[]][] = [
      ['input_layernorm', [hidden]],
      ['mlp.down_proj', [hidden, wide]],
      ['mlp.gate_proj', [wide, hidden]],
      ['mlp.up_proj', [wide, hidden]],
      ['post_attention_layernorm', [hidden]],
      ['self_attn.k_proj', [narrow, hidden]],
      ['self_attn.o_proj', [hidden, hidden]],
      ['self_attn.q_proj', [hidden, hidden]],
      ['self_attn.v_proj', [narrow, hidden]],
    ];
    for (const [name, size] of own) all.push([`model.layers.${layer}.${name}.weight`, size]);
  }
  return [...all, ['model.norm.weight', [hidden]], ['lm_head.weight', [vocabulary, hidden]]];
}

/** Numbers between −0.03 and 0.03 in bfloat16, and the same again wherever they end. */
function madeWeights(): File {
  const block = new Blob([Uint16Array.from({ length: 2 ** 23 }, (_, at) => bfloat16(0.03 * Math.sin(at * at)))]);
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, size] of tensors()) {
    const start = end;
    end += 2 * size.reduce((product, own) => product * own, 1);
    header[name] = { dtype: 'BF16', shape: size, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const whole = Array.from({ length: Math.floor(end / block.size) }, () => block);
  const parts = [BigUint64Array.of(BigInt(text.length)), text, ...whole, block.slice(0, end % block.size)];
  return new File(parts, 'model.safetensors');
}

function bfloat16(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] >>> 16;
}

function files(): SourceFile[] {
  const text = new File([JSON.stringify(config)], 'config.json');
  return [
    { path: 'm/config.json', file: text },
    { path: 'm/model.safetensors', file: madeWeights() },
  ];
}

/** Rows of made tokens, each stood for by its last. */
function rowsOf(lengths: readonly number[]): EncodedRows {
  const offsets = Uint32Array.from({ length: lengths.length + 1 }, (_, row) =>
    lengths.slice(0, row).reduce((sum, length) => sum + length, 0),
  );
  const tokens = offsets[lengths.length];
  return {
    ...{ rows: lengths.length, offsets, outputs: lengths.length },
    outputOffsets: Uint32Array.from(offsets.keys()),
    ids: Int32Array.from({ length: tokens }, (_, at) => (at * 7919) % shape.vocabulary),
    typeIds: new Uint8Array(tokens),
    pooledFrom: offsets.slice(1).map((end) => end - 1),
    pooledTo: offsets.slice(1),
  };
}

/** That WebAssembly is said to hold. */
function mostLayers({ config }: ModelSource): number {
  let layers = shape.layers;
  while (beyondWasm(config, layers)) layers -= 1;
  return layers;
}

test('opens, 20 rows in four layers; the whole is refused', async ({ annotate }) => {
  const { source, card } = await recogniseModel(files());
  if (!source) throw new Error('it was not recognised');
  expect(card).toMatchObject({ layers: 22, hidden: 2048 });
  expect(card?.parameters).toBeGreaterThan(1.09e9);
  const before = await commands.watchMemory();
  const started = performance.now();
  const options = { backend: 'wasm', threads: 2 } as const;
  await expect(openEncoder(source, options)).rejects.toMatchObject({ code: 'out-of-memory' });
  const refusedMs = performance.now() - started;
  const encoder = await openEncoder(source, { ...options, layers: 4 });
  const openedMs = performance.now() - started - refusedMs;
  const lengths = Array.from({ length: 20 }, (_, row) => 8 + (row % 5) * 12);
  const values = await extractFew(rowsOf(lengths), encoder);
  const extractedMs = performance.now() - started - openedMs - refusedMs;
  await encoder.dispose();
  expect(values).toHaveLength(20 * 5 * shape.hidden);
  expect(values.every(Number.isFinite)).toBe(true);
  const most = (await commands.mostMemory()) - before;
  const seconds = [refusedMs, openedMs, extractedMs].map((ms) => (ms / 1000).toFixed(1));
  const memory = `${(most / 2 ** 30).toFixed(2)} GiB`;
  await annotate(`refused in ${seconds[0]} s, opened in ${seconds[1]} s, 20 rows in ${seconds[2]} s, ${memory}`);
});

test('WebGPU: 20 rows in four layers as on WebAssembly', async ({ annotate }) => {
  const { source } = await recogniseModel(files());
  const rows = rowsOf(Array.from({ length: 20 }, (_, row) => 4 + (row % 5) * 2));
  const gpu = await openGpu();
  const before = await commands.watchMemory();
  const started = performance.now();
  const onCard = await openEncoder(source!, { backend: 'webgpu', threads: 1, gpu: gpu.device, layers: 4 });
  const openedMs = performance.now() - started;
  const found = await extractFew(rows, onCard);
  const extractedMs = performance.now() - started - openedMs;
  await onCard.dispose();
  const most = (await commands.mostMemory()) - before;
  gpu.device.destroy();
  const onProcessor = await openEncoder(source!, { backend: 'wasm', threads: 2, layers: 4 });
  const expected = await extractFew(rows, onProcessor);
  await onProcessor.dispose();
  expect(relativeError(found, expected)).toBeLessThan(1e-4);
  const seconds = [openedMs, extractedMs].map((ms) => (ms / 1000).toFixed(1));
  await annotate(`opened in ${seconds[0]} s, 20 rows in ${seconds[1]} s, ${(most / 2 ** 30).toFixed(2)} GiB`);
});

test('as many layers as the limit allows do open, and give numbers', async ({ annotate }) => {
  const { source } = await recogniseModel(files());
  const layers = mostLayers(source!);
  const started = performance.now();
  const encoder = await openEncoder(source!, { backend: 'wasm', threads: 2, layers });
  const values = await extractFew(rowsOf([64]), encoder);
  await encoder.dispose();
  expect(values.every(Number.isFinite)).toBe(true);
  await annotate(`${layers} layers and a row of 64 tokens in ${((performance.now() - started) / 1000).toFixed(1)} s`);
});
