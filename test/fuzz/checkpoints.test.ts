/**
 * Checkpoints and pickles of whatever bytes: a value or a WinnowError, in bounded time, and every tensor that comes out
 * lies in the file and has the size of its shape. Inputs are raw bytes, instructions in any order, and what torch.save
 * wrote with a piece cut, doubled or changed.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { bitsOf } from '../../src/format/dtype.ts';
import { readPickle } from '../../src/format/pickle.ts';
import { TorchRules } from '../../src/format/torch-tensors.ts';
import { readZipDirectory } from '../../src/format/zip.ts';
import { readWeightFile } from '../../src/model/weight-file.ts';
import { checkpointBytes } from '../fixtures/checkpoints.ts';
import { fileOf } from '../fixtures/files.ts';

const limits = { numRuns: 400, timeout: 5000 };

/** Anything but a WinnowError with a sentence and a next step fails the test. */
function checkRefusal(error: unknown): void {
  if (!(error instanceof WinnowError)) throw error;
  expect(error.message).not.toBe('');
  expect(error.next).not.toBe('');
}

async function checkFile(file: File): Promise<void> {
  try {
    const { tensors } = await readWeightFile(file);
    for (const { dtype, shape, start, end } of tensors.values()) {
      expect(start).toBeGreaterThan(0);
      expect(end).toBeLessThanOrEqual(file.size);
      expect((end - start) * 8).toBe(shape.reduce((product, size) => product * size, bitsOf(dtype)));
    }
  } catch (error) {
    checkRefusal(error);
  }
}

function checkPickle(bytes: Uint8Array): void {
  const source = { subject: 'The pickle', next: 'Save it again.' };
  try {
    const { end } = readPickle(bytes, 0, new TorchRules(source), source);
    expect(end).toBeLessThanOrEqual(bytes.length);
  } catch (error) {
    checkRefusal(error);
  }
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));

/** `source` with up to three pieces replaced by other bytes, or cut off. */
function damaged(source: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const damage = fc.tuple(
    fc.nat({ max: source.length }),
    fc.nat({ max: 12 }),
    fc.uint8Array({ maxLength: 6 }),
    fc.boolean(),
  );
  return fc.array(damage, { minLength: 1, maxLength: 3 }).map((pieces) =>
    pieces.reduce((data, [at, length, piece, sameLength]) => {
      const cut = sameLength ? piece.length : length;
      return Uint8Array.from([...data.subarray(0, at), ...piece, ...data.subarray(at + cut)]);
    }, Uint8Array.from(source)),
  );
}

describe('pickle', () => {
  test('any bytes', () =>
    fc.assert(
      fc.property(bytes, (data) => checkPickle(data)),
      limits,
    ));

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
      fc.property(fc.array(instruction, { maxLength: 40 }), (all) =>
        checkPickle(Uint8Array.from([...all.flat(), 0x2e])),
      ),
      { ...limits, numRuns: 2000 },
    ));
});

describe('checkpoint', () => {
  const start = fc.constantFrom([0x50, 0x4b, 3, 4], [0x80, 2], [0x80, 2, 0x8a, 10], []);

  test('any bytes behind a promising start', () =>
    fc.assert(
      fc.asyncProperty(start, bytes, (first, data) => checkFile(fileOf('m', Uint8Array.from([...first, ...data])))),
      limits,
    ));

  test.each(['forms-zip.bin', 'forms-legacy.bin', 'nested.bin', 'untyped.bin'])('%s, damaged', (name) =>
    fc.assert(
      fc.asyncProperty(damaged(checkpointBytes(name)), (data) => checkFile(fileOf('m', data))),
      limits,
    ),
  );
});

test('the directory of a zip archive, damaged: entries lie in the file', async () => {
  const good = checkpointBytes('nested.bin');
  const directory = Buffer.from(good).indexOf('PK\u0001\u0002');
  await fc.assert(
    fc.asyncProperty(damaged(good.subarray(directory)), async (data) => {
      const file = fileOf('m', Uint8Array.from([...good.subarray(0, directory), ...data]));
      try {
        for (const { header, sizeBytes } of (await readZipDirectory(file)).values()) {
          expect(header).toBeGreaterThanOrEqual(0);
          expect(header + sizeBytes).toBeLessThan(file.size);
        }
      } catch (error) {
        checkRefusal(error);
      }
    }),
    limits,
  );
});
