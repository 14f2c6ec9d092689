/** Checkpoints that torch.save wrote: every form a tensor may take, with the values that PyTorch has there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSafetensorsHeader, readTensor } from '../../src/format/safetensors.ts';
import { parseConfig } from '../../src/model/config.ts';
import { readWeightFile } from '../../src/model/weight-file.ts';
import { readWeights } from '../../src/model/weights.ts';
import { checkpoint, checkpointBytes } from '../fixtures/checkpoints.ts';
import { errorOf } from '../fixtures/errors.ts';
import { fileOf } from '../fixtures/files.ts';

const text = (name: string) => new TextDecoder().decode(checkpointBytes(name));
const forms = new Map(
  Object.entries(
    JSON.parse(text('forms.json')) as Record<string, { shape: number[]; contiguous: boolean; values: number[] }>,
  ),
);

describe.each(['forms-zip.bin', 'forms-legacy.bin'])('%s', (name) => {
  test('every contiguous tensor has its shape and values', async () => {
    const file = checkpoint(name);
    const { format, tensors, scattered } = await readWeightFile(file);
    expect(format).toBe('PyTorch checkpoint');
    expect([...tensors.keys(), ...scattered.keys()].sort()).toEqual([...forms.keys()].sort());
    for (const [tensor, { shape, contiguous, values }] of forms) {
      const info = tensors.get(tensor);
      expect(info !== undefined, tensor).toBe(contiguous);
      if (!info) continue;
      expect(info.shape, tensor).toEqual(shape);
      if (['byte', 'bool', 'char', 'short', 'complex'].includes(tensor)) continue;
      expect([...(await readTensor(file, info))], tensor).toEqual(values.map(Math.fround));
    }
  });

  test('number formats', async () => {
    const { tensors } = await readWeightFile(checkpoint(name));
    const dtypes = ['half', 'bfloat', 'double', 'long', 'int', 'short', 'char', 'byte', 'bool', 'complex'].map(
      (tensor) => tensors.get(tensor)?.dtype,
    );
    expect(dtypes).toEqual(['F16', 'BF16', 'F64', 'I64', 'I32', 'I16', 'I8', 'U8', 'BOOL', 'C64']);
  });

  test('tied tensors lie at one place, a view inside it', async () => {
    const { tensors } = await readWeightFile(checkpoint(name));
    const matrix = tensors.get('matrix');
    expect(tensors.get('tied')).toEqual(matrix);
    expect((tensors.get('rows')?.start ?? 0) - (matrix?.start ?? 0)).toBe(2 * 4 * 4);
  });

  test('why a transposed tensor cannot be read in place', async () => {
    const { scattered } = await readWeightFile(checkpoint(name));
    expect(scattered.get('transposed')).toBe(
      'is stored with the strides [1, 4] for the shape [4, 6], so its numbers do not follow one another',
    );
  });
});

test('a training checkpoint: the state dict lies under a key, in pickle protocol 4', async () => {
  const file = checkpoint('nested.bin');
  const { tensors } = await readWeightFile(file);
  expect([...tensors.keys()]).toEqual(['w']);
  const info = tensors.get('w');
  expect(info && [...(await readTensor(file, info))]).toEqual(forms.get('rows')?.values.map(Math.fround));
});

test.each(['harmless-2.bin', 'harmless-4.bin', 'harmless-top.bin'])(
  '%s: plain data beside the tensor is left out',
  async (name) => {
    const file = checkpoint(name);
    const { tensors } = await readWeightFile(file);
    expect([...tensors.keys()]).toEqual(['w']);
    const info = tensors.get('w');
    expect(info && [...(await readTensor(file, info))]).toEqual([1.5, -2]);
  },
);

test('number formats that have no storage type of their own', async () => {
  const { tensors } = await readWeightFile(checkpoint('untyped.bin'));
  expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
    ['float8', 'F8_E4M3', [2]],
    ['word', 'U16', [1]],
  ]);
});

describe('a model that holds a transposed tensor', () => {
  const config = parseConfig(text('scattered.json'), 'config.json');

  test('is refused when it is the query weight, which is needed', async () => {
    const error = await errorOf(readWeights([checkpoint('scattered.bin')], config));
    expect([error.code, error.message]).toEqual([
      'bad-model',
      'Tensor `encoder.layer.0.attention.self.query.weight` of `scattered.bin` is stored with the strides [1, 4] for the shape [4, 4], so its numbers do not follow one another.',
    ]);
  });

  test('is read when it is the pooler, which is not', async () => {
    const { tensors, dtypes } = await readWeights([checkpoint('scattered-pooler.bin')], config);
    expect([tensors.size, dtypes]).toEqual([21, 'F32']);
  });
});

const models = join(import.meta.dirname, '../fixtures/models');

test.each([
  ['bert-bin', ['pytorch_model.bin']],
  ['bert-bin-legacy', ['pytorch_model.bin']],
  ['bert-bin-sharded', ['pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin']],
])('%s holds the bytes of the same model in safetensors', async (name, files) => {
  const read = (folder: string, file: string) => fileOf(file, new Uint8Array(readFileSync(join(models, folder, file))));
  const bytes = async (file: File, { start, end }: { start: number; end: number }) =>
    Buffer.from(await file.slice(start, end).arrayBuffer());
  const expected = read('bert', 'model.safetensors');
  const header = await readSafetensorsHeader(expected);
  const found = new Map<string, Buffer>();
  for (const file of files.map((part) => read(name, part))) {
    const { tensors } = await readWeightFile(file);
    // The legacy file has the old names of LayerNorm.
    for (const [tensor, info] of tensors) {
      found.set(tensor.replace(/gamma$/, 'weight').replace(/beta$/, 'bias'), await bytes(file, info));
    }
  }
  for (const [tensor, info] of header.tensors) {
    expect(found.get(tensor)?.equals(await bytes(expected, info)), tensor).toBe(true);
  }
});
