/** Whatever the bytes of an export: an outline whose places lie in the file, or a WinnowError, in bounded time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { readOnnx, type OnnxFile } from '../../src/format/onnx.ts';
import { assemble } from '../../src/model/onnx/assemble.ts';
import { findHiddenStates } from '../../src/model/onnx/hidden-states.ts';
import { fileOf } from '../fixtures/files.ts';
import { madeModel, type MadeModel } from '../fixtures/onnx.ts';

const limits = { numRuns: 300, timeout: 5000 };

/** The outline, or null for a refusal; anything else fails. */
async function read(bytes: Uint8Array<ArrayBuffer>): Promise<OnnxFile | null> {
  return refused(async () => {
    const file = fileOf('m.onnx', bytes);
    const model = await readOnnx(file);
    for (const { data } of model.tensors.values()) {
      if (data?.location === null) expect(data.end).toBeLessThanOrEqual(file.size);
    }
    return model;
  });
}

async function refused<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    expect([error.message, error.next]).not.toContain('');
    return null;
  }
}

/** Looks for hidden states and writes the model anew. */
async function reduce(model: OnnxFile, layers: number): Promise<void> {
  await refused(async () => {
    const { names } = findHiddenStates(model, { layers, hidden: 32 });
    expect(names).toHaveLength(layers + 1);
    expect((await assemble(model, names, 32)).bytes.length).toBeGreaterThan(0);
  });
}

describe('bytes', () => {
  test('any', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await read(new Uint8Array(bytes));
      }),
      limits,
    ));

  const path = join(import.meta.dirname, '../fixtures/exports/roberta-external/model.onnx');
  const good = new Uint8Array(readFileSync(path));
  const piece = fc.tuple(fc.nat({ max: good.length }), fc.nat({ max: 12 }), fc.uint8Array({ maxLength: 6 }));

  test('of a good export, damaged', () =>
    fc.assert(
      fc.asyncProperty(piece, async ([at, length, bytes]) => {
        const damaged = new Uint8Array([...good.subarray(0, at), ...bytes, ...good.subarray(at + length)]);
        const model = await read(damaged);
        if (model) await reduce(model, 3);
      }),
      { ...limits, numRuns: 150 },
    ));
});

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
    fc.asyncProperty(model, fc.integer({ min: 1, max: 2 }), async (made, layers) => {
      const outline = await read(madeModel(made));
      if (outline) await reduce(outline, layers);
    }),
    limits,
  );
});
