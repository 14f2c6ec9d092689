/** Whatever the bytes of an export: an outline whose places lie in the file, or a WinnowError, in bounded time. */
import fc from 'fast-check';
import { test } from 'vitest';
import { fileOf } from '../fixtures/files.ts';
import { limits } from '../fixtures/hostile.ts';
import { madeModel, type MadeModel } from '../fixtures/onnx.ts';
import { checkExport } from './targets/weights.ts';

test('any bytes', () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) =>
      checkExport(fileOf('m.onnx', new Uint8Array(bytes)), { layers: 1, hidden: 32 }),
    ),
    limits,
  ));

test('any graph, cycles and all', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'scale', 'input_ids', '');
  const op = fc.constantFrom(
    'Add',
    'Mul',
    'Div',
    'Sub',
    'Sqrt',
    'ReduceMean',
    'LayerNormalization',
    'Identity',
    'Transpose',
  );
  const node = fc.tuple(op, fc.array(name, { maxLength: 4 }), fc.array(name, { maxLength: 2 }));
  const value = fc.record({ name: fc.constantFrom('input_ids', 'hidden_states.0', 'hidden_states.1') });
  const model: fc.Arbitrary<MadeModel> = fc.record({
    nodes: fc.array(node, { minLength: 1, maxLength: 14 }),
    inputs: fc.array(value, { maxLength: 2 }),
    outputs: fc.array(value, { maxLength: 3 }),
    tensors: fc.constant([{ name: 'scale', shape: [32], data: new Uint8Array(128) }]),
  });
  return fc.assert(
    fc.asyncProperty(model, fc.integer({ min: 1, max: 2 }), (made, layers) =>
      checkExport(fileOf('m.onnx', madeModel(made)), { layers, hidden: 32 }),
    ),
    limits,
  );
});
