/**
 * Checkpoints and pickles of whatever bytes: a value or a WinnowError, in bounded time, and every tensor that comes out
 * lies in the file and has the size of its shape. Inputs are raw bytes, and instructions in any order; files of torch.save
 * are mutated by `mutations.test.ts`.
 */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { fileOf } from '../fixtures/files.ts';
import { limits } from '../fixtures/hostile.ts';
import { checkPickle, checkWeightFile } from './targets/weights.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));

describe('pickle', () => {
  test('any bytes', () => fc.assert(fc.asyncProperty(bytes, checkPickle), limits));

  const text = (value: string) => [0x8c, value.length, ...new TextEncoder().encode(value)];
  const global = (name: string) => [0x63, ...new TextEncoder().encode(name.replace(/\.(?=[^.]*$)/, '\n')), 10];
  const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const instruction = fc.oneof(
    fc
      .constantFrom(0x28, 0x29, 0x30, 0x31, 0x4e, 0x51, 0x52, 0x5d, 0x61, 0x62, 0x65, 0x73, 0x74, 0x75)
      .map((code) => [code]),
    fc.constantFrom(0x7d, 0x85, 0x86, 0x87, 0x88, 0x89, 0x93, 0x94).map((code) => [code]),
    fc.tuple(fc.constantFrom(0x4b, 0x68, 0x71), fc.nat(8)).map(([code, value]) => [code, value]),
    number.map((value) => [0x8a, 8, ...new Uint8Array(BigInt64Array.of(value).buffer)]),
    fc.constantFrom('storage', '0', 'cpu', 'w').map(text),
    fc
      .constantFrom(
        'torch._utils._rebuild_tensor_v2',
        'torch._utils._rebuild_tensor_v3',
        'torch._utils._rebuild_parameter',
        'torch.FloatStorage',
        'torch.storage.UntypedStorage',
        'torch.uint16',
        'torch.Size',
        'collections.OrderedDict',
      )
      .map(global),
  );

  test('any instructions', () =>
    fc.assert(
      fc.asyncProperty(fc.array(instruction, { maxLength: 40 }), (all) =>
        checkPickle(Uint8Array.from([...all.flat(), 0x2e])),
      ),
      { ...limits, numRuns: 2000 },
    ));
});

describe('checkpoint', () => {
  const start = fc.constantFrom([0x50, 0x4b, 3, 4], [0x80, 2], [0x80, 2, 0x8a, 10], []);

  test('any bytes behind a promising start', () =>
    fc.assert(
      fc.asyncProperty(start, bytes, (first, data) =>
        checkWeightFile(fileOf('m', Uint8Array.from([...first, ...data]))),
      ),
      limits,
    ));
});
