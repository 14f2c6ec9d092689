/** Checkpoints that attack whoever loads them: refused with a sentence and a next step, quickly and in little memory. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hostile, hostileNames, refusal } from '../fixtures/checkpoints.ts';
import type { Cost } from '../fixtures/cost.ts';
import { fileOf } from '../fixtures/files.ts';

const limit: Cost = { elapsedMs: 2000, grownBytes: 512 * 2 ** 20 };

/** What the sentence says, for every file; a file without a line here fails. */
const sentences = new Map<string, string>([
  ...(['run', 'legacy'] as const).flatMap((kind): [string, string][] => [
    [`${kind}-os-system`, 'asks for `posix.system`, which could run code'],
    [`${kind}-eval`, 'asks for `__builtin__.eval`'],
    [`${kind}-exec`, 'asks for `__builtin__.exec`'],
    [`${kind}-getattr`, 'asks for `__builtin__.getattr`'],
    [`${kind}-nested-reduce`, 'asks for `functools.partial`'],
    [`${kind}-subprocess`, 'asks for `commands.check_output`'],
  ]),
  ['run-build', 'sets the attributes of what is no dictionary'],
  ['run-storage-type', 'asks for `os.system`'],
  ['run-protocol-0', 'is neither a safetensors file nor a PyTorch checkpoint'],
  ['run-plain-pickle', 'asks for `posix.system`'],
  ['run-long-name', `asks for \`${'a'.repeat(80)}…\``],
  ['pickle-binunicode8', 'asks for 1152921504606847000 bytes at byte 11 where 4 are left'],
  ['pickle-binunicode', 'asks for 4294967295 bytes at byte 7 where 4 are left'],
  ['pickle-long4', 'holds a pickled whole number of 2147483647 bytes'],
  ['pickle-long1', 'holds a pickled whole number of 255 bytes'],
  ['pickle-frame', 'claims a pickle frame of 1152921504606847000 bytes at byte 3 where 2 are left'],
  ['pickle-binbytes8', 'asks for 1152921504606847000 bytes at byte 11 where 4 are left'],
  ['pickle-binput', 'refers to its value 4294967294 before there is one'],
  ['pickle-get-before-put', 'refers to its value 7 before there is one'],
  ['pickle-underflow', 'takes more than it has put down'],
  ['pickle-mark-underflow', 'goes back to a mark it has not set'],
  ['pickle-tuple-over-mark', 'takes more than it has put down'],
  ['pickle-append-to-none', 'appends to what is no list'],
  ['pickle-items-to-list', 'sets items of what is no dictionary'],
  ['pickle-odd-items', 'sets items of what is no dictionary'],
  ['pickle-call-of-none', 'calls what is no function'],
  ['pickle-call-of-dtype', 'calls `torch.float32`, which is no function'],
  ['pickle-persistent-text', 'refers to something that is no storage of numbers'],
  ['pickle-endless-name', 'holds a pickled name at byte 3 that does not end'],
  ['pickle-inst', 'uses the pickle instruction 0x69 at byte 3'],
  ['pickle-obj', 'asks for `os.system`'],
  ['pickle-extension', 'uses the pickle instruction 0x82 at byte 2'],
  ['pickle-newobj', 'holds no tensors by name'],
  ['pickle-bad-utf8', 'holds a pickled text at byte 7 that is not UTF-8'],
  ['pickle-protocol-9', 'holds a pickle of protocol 9; the newest is 5'],
  ['pickle-no-stop', 'asks for 1 bytes at byte 52 where 0 are left'],
  ['pickle-ordered-dict-of-pairs', 'holds an ordered dictionary with arguments'],
  ['pickle-memo-bomb', 'holds no tensors by name'],
  ['pickle-memo-bomb-state', 'holds no tensors by name'],
  ['pickle-deep-lists', 'holds no tensors by name'],
  ['pickle-deep-tuples', 'holds no tensors by name'],
  ['pickle-deep-marks', 'holds no tensors by name'],
  ['pickle-own-self', 'holds no tensors by name'],
  ['tensor-huge-elements', 'refers to something that is no storage of numbers'],
  ['tensor-huge-shape', 'reaches to byte 4611686018427388000 of a storage that has 16'],
  ['tensor-huge-offset', 'reaches to byte 4503599627370512 of a storage that has 16'],
  ['tensor-huge-stride', 'reaches to byte 4503599627370504 of a storage that has 16'],
  ['tensor-negative-shape', 'whose shape, strides and offset are not whole numbers'],
  ['tensor-negative-offset', 'whose shape, strides and offset are not whole numbers'],
  ['tensor-no-strides', 'whose shape, strides and offset are not whole numbers'],
  ['tensor-many-axes', 'whose shape, strides and offset are not whole numbers'],
  ['tensor-absent', 'holds no `m/data/1`, which its tensors are stored in'],
  ['tensor-elsewhere', 'holds no `m/data/../../secret`, which its tensors are stored in'],
  ['tensor-too-small', 'holds `m/data/0` of 16 bytes, but its tensors ask for 20'],
  ['tensor-two-types', 'gives storage `0` 16 bytes and 32 bytes'],
  ['tensor-none', 'holds no tensors by name'],
  ['zip-deflated', 'holds `m/data.pkl` compressed or encrypted'],
  ['zip-4-gigabytes', 'holds `m/data.pkl` compressed or encrypted'],
  ['zip-cut', 'End of central directory not found'],
  ['zip-cut-inside', 'End of central directory not found'],
  ['zip-only-start', 'a zip archive whose directory cannot be read'],
  ['zip-huge-entry', 'has 499 bytes, but its entry `m/data/0` ends at byte 2147483934 or later'],
  ['zip-far-entry', 'has 499 bytes, but its entry `m/data/0` ends at byte 2147483694 or later'],
  ['zip-wrong-entry', 'entry `m/data/0` and entry `m/data.pkl` overlap'],
  ['zip-many-entries', 'a zip archive whose directory cannot be read'],
  ['zip-huge-directory', 'claims a zip directory of 4294967294 bytes; it may have 16777216'],
  ['zip-2-to-the-60-entries', 'a zip archive whose directory cannot be read'],
  ['zip-overlap', 'entry `m/dat000` and entry `m/data/0` overlap'],
  ['zip-twice', 'holds the entry `m/data/0` twice'],
  ['zip-big-endian', 'was saved in the byte order "big", and Winnow reads "little"'],
  ['zip-numpy', 'is a zip archive, but not one of PyTorch'],
  ['zip-rubbish', 'a zip archive whose directory cannot be read'],
  ['legacy-frame', 'claims a pickle frame of 1152921504606847000 bytes'],
  ['legacy-binunicode8', 'asks for 1152921504606847000 bytes at byte 11 where 4 are left'],
  ['legacy-no-stop', 'asks for 1 bytes at byte 52 where 0 are left'],
  ['legacy-cut', 'ends 5 bytes early: storage'],
  ['legacy-cut-inside', 'asks for 1 bytes at byte 200 where 0 are left'],
  ['legacy-wrong-count', 'has 1152921504606846976 numbers in storage'],
  ['legacy-no-magic', 'is a pickle, but not one that torch.save wrote'],
  ['legacy-big-endian', 'was saved by a machine that is not little-endian, or does not say'],
  ['protobuf', 'is neither a safetensors file nor a PyTorch checkpoint'],
  ['rubbish', 'is neither a safetensors file nor a PyTorch checkpoint'],
  ['empty-pickle', 'asks for 1 bytes at byte 2 where 0 are left'],
]);

async function refused(file: File, sentence: string): Promise<void> {
  const { error, cost } = await refusal(file);
  expect(error.code).toBe('bad-file');
  expect(error.message).toContain('`m.bin`');
  expect(error.message).toContain(sentence);
  expect(error.next).toMatch(/^[A-Z].*\.$/);
  expect(cost.elapsedMs).toBeLessThan(limit.elapsedMs);
  expect(cost.grownBytes).toBeLessThan(limit.grownBytes);
}

test.each(hostileNames)('%s', async (name) => {
  await refused(hostile(name), sentences.get(name) ?? 'a sentence that the table lacks');
});

/** A legacy checkpoint's bytes: pickle protocol 2, one instruction over and over. */
function repeated(instruction: number[], bytes: number): File {
  const data = new Uint8Array(bytes);
  for (let i = 2; i < bytes; i++) data[i] = instruction[(i - 2) % instruction.length];
  data.set([0x80, 2]);
  return fileOf('m.bin', data);
}

test.each<[string, number[]]>([
  ['dictionaries', [0x7d]],
  ['lists', [0x5d]],
  ['marks', [0x28]],
  ['memo entries', [0x4e, 0x94]],
  ['whole numbers', [0x8a, 0x08, 1, 2, 3, 4, 5, 6, 7, 8]],
])('16 MiB of %s', async (_, instruction) => {
  await refused(repeated(instruction, 16 * 2 ** 20), 'holds a pickle of more than 300000 steps');
});

test('an archive of 10,001 entries', async () => {
  const count = 10_001;
  const record = 46 + 5;
  const bytes = new Uint8Array(30 + count * record + 22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  for (let entry = 0; entry < count; entry++) {
    const at = 30 + entry * record;
    view.setUint32(at, 0x02014b50, true);
    view.setUint16(at + 28, 5, true);
    bytes.set(new TextEncoder().encode(String(entry).padStart(5, '0')), at + 46);
  }
  const end = bytes.length - 22;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 8, count, true);
  view.setUint16(end + 10, count, true);
  view.setUint32(end + 12, count * record, true);
  view.setUint32(end + 16, 30, true);
  await refused(fileOf('m.bin', bytes), 'has more than 10000 entries');
});

test('nothing of this was run', () => {
  expect(existsSync('pwned')).toBe(false);
});
