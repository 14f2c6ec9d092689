/** What the encoder refuses, and the tokenizers of the tiny models against their goldens. */
import { expect, test } from 'vitest';
import { openEncoder } from '../../src/model/encoder.ts';
import { recogniseModel } from '../../src/model/recognise.ts';
import { loadRuntime } from '../../src/model/runtime.ts';
import { openModel } from '../../src/model/session.ts';
import { madeModel } from '../fixtures/onnx.ts';
import { architectureSource } from './architecture-fixtures.ts';
import { asBatch, golden, modelFiles, modelNames } from './model-fixtures.ts';

const onCpu = { backend: 'wasm', threads: 1 } as const;

test('a model of zeros is an error on the CPU, which cannot be lost', async () => {
  const files = await modelFiles('bert');
  const zeroed = await Promise.all(files.map(async ({ path, file }) => ({ path, file: await withoutWeights(file) })));
  const { source: zero } = await recogniseModel(zeroed);
  if (!zero) throw new Error('the model was not recognised');
  const encoder = await openEncoder(zero, onCpu);
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

test('an export whose types contradict one another is said to be one', async () => {
  const bytes = madeModel({
    nodes: [['Add', ['ids', 'half'], ['sum']]],
    inputs: [{ name: 'ids', shape: [1] }],
    outputs: [{ name: 'sum', shape: [1] }],
    tensors: [{ name: 'half', shape: [1], type: 10, data: new Uint8Array(2) }],
  });
  const opening = openModel(
    await loadRuntime('wasm', 1),
    { bytes, weights: [], onCpu: [] },
    { backend: 'wasm', gpu: null },
  );
  await expect(opening).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringMatching(
      /^The ONNX export cannot be run: the types in it contradict one another \(Type parameter \(T\) of Optype \(Add\) bound to different types .+\)\.$/,
    ),
    next: expect.stringContaining(
      'onnxruntime.transformers.float16.convert_float_to_float16(model, keep_io_types=True)',
    ),
  });
});

test('a row longer than the model takes is refused', async () => {
  const encoder = await openEncoder(await architectureSource('bert'), onCpu);
  const ids = new Array<number>(65).fill(5);
  const error = { code: 'bad-option', message: 'A row has 65 tokens, and the model takes 64.' };
  await expect(encoder.run(asBatch([{ ids, type_ids: ids.map(() => 0) }]))).rejects.toMatchObject(error);
  await encoder.dispose();
});

test('layers that the model does not have are refused', async () => {
  const source = await architectureSource('bert');
  await expect(openEncoder(source, { ...onCpu, layers: 4 })).rejects.toMatchObject({ code: 'bad-option' });
});

test.each(modelNames)('the tokenizer of %s gives the golden ids and subwords', async (name) => {
  const { tokenizer } = await architectureSource(name);
  const { texts, maxLength } = await golden(name);
  for (const { text, pair, ids, type_ids, tokens } of texts) {
    expect(tokenizer?.encode(text, pair, maxLength)).toEqual({ ids, typeIds: type_ids });
    expect(tokenizer?.tokens(text, pair, maxLength)).toEqual(tokens);
  }
});
