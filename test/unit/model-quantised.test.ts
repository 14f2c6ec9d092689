/** Weights in fewer bits, as four programs save them: refused by name, whether config.json or the tensors tell. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recogniseModel } from '../../src/model/recognise.ts';
import { refuseQuantisedTensors } from '../../src/model/quantised.ts';
import { dropped } from '../fixtures/files.ts';

const llama = join(import.meta.dirname, '../fixtures/models/llama');
const fields = JSON.parse(readFileSync(join(llama, 'config.json'), 'utf8')) as object;

test.each([
  [{ quant_method: 'bitsandbytes', load_in_4bit: true }, 'bitsandbytes'],
  [{ load_in_8bit: true }, 'bitsandbytes'],
  [{ quant_method: 'gptq', bits: 4, group_size: 128 }, 'GPTQ'],
  [{ quant_method: 'awq', bits: 4 }, 'AWQ'],
  [{ quant_method: 'fp8', weight_block_size: [128, 128] }, 'FP8'],
  [{ quant_method: 'hqq' }, '"hqq"'],
  [{}, 'a method that it does not name'],
])('a config with %o', async (quantization_config, by) => {
  const { source, missing } = await recogniseModel([
    dropped('m/config.json', JSON.stringify({ ...fields, quantization_config })),
    dropped('m/model.safetensors', new Uint8Array(readFileSync(join(llama, 'model.safetensors')))),
    dropped('m/tokenizer.json', readFileSync(join(llama, 'tokenizer.json'), 'utf8')),
  ]);
  expect(source).toBeNull();
  expect(missing[0]).toMatchObject({
    code: 'bad-model',
    message: `\`config.json\` says that the weights are quantised by ${by}, which Winnow does not compute with.`,
    next: 'Use the weights that it was quantised from (float32, float16 or bfloat16), or an ONNX export of the model.',
  });
});

test('a config without them', async () => {
  const { missing } = await recogniseModel([
    dropped('m/config.json', JSON.stringify({ ...fields, quantization_config: null })),
    dropped('m/model.safetensors', new Uint8Array(readFileSync(join(llama, 'model.safetensors')))),
    dropped('m/tokenizer.json', readFileSync(join(llama, 'tokenizer.json'), 'utf8')),
  ]);
  expect(missing).toEqual([]);
});

const layer = 'model.layers.0.self_attn.q_proj';

test.each([
  [{ [`${layer}.weight`]: 'U8', [`${layer}.weight.absmax`]: 'F32' }, 'bitsandbytes', `${layer}.weight.absmax`],
  [{ [`${layer}.weight`]: 'I8', [`${layer}.SCB`]: 'F32' }, 'bitsandbytes', `${layer}.SCB`],
  [{ [`${layer}.qweight`]: 'I32', [`${layer}.g_idx`]: 'I32' }, 'GPTQ', `${layer}.qweight`],
  [{ [`${layer}.qweight`]: 'I32', [`${layer}.qzeros`]: 'I32' }, 'AWQ', `${layer}.qweight`],
  [{ [`${layer}.weight`]: 'F8_E4M3' }, 'FP8', `${layer}.weight`],
  [{ [`${layer}.weight_packed`]: 'I32' }, 'compressed-tensors', `${layer}.weight_packed`],
] as const)('tensors %o', (dtypes, by, name) => {
  const tensors = Object.entries(dtypes).map(([name, dtype]) => [name, { dtype }] as const);
  expect(() => refuseQuantisedTensors(tensors, '`model.safetensors`')).toThrow(
    `\`model.safetensors\` holds weights that are quantised by ${by} (\`${name}\`), which Winnow does not compute with.`,
  );
});

test('tensors of numbers that Winnow computes with', () => {
  const plain = [
    [`${layer}.weight`, { dtype: 'BF16' }] as const,
    ['embeddings.position_ids', { dtype: 'I64' }] as const,
  ];
  expect(() => refuseQuantisedTensors(plain, '')).not.toThrow();
});
