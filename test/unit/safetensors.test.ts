import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readShardIndex } from '../../src/format/safetensors-index.ts';
import { readSafetensorsHeader, readTensor, writeSafetensors } from '../../src/format/safetensors.ts';
import { errorOf } from '../fixtures/errors.ts';
import { fileOf, vanishing } from '../fixtures/files.ts';
import { headerFile } from '../fixtures/safetensors.ts';

const mixed = fileOf('mixed.safetensors', new Uint8Array(fixture('mixed.safetensors')));
/** Parsed here, not imported: an imported JSON module loses the name __proto__. */
const golden = JSON.parse(fixture('mixed.json').toString()) as {
  tensors: Record<string, { shape: number[]; values: number[] }>;
  all_halves: { F16: string; BF16: string };
};
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n';

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/data/${name}`, import.meta.url));
}

describe('a file of the safetensors package', () => {
  test('reads with names, shapes and values', async () => {
    const { tensors, metadata } = await readSafetensorsHeader(mixed);
    expect([...tensors.keys()].sort()).toEqual(Object.keys(golden.tensors).sort());
    expect([...metadata].sort()).toEqual([
      ['format', 'pt'],
      ['made', 'by the safetensors package'],
    ]);
    for (const [name, { shape, values }] of Object.entries(golden.tensors)) {
      const info = tensors.get(name);
      expect(info?.shape).toEqual(shape);
      if (info && info.dtype !== 'U8') expect([...(await readTensor(mixed, info))]).toEqual(values.map(Math.fround));
    }
  });

  test('says which number format cannot be computed with', async () => {
    const info = (await readSafetensorsHeader(mixed)).tensors.get('i.u8');
    if (!info) throw new Error('The fixture has no i.u8.');
    const error = await errorOf(readTensor(mixed, info));
    expect(error.message).toBe('`mixed.safetensors` holds numbers in the format U8, which Winnow cannot compute with.');
  });

  test.each(['F16', 'BF16'] as const)('%s: all 65,536 patterns widen as in PyTorch', async (dtype) => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const file = fileOf('halves', new Uint8Array(halves.buffer));
    const values = await readTensor(file, { dtype, shape: [65536], start: 0, end: 131072 });
    const patterns = new Uint32Array(values.buffer).map((bits, i) => (Number.isNaN(values[i]) ? 0x7fc00000 : bits));
    expect(createHash('sha256').update(patterns).digest('hex')).toBe(golden.all_halves[dtype]);
  });
});

describe('writing', () => {
  test('round trip of parts, whole numbers and a name like __proto__', async () => {
    const blob = writeSafetensors(
      [
        {
          name: 'activations',
          dtype: 'F32',
          shape: [3, 2],
          parts: [new Float32Array([1, 2]), new Blob([new Float32Array([3, 4, 5, 6])])],
        },
        { name: '__proto__', dtype: 'I32', shape: [2], parts: [new Int32Array([-1, 7])] },
        { name: 'none', dtype: 'F32', shape: [0, 5], parts: [] },
      ],
      new Map([['task', 'sst-2']]),
    );
    const { tensors, metadata } = await readSafetensorsHeader(blob);
    expect([...metadata]).toEqual([['task', 'sst-2']]);
    const read = async (name: string) => {
      const info = tensors.get(name);
      return info && { ...info, values: [...(await readTensor(blob, info))] };
    };
    expect(await read('activations')).toMatchObject({ dtype: 'F32', shape: [3, 2], values: [1, 2, 3, 4, 5, 6] });
    expect(await read('__proto__')).toMatchObject({ dtype: 'I32', shape: [2], values: [-1, 7] });
    expect(await read('none')).toMatchObject({ shape: [0, 5], values: [] });
    expect((tensors.get('activations')?.start ?? 1) % 8).toBe(0);
  });

  test('refuses parts that do not fill the shape, and a name twice', () => {
    const tensor = { name: 'a', dtype: 'F32', shape: [2], parts: [new Float32Array(2)] } as const;
    expect(() => writeSafetensors([{ ...tensor, shape: [3] }])).toThrow('Tensor a of 12 bytes was given 8 bytes.');
    expect(() => writeSafetensors([tensor, tensor])).toThrow('written twice');
  });
});

describe('damaged files, each with the sentence the user reads', () => {
  const f32 = (shape: number[], start: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [start, end] });
  const two = { a: f32([2], 0, 8), b: f32([3], 8, 20) };

  test.each<[string, File, string]>([
    ['no bytes', fileOf('m', ''), '`m` is empty (0 bytes).'],
    [
      'a text file',
      fileOf('m', 'hello world, this is text'),
      '`m` is not a safetensors file: no header begins after its first 8 bytes.',
    ],
    ['five bytes', fileOf('m', 'hello'), '`m` is not a safetensors file: no header begins after its first 8 bytes.'],
    [
      'a Git LFS pointer',
      fileOf('m', pointer),
      `\`m\` is a Git LFS pointer of ${pointer.length} bytes, not the weights themselves.`,
    ],
    [
      'a huge header',
      headerFile({}, 0, { length: 2n ** 40n }),
      '`m` claims a header of 1099511627776 bytes; a safetensors header has at most 100000000.',
    ],
    [
      'a header length beyond 2⁵³',
      headerFile({}, 0, { length: 2n ** 64n - 1n }),
      '`m` claims a header of 18446744073709551615 bytes; a safetensors header has at most 100000000.',
    ],
    [
      'a cut header',
      headerFile({}, 0, { length: 1000n }),
      '`m` ends 800 bytes early: its header of 1000 bytes is cut off.',
    ],
    ['a cut tensor', headerFile(two, 13), '`m` ends 7 bytes early: tensor `b` is cut off.'],
    ['two cut tensors', headerFile(two, 0), '`m` ends 20 bytes early: tensor `a` is cut off.'],
    ['bytes after the last tensor', headerFile(two, 25), '`m` has 233 bytes, but its tensors end at byte 228.'],
    [
      'offsets outside the file',
      headerFile({ a: f32([2], 0, 8), b: f32([3], 1000, 1012) }, 20),
      'Tensor `b` lies at bytes 1208 to 1220 of `m`, but the file has 228 bytes.',
    ],
    [
      'overlapping tensors',
      headerFile({ a: f32([2], 0, 8), b: f32([3], 4, 16) }, 16),
      'In `m`, tensor `b` starts at byte 212, but tensor `a` ends at byte 216: they overlap.',
    ],
    [
      'the same bytes twice',
      headerFile({ a: f32([2], 0, 8), b: f32([2], 0, 8) }, 8),
      'In `m`, tensor `b` starts at byte 208, but tensor `a` ends at byte 216: they overlap.',
    ],
    [
      'a gap',
      headerFile({ a: f32([2], 0, 8), b: f32([3], 12, 24) }, 24),
      'In `m`, tensor `b` starts at byte 220, but tensor `a` ends at byte 216: they leave a gap.',
    ],
    [
      'a gap at the start',
      headerFile({ a: f32([2], 4, 12) }, 12),
      'In `m`, tensor `a` starts at byte 212, but the header ends at byte 208: they leave a gap.',
    ],
    [
      'a shape of another size',
      headerFile({ a: f32([3], 0, 8) }, 8),
      'Tensor `a` of `m` has the shape [3] in F32, which is 12 bytes, but its offsets span 8.',
    ],
    [
      'a shape that overflows',
      headerFile({ a: f32([2 ** 40, 2 ** 40], 0, 8) }, 8),
      'Tensor `a` of `m` has the shape [1099511627776, 1099511627776] in F32, which is more than 2⁵³ bytes, but its offsets span 8.',
    ],
    [
      'falling offsets',
      headerFile({ a: f32([2], 8, 0) }, 8),
      'Tensor `a` of `m` has offsets that are not two rising whole numbers.',
    ],
    [
      'an offset beyond 2⁵³',
      headerFile({ a: f32([2], 2 ** 60, 2 ** 60 + 8) }, 8),
      'Tensor `a` of `m` has offsets that are not two rising whole numbers.',
    ],
    [
      'a negative size',
      headerFile({ a: f32([-2], 0, 8) }, 8),
      'Tensor `a` of `m` has a shape that is not a list of whole numbers.',
    ],
    [
      'an unknown number format',
      headerFile({ a: { ...f32([2], 0, 8), dtype: 'F33' } }, 8),
      'Tensor `a` of `m` has the unknown number format "F33".',
    ],
    [
      'no number format',
      headerFile({ a: { shape: [2], data_offsets: [0, 8] } }, 8),
      'Tensor `a` of `m` has the unknown number format none.',
    ],
    ['a tensor that is a number', headerFile({ a: 3 }, 0), 'Tensor `a` of `m` is not described by an object.'],
    [
      'a name like __proto__',
      headerFile('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}', 8),
      'Tensor `__proto__` of `m` has the shape [1] in F32, which is 4 bytes, but its offsets span 8.',
    ],
    [
      'metadata that is a list',
      headerFile({ __metadata__: ['x'] }, 0),
      '`__metadata__` in the header of `m` is not a list of texts.',
    ],
    [
      'metadata of numbers',
      headerFile({ __metadata__: { x: 1 } }, 0),
      '`__metadata__` in the header of `m` is not a list of texts.',
    ],
    [
      'a tensor twice',
      headerFile(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        8,
      ),
      'The header of `m` holds the key `a` twice.',
    ],
    [
      'a tensor twice, once escaped',
      headerFile(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061" : {"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        8,
      ),
      'The header of `m` holds the key `a` twice.',
    ],
    [
      'a field twice',
      headerFile('{"a":{"dtype":"F32","shape":[1],"dtype":"F16","data_offsets":[0,4]}}', 4),
      'The header of `m` holds the key `dtype` twice.',
    ],
  ])('%s', async (_, file, message) => {
    const error = await errorOf(readSafetensorsHeader(file));
    expect(error).toMatchObject({ code: 'bad-file', message });
    expect(error.next).not.toBe('');
  });

  test('a header that is not JSON', async () => {
    const error = await errorOf(readSafetensorsHeader(headerFile('{"a":', 0)));
    expect(error.message).toMatch(/^The header of `m` is not JSON: /);
  });

  test('a header that is not UTF-8', async () => {
    const error = await errorOf(readSafetensorsHeader(headerFile(new Uint8Array([0x7b, 0xff, 0x7d]), 0)));
    expect(error.code).toBe('bad-file');
  });

  test('a file that vanishes', async () => {
    expect((await errorOf(readSafetensorsHeader(vanishing('m', 'x'.repeat(30))))).code).toBe('unreadable-file');
  });

  test('the same key in two objects, or as a value, is no duplicate', async () => {
    const file = headerFile({ __metadata__: { dtype: 'shape', a: '"a":{' }, ...two }, 20);
    expect((await readSafetensorsHeader(file)).tensors.size).toBe(2);
  });
});

describe('an index of shards', () => {
  const index = (value: unknown) =>
    fileOf('model.safetensors.index.json', typeof value === 'string' ? value : JSON.stringify(value));

  test('gives the map and every shard once', async () => {
    const weight_map = { x: 'model-2.safetensors', y: 'model-1.safetensors', z: 'model-2.safetensors' };
    const { weightMap, files } = await readShardIndex(index({ metadata: { total_size: 9 }, weight_map }));
    expect(weightMap.get('z')).toBe('model-2.safetensors');
    expect(files).toEqual(['model-1.safetensors', 'model-2.safetensors']);
  });

  test.each<[string, unknown]>([
    ['is no JSON', '{'],
    ['is a list', []],
    ['has no weight_map', {}],
    ['has an empty weight_map', { weight_map: {} }],
    ['leaves the folder', { weight_map: { x: '../other.safetensors' } }],
    ['leaves the folder the Windows way', { weight_map: { x: '..\\other.safetensors' } }],
    ['names no weight file', { weight_map: { x: 'pytorch_model.pkl' } }],
    ['names a number', { weight_map: { x: 1 } }],
    ['names a tensor twice', '{"weight_map":{"x":"a.safetensors","x":"b.safetensors"}}'],
  ])('is refused when it %s', async (_, value) => {
    const error = await errorOf(readShardIndex(index(value)));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain('`model.safetensors.index.json`');
  });
});

test('a header of more tensors than any model has is refused before it is parsed', async () => {
  const tensors = Array.from(
    { length: 100_001 },
    (_, index) => `"${index}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`,
  );
  const started = performance.now();
  const error = await errorOf(readSafetensorsHeader(headerFile(`{${tensors.join()}}`, 0)));
  expect(error.message).toBe('The header of `m` describes more than 100000 tensors, more than any model has.');
  expect(performance.now() - started).toBeLessThan(2000);
});
