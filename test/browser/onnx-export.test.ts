/** Exports against the hidden states of PyTorch: every token of every layer, on both backends, alone and padded. */
import { afterAll, describe, expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder, type Batch, type Encoder } from '../../src/model/encoder.ts';
import { recogniseModel, type ModelSource } from '../../src/model/recognise.ts';
import { exportFiles, exportNames, originOf, type ExportName } from './export-fixtures.ts';
import { asBatch, golden, relativeError, type Golden } from './model-fixtures.ts';

const limit = 1e-5;
const names = Object.keys(exportNames) as (keyof typeof exportNames)[];
let shared: Gpu | null = null;

afterAll(() => shared?.device.destroy());

async function source(name: ExportName): Promise<ModelSource> {
  const { source, card } = await recogniseModel(await exportFiles(name));
  if (!source) throw new Error(`${name} was not recognised`);
  const half = name === 'bert-float16';
  expect(card).toMatchObject({ hiddenStates: half ? 'layer normalisations' : exportNames[name] });
  expect(card?.weightFormat).toContain(half ? 'ONNX export, F16' : 'ONNX export, F32');
  return source;
}

async function open(name: ExportName, backend: 'wasm' | 'webgpu', layers?: number): Promise<Encoder> {
  if (backend === 'webgpu') shared ??= await openGpu();
  const gpu = backend === 'webgpu' ? shared?.device : undefined;
  return openEncoder(await source(name), { backend, threads: 2, ...(gpu && { gpu }), ...(layers && { layers }) });
}

/** A batch that wants every token. */
function whole(batch: Batch): Batch {
  const { lengths, length } = batch;
  const pooled = Array.from(lengths, (tokens, row) => Array.from({ length: tokens }, (_, at) => row * length + at));
  return { ...batch, pooled: Int32Array.from(pooled.flat()) };
}

/** The greatest error of one layer of one text. */
function worst(values: Float32Array, truth: Golden, texts: number[], { layers, hidden }: Encoder): number {
  const errors: number[] = [];
  let before = 0;
  for (const text of texts) {
    const tokens = truth.texts[text].ids.length;
    for (let layer = 0; layer < layers; layer += 1) {
      const given = Array.from({ length: tokens }, (_, at) => ((before + at) * layers + layer) * hidden);
      const mine = given.flatMap((start) => [...values.subarray(start, start + hidden)]);
      const size = tokens * hidden;
      errors.push(relativeError(mine, truth.hidden[text].subarray(layer * size, (layer + 1) * size)));
    }
    before += tokens;
  }
  return Math.max(...errors);
}

describe.each(['wasm', 'webgpu'] as const)('on %s', (backend) => {
  test.each(names)(
    '%s gives the hidden states of PyTorch, alone and in padded batches where it takes them',
    async (name) => {
      const truth = await golden(originOf(name));
      const encoder = await open(name, backend);
      const all = [...truth.texts.keys()];
      expect([encoder.layers, encoder.hidden]).toEqual([4, 32]);
      expect(encoder.unpadded).toBe(name === 'roberta-unmasked');
      if (!encoder.unpadded) {
        const padded = await encoder.run(whole(asBatch(truth.texts, truth.maxLength + 5)));
        expect(worst(padded, truth, all, encoder)).toBeLessThanOrEqual(limit);
      }
      for (const text of all) {
        const alone = await encoder.run(whole(asBatch([truth.texts[text]])));
        expect(worst(alone, truth, [text], encoder)).toBeLessThanOrEqual(limit);
      }
      await encoder.dispose();
    },
  );
});

test('float16: hidden states to its precision, or a sentence where the device has none', async () => {
  const truth = await golden('bert');
  const batch = whole(asBatch(truth.texts));
  const encoder = await open('bert-float16', 'wasm');
  const error = worst(await encoder.run(batch), truth, [...truth.texts.keys()], encoder);
  expect(error).toBeGreaterThan(1e-4);
  expect(error).toBeLessThan(5e-3);
  await encoder.dispose();
  const onGpu = await open('bert-float16', 'webgpu');
  if (shared?.device.features.has('shader-f16')) {
    expect(worst(await onGpu.run(batch), truth, [...truth.texts.keys()], onGpu)).toBeLessThan(5e-3);
  } else await expect(onGpu.run(batch)).rejects.toThrow('computes in float16, which this graphics device does not');
  await onGpu.dispose();
});

test.each(['bert-decomposed', 'bert-hidden', 'xlnet-decomposed'] as const)('%s stops at layer 1', async (name) => {
  const truth = await golden(originOf(name));
  const encoder = await open(name, 'wasm', 1);
  expect(encoder.layers).toBe(2);
  const values = await encoder.run(whole(asBatch(truth.texts)));
  expect(worst(values, truth, [...truth.texts.keys()], encoder)).toBeLessThanOrEqual(limit);
  await encoder.dispose();
});
