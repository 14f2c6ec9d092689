/** The encoder's numbers against PyTorch's, for every weight format of BERT, on both backends, alone and padded. */
import { afterAll, describe, expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder, type Encoder } from '../../src/model/encoder.ts';
import { recogniseModel, type ModelSource } from '../../src/model/recognise.ts';
import { asBatch, golden, modelFiles, modelNames, relativeError, type Golden } from './model-fixtures.ts';

const limit = 1e-5;
let shared: Gpu | null = null;

async function open(name: string, backend: 'wasm' | 'webgpu', layers?: number): Promise<Encoder> {
  if (backend === 'webgpu') shared ??= await openGpu();
  const gpu = backend === 'webgpu' ? shared?.device : undefined;
  return openEncoder(await source(name), { backend, threads: 2, ...(gpu && { gpu }), ...(layers && { layers }) });
}

async function source(name: string): Promise<ModelSource> {
  const { source, missing } = await recogniseModel(await modelFiles(name));
  expect(missing).toEqual([]);
  if (!source) throw new Error(`${name} was not recognised`);
  return source;
}

/** The classification token of one layer of one text, from the golden. */
function first({ texts, hidden }: Golden, text: number, layer: number, width: number): Float32Array {
  const start = layer * texts[text].ids.length * width;
  return hidden[text].subarray(start, start + width);
}

function worst(values: Float32Array, truth: Golden, texts: number[], { layers, hidden }: Encoder): number {
  const errors = texts.flatMap((text, row) =>
    Array.from({ length: layers }, (_, layer) => {
      const start = (row * layers + layer) * hidden;
      return relativeError(values.subarray(start, start + hidden), first(truth, text, layer, hidden));
    }),
  );
  return Math.max(...errors);
}

afterAll(() => shared?.device.destroy());

describe.each(['wasm', 'webgpu'] as const)('on %s', (backend) => {
  test.each(modelNames)('%s gives the hidden states of PyTorch, alone and in padded batches', async (name) => {
    const truth = await golden(name);
    const encoder = await open(name, backend);
    try {
      const all = [...truth.texts.keys()];
      const padded = await encoder.run(asBatch(truth.texts, truth.maxLength + 5));
      expect(padded).toHaveLength(all.length * encoder.layers * encoder.hidden);
      expect(worst(padded, truth, all, encoder)).toBeLessThanOrEqual(limit);
      for (const text of all) {
        const alone = await encoder.run(asBatch([truth.texts[text]]));
        expect(worst(alone, truth, [text], encoder)).toBeLessThanOrEqual(limit);
      }
    } finally {
      await encoder.dispose();
    }
  });

  test.each([1, 2])('a model written up to layer %i stops there', async (layers) => {
    const truth = await golden('bert');
    const encoder = await open('bert', backend, layers);
    const values = await encoder.run(asBatch(truth.texts));
    expect(encoder.layers).toBe(layers + 1);
    expect(worst(values, truth, [...truth.texts.keys()], encoder)).toBeLessThanOrEqual(limit);
    await encoder.dispose();
  });

  test('calls that come at once run one after the other', async () => {
    const truth = await golden('bert');
    const encoder = await open('bert', backend);
    const all = await Promise.all(truth.texts.map((text) => encoder.run(asBatch([text]))));
    all.forEach((values, text) => expect(worst(values, truth, [text], encoder)).toBeLessThanOrEqual(limit));
    await encoder.dispose();
  });
});

test('a lost graphics device gives an error, never numbers', async () => {
  const gpu = await openGpu();
  const encoder = await openEncoder(await source('bert'), { backend: 'webgpu', threads: 1, gpu: gpu.device });
  const { texts } = await golden('bert');
  gpu.device.destroy();
  await gpu.device.lost;
  await expect(encoder.run(asBatch(texts))).rejects.toMatchObject({ code: 'device-lost' });
  await encoder.dispose();
  const next = await open('bert', 'webgpu');
  expect(worst(await next.run(asBatch(texts)), await golden('bert'), [...texts.keys()], next)).toBeLessThanOrEqual(
    limit,
  );
  await next.dispose();
});

test('a model of zeros is an error on the CPU, which cannot be lost', async () => {
  const files = await modelFiles('bert');
  const zeroed = await Promise.all(files.map(async ({ path, file }) => ({ path, file: await withoutWeights(file) })));
  const { source: zero } = await recogniseModel(zeroed);
  if (!zero) throw new Error('the model was not recognised');
  const encoder = await openEncoder(zero, { backend: 'wasm', threads: 1 });
  const { texts } = await golden('bert');
  await expect(encoder.run(asBatch(texts))).rejects.toMatchObject({ code: 'bad-model' });
  await encoder.dispose();
});

/** A safetensors file with its header and zeros for data; any other as it is. */
async function withoutWeights(file: File): Promise<File> {
  if (!file.name.endsWith('.safetensors')) return file;
  const bytes = await file.arrayBuffer();
  new Uint8Array(bytes).fill(0, 8 + Number(new DataView(bytes).getBigUint64(0, true)));
  return new File([bytes], file.name);
}

test('a row longer than the model takes is refused', async () => {
  const encoder = await open('bert', 'wasm');
  const ids = new Array<number>(65).fill(5);
  const error = { code: 'bad-option', message: 'A row has 65 tokens, and the model takes 64.' };
  await expect(encoder.run(asBatch([{ ids, type_ids: ids.map(() => 0) }]))).rejects.toMatchObject(error);
  await encoder.dispose();
});

test('layers that the model does not have are refused', async () => {
  await expect(open('bert', 'wasm', 4)).rejects.toMatchObject({ code: 'bad-option' });
});

test.each(modelNames)('the tokenizer of %s gives the golden ids and subwords', async (name) => {
  const { tokenizer } = await source(name);
  const { texts, maxLength } = await golden(name);
  for (const { text, pair, ids, type_ids, tokens } of texts) {
    expect(tokenizer?.encode(text, pair, maxLength)).toEqual({ ids, typeIds: type_ids });
    expect(tokenizer?.tokens(text, pair, maxLength)).toEqual(tokens);
  }
});
