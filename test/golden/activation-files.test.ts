import { describe, expect, test } from 'vitest';
import { activationFormats, formatNames } from '../../src/activations/file/formats.ts';
import { writeActivations } from '../../src/activations/file/write.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import { bitsOf, contentOf, fixture, golden, lengths, sentences, shape } from '../fixtures/activation-files.ts';
import { syncFile } from '../fixtures/worker-files.ts';

describe("files of NeuroX's own writer", () => {
  test('HDF5: every number, and the words of repeated sentences', async () => {
    const content = await contentOf(fixture('neurox.hdf5'));
    expect(content).toMatchObject({ format: 'neurox-hdf5', ...shape, unit: 'sentence', count: 4, words: sentences });
    expect(content.bits).toEqual(bitsOf(await golden('words')));
  });

  test('JSON lines: every number to the eight decimals that NeuroX writes', async () => {
    const content = await contentOf(fixture('neurox.json'));
    expect(content).toMatchObject({ format: 'neurox-json', ...shape, unit: 'sentence', count: null, words: sentences });
    expect(content.bits).toEqual(bitsOf(await golden('words.json')));
  });

  test('one classification token a sentence', async () => {
    const words = new Array<string[]>(6).fill(['[CLS]']);
    const hdf5 = await contentOf(fixture('neurox-sentences.hdf5'));
    expect(hdf5).toMatchObject({ count: 6, words });
    expect(hdf5.bits).toEqual(bitsOf(await golden('sentences')));
    const json = await contentOf(fixture('neurox-sentences.json'));
    expect(json.words).toEqual(words);
    expect(json.bits).toEqual(bitsOf(await golden('sentences.json')));
  });
});

describe('HDF5 of the same layout by h5py', () => {
  test('half precision; sentences that the index does not name have no words', async () => {
    const content = await contentOf(fixture('half.hdf5'));
    expect(content.bits).toEqual(bitsOf(await golden('words.half')));
    expect(content.words).toEqual([null, ...sentences.slice(1)]);
  });

  test('chunked, shuffled and gzipped', async () => {
    expect((await contentOf(fixture('packed.hdf5'))).bits).toEqual(bitsOf(await golden('words')));
  });
});

describe('arrays of numpy', () => {
  test('three axes', async () => {
    const content = await contentOf(fixture('rows.npy'));
    expect(content).toMatchObject({ format: 'npy', ...shape, unit: 'row', count: 13 });
    expect(content.bits).toEqual(bitsOf(await golden('words')));
  });

  test('two axes in double precision', async () => {
    const content = await contentOf(fixture('flat-double.npy'), 3);
    expect(content).toMatchObject({ ...shape, count: 13 });
    expect(content.bits).toEqual(bitsOf(await golden('words')));
  });
});

describe('what is written is read again', () => {
  test.each(formatNames)('%s, across blocks of every size', async (format) => {
    const data = await golden('words');
    for (const blockRows of [1, 2, 3, 5, 13, 20]) {
      const activations = inMemory(data, { rows: 13, ...shape }, blockRows);
      const blob = await writeActivations(format, { activations, lengths, words: sentences });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      const content = await contentOf(syncFile(`written${activationFormats[format].endings[0]}`, bytes));
      expect(content).toMatchObject({ format, ...shape });
      expect(content.bits).toEqual(bitsOf(data));
      if (format === 'npy') continue;
      expect(content.words).toEqual(sentences);
      expect(content.tokens).toEqual([...lengths]);
    }
  });

  test.each(formatNames)('%s of single rows without words', async (format) => {
    const data = await golden('sentences');
    const activations = inMemory(data, { rows: 6, ...shape }, 4);
    const blob = await writeActivations(format, { activations, lengths: null, words: null });
    const content = await contentOf(syncFile('written.npz', new Uint8Array(await blob.arrayBuffer())));
    expect(content.bits).toEqual(bitsOf(data));
    expect(content.tokens).toEqual([1, 1, 1, 1, 1, 1]);
    const named = format.startsWith('neurox') ? ['sentence_4'] : null;
    expect(content.words[4]).toEqual(named);
  });

  test('numbers that are none', async () => {
    const data = Float32Array.of(NaN, Infinity, -Infinity, -0, 1e-45, 3.4028235e38);
    const activations = inMemory(data, { rows: 1, layers: 2, hidden: 3 });
    for (const format of formatNames) {
      const blob = await writeActivations(format, { activations, lengths: null, words: null });
      const content = await contentOf(syncFile('written.npz', new Uint8Array(await blob.arrayBuffer())));
      expect(content.bits).toEqual(bitsOf(data));
    }
  });
});
