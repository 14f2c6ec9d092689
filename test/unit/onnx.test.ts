/** Reading ONNX files: what is in them, and what is refused with a sentence, in time and without reading weights. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOnnx } from '../../src/format/onnx.ts';
import { errorOf } from '../fixtures/errors.ts';
import { fileOf, vanishing } from '../fixtures/files.ts';
import { madeModel, type MadeTensor } from '../fixtures/onnx.ts';

const exports = join(import.meta.dirname, '../fixtures/exports');
const nodes = [['Add', ['a', 'b'], ['c']]] as const;

function exported(name: string): File {
  return fileOf('model.onnx', new Uint8Array(readFileSync(join(exports, name, 'model.onnx'))));
}

/** Counted with the onnx package of Python. */
test.each([
  ['bert-decomposed', 14, 378, ['input_ids', 'attention_mask', 'token_type_ids'], ['logits']],
  ['bert-optimised', 14, 29, ['input_ids', 'attention_mask', 'token_type_ids'], ['logits']],
  ['roberta-external', 20, 137, ['input_ids', 'attention_mask'], ['layer_norm_6', 'tanh']],
])('%s', async (name, opset, nodes, inputs, outputs) => {
  const model = await readOnnx(exported(name));
  expect([model.opset, model.nodes.length]).toEqual([opset, nodes]);
  expect(model.inputs.map((input) => [input.name, input.type, input.shape])).toEqual(
    inputs.map((input) => [input, 7, [null, null]]),
  );
  expect(model.outputs.map((output) => output.name)).toEqual(outputs);
});

test('weights in the file and beside it', async () => {
  const inside = (await readOnnx(exported('bert-decomposed'))).tensors.get('model.bert.embeddings.LayerNorm.weight');
  expect(inside).toMatchObject({ type: 1, shape: [32], size: 32, data: { location: null } });
  const outside = (await readOnnx(exported('roberta-external'))).tensors.get('embeddings.word_embeddings.weight');
  expect(outside).toMatchObject({ shape: [2000, 32], data: { location: 'model.onnx.data' } });
  expect((outside?.data?.end ?? 0) - (outside?.data?.start ?? 0)).toBe(2000 * 32 * 4);
});

test('a payload of weights is stepped over, not read', async () => {
  const big = madeModel({ nodes, tensors: [{ name: 'w', shape: [2 ** 22], data: new Uint8Array(2 ** 24) }] });
  const file = fileOf('model.onnx', big);
  let bytes = 0;
  const slice = file.slice.bind(file);
  file.slice = (start, end) => {
    bytes += (end ?? 0) - (start ?? 0);
    return slice(start, end);
  };
  expect((await readOnnx(file)).tensors.get('w')?.size).toBe(2 ** 22);
  expect(bytes).toBeLessThan(2 ** 19);
});

describe('is refused', () => {
  const tensor = (changes: Partial<MadeTensor>) =>
    madeModel({ nodes, tensors: [{ name: 'w', shape: [2, 3], data: new Uint8Array(24), ...changes }] });
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
  const good = madeModel({ nodes });

  test.each([
    ['an empty file', new Uint8Array(0), 'is empty'],
    ['text', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'), 'is damaged'],
    ['a model without a graph', Uint8Array.of(8, 8), 'holds no ONNX graph'],
    ['a file cut off', good.slice(0, -9), 'bytes where'],
    ['a length of 2^63', Uint8Array.of(0x3a, ...huge), 'bytes where 0 are left'],
    ['a number without an end', Uint8Array.of(...new Array<number>(20).fill(0xff)), 'no field can be read at byte 0'],
    ['a group', Uint8Array.of(0x3b, 0x3c), 'of a kind that such a file does not hold'],
    ['a name of a megabyte', madeModel({ nodes: [['A'.repeat(2 ** 20), [], []]] }), 'a name of 1048576 bytes'],
    ['a shape below zero', tensor({ shape: [-2, 3] }), 'has the shape [-2, 3]'],
    ['2^60 elements', tensor({ shape: [2 ** 30, 2 ** 30] }), 'claims'],
    ['many axes', tensor({ shape: new Array<number>(40).fill(1) }), 'has the shape'],
    ['too few bytes', tensor({ data: new Uint8Array(20) }), 'which is 24 bytes, but it holds 20'],
    ['a place below zero', tensor({ external: { location: 'w', offset: '-8' } }), 'not at a place that can be read'],
    ['a place that is no number', tensor({ external: { location: 'w', offset: 'x' } }), 'not at a place'],
    ['external data without a file', tensor({ external: { offset: '0' } }), 'not at a place'],
    [
      'a tensor twice',
      madeModel({ nodes, tensors: ['w', 'w'].map((name) => ({ name, shape: [] })) }),
      'holds the tensor `w` twice',
    ],
  ])('%s', async (_, bytes, words) => {
    const { code, message, next } = await errorOf(readOnnx(fileOf('model.onnx', bytes)));
    expect([code, next.endsWith('.')]).toEqual(['bad-file', true]);
    expect(message).toContain('`model.onnx`');
    expect(message).toContain(words);
  });

  test('millions of fields, within two seconds', async () => {
    const started = performance.now();
    const bytes = new Uint8Array(40_000_000).fill(8);
    const { message } = await errorOf(readOnnx(fileOf('model.onnx', bytes)));
    expect(message).toContain('more than 300000 fields');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('a file that vanished', async () => {
    expect((await errorOf(readOnnx(vanishing('model.onnx', 'abc')))).code).toBe('unreadable-file');
  });
});
