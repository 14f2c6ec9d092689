import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openActivations, sniffActivations } from '../../src/activations/file/open.ts';
import { fillStore, type Fillable } from '../../src/activations/file/arrange.ts';
import { rowsBySentence, rowsOf, type Pairing } from '../../src/activations/file/pair.ts';
import { writeActivations } from '../../src/activations/file/write.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import type { Pooling } from '../../src/base/pooling.ts';
import type { WinnowError } from '../../src/base/errors.ts';
import { openHdf5 } from '../../src/format/hdf5.ts';
import { writeSafetensors } from '../../src/format/safetensors.ts';
import { bitsOf, contentOf, fixture, golden, lengths, shape } from '../fixtures/activation-files.ts';
import { errorOf } from '../fixtures/errors.ts';
import { fileOf, vanishing } from '../fixtures/files.ts';
import { syncFile } from '../fixtures/worker-files.ts';

const line = (values: string, token = '"a"') =>
  `{"linex_index": 0, "features": [{"token": ${token}, "layers": [{"index": 0, "values": [${values}]}]}]}\n`;

async function values(text: string): Promise<number[]> {
  const file = await openActivations(fileOf('x.json', text), { layers: null, openHdf5 });
  for await (const { data } of file.sentences()) return [...data];
  throw new Error('There is no sentence.');
}

describe('what a file is', () => {
  test.each([
    ['neurox.hdf5', 'neurox-hdf5'],
    ['neurox.json', 'neurox-json'],
    ['rows.npy', 'npy'],
    ['words.json', null],
    ['values.safetensors', null],
  ])('%s is %s', async (name, format) => {
    expect(await sniffActivations(fixture(name))).toBe(format);
  });

  test('weights, tables and checkpoints are none', async () => {
    const config = new URL('../fixtures/models/bert/', import.meta.url);
    for (const name of ['model.safetensors', 'config.json', 'tokenizer.json']) {
      const file = fileOf(name, new Uint8Array(readFileSync(new URL(name, config))));
      expect(await sniffActivations(file)).toBeNull();
    }
    for (const text of ['', '{}', '{"text": "features", "label": 1}\n', 'PK\x03\x04', 'sentence\tlabel\n']) {
      expect(await sniffActivations(fileOf('x', text))).toBeNull();
    }
    const error = await errorOf(openActivations(fileOf('x.json', '{}'), { layers: null, openHdf5 }));
    expect(error).toMatchObject({ code: 'bad-file', message: '`x.json` is no file of activations that Winnow knows.' });
  });

  test('a file that vanished', async () => {
    const error = await errorOf(sniffActivations(vanishing('x.json', line('1'))));
    expect(error.code).toBe('unreadable-file');
  });
});

describe('JSON lines', () => {
  test('numbers as Python writes them are the doubles that JSON means, rounded to float32', async () => {
    const texts = ['0.1', '-0.0', '1e-05', '1E+2', '123456789012345678', '0.30000000000000004', '1.5e-45', '7e-324'];
    texts.push('0.000000000000000000000000123', '3.4028235677973366e+38', 'NaN', 'Infinity', '-Infinity', '12345.678');
    const expected = texts.map((text) => Math.fround(Number(text)));
    expect(await values(line(texts.join(', ')))).toEqual(expected);
  });

  test('keys in any order, unknown keys, a byte order mark, blank lines and no last line end', async () => {
    const odd =
      '\ufeff{"features":[{"layers":[{"values":[1,2],"index":0}],"extra":{"a":[{}, "]}"]},"token":"\\"x\\u00e9"}]}\r\n\n ';
    const content = await contentOf(fileOf('x.json', odd + line('3, 4').trim()));
    expect(content).toMatchObject({ layers: 1, hidden: 2, words: [['"xé'], ['a']], tokens: [1, 1] });
    expect(content.bits).toEqual(bitsOf(Float32Array.of(1, 2, 3, 4)));
  });

  test('a sentence without tokens is one', async () => {
    const content = await contentOf(fileOf('x.json', '{"linex_index": 0, "features": []}\n' + line('1')));
    expect(content.tokens).toEqual([0, 1]);
  });

  test.each([
    [line('1') + line('1, 2'), 'Line 2 of `x.json` has 1 layers of 2 neurons, those before it 1 of 1.'],
    [
      line('1') + '{"linex_index": 1}',
      'Line 2 of `x.json` is not a sentence of activations: the key `features` is expected at byte 1.',
    ],
    [line('1') + line('1, x'), 'Line 2 of `x.json` is not a sentence of activations: a number is expected at byte 86.'],
    [line('1') + line('1').slice(0, -3), 'the end of the list is expected at byte 88.'],
    [line('1') + line('1').replace(']}\n', ']}}\n'), 'the end is expected'],
    [line('1', '3'), 'a text is expected'],
    [line(''), 'Line 1 of `x.json` has 1 tokens × 1 layers × 0 neurons: there is nothing to analyse.'],
    [line('1').replace('{"token"', '{"token": "a", "token"'), 'the key `token` only once is expected'],
    [line('1', '"\\x"'), 'a text in UTF-8 is expected'],
    ['{"linex_index": 0, "features": []}\n', '`x.json` holds no activations.'],
  ])('is refused: %#', async (text, message) => {
    const error = await errorOf(contentOf(fileOf('x.json', text)));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain(message);
  });

  test('nesting costs nothing', async () => {
    const deep = `{"linex_index": ${'['.repeat(5_000_000)}, "features": []}`;
    const started = performance.now();
    const error = await errorOf(openActivations(fileOf('x.json', deep + '"features":'), { layers: null, openHdf5 }));
    expect(error.code).toBe('bad-file');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('arrays', () => {
  test.each([
    ['fortran.npy', 'column after column'],
    ['big-endian.npy', 'of the type `>f4`'],
  ])('%s is refused with the line of Python that helps', async (name, message) => {
    const error = await errorOf(openActivations(fixture(name), { layers: null, openHdf5 }));
    expect(error.message).toContain(message);
    expect(error.next).toContain('numpy.ascontiguousarray');
  });

  test('two axes are one layer, or as many as given, which must divide', async () => {
    const flat = fixture('flat-double.npy');
    const one = await openActivations(flat, { layers: null, openHdf5 });
    expect(one).toMatchObject({ layers: 1, hidden: 15, columns: 15 });
    expect((await openActivations(fixture('rows.npy'), { layers: 5, openHdf5 })).columns).toBeNull();
    const values = new Float32Array(6).map((_, index) => index);
    const tensor = { name: 'activations', dtype: 'F32', shape: [1, 6], parts: [values] } as const;
    const bytes = new Uint8Array(await writeSafetensors([tensor]).arrayBuffer());
    const two = await openActivations(fileOf('x.safetensors', bytes), { layers: 2, openHdf5 });
    expect(two).toMatchObject({ layers: 2, hidden: 3, columns: 6 });
    expect((await errorOf(openActivations(flat, { layers: 4, openHdf5 }))).message).toBe(
      'The 15 columns of `flat-double.npy` are not 4 equal layers.',
    );
  });

  test('a file cut short', async () => {
    const bytes = new Uint8Array(await fixture('rows.npy').arrayBuffer());
    const error = await errorOf(openActivations(fileOf('x.npy', bytes.slice(0, -1)), { layers: null, openHdf5 }));
    expect(error.message).toBe('`x.npy` has 907 bytes, but an array of [13, 3, 5] needs 908.');
  });

  test('safetensors: lengths and words must fit the rows', async () => {
    const file = async (tensors: Parameters<typeof writeSafetensors>[0]) =>
      fileOf('x.safetensors', new Uint8Array(await writeSafetensors(tensors).arrayBuffer()));
    const rows = { name: 'activations', dtype: 'F32', shape: [3, 1, 2], parts: [new Float32Array(6)] } as const;
    const two = { name: 'lengths', dtype: 'I32', shape: [2], parts: [Int32Array.of(1, 1)] } as const;
    const message = 'The lengths in `x.safetensors` add up to 2 rows, but there are 3.';
    expect(await errorOf(openActivations(await file([rows, two]), { layers: null, openHdf5 }))).toMatchObject({
      message,
    });
    const negative = { ...two, parts: [Int32Array.of(4, -1)] };
    expect((await errorOf(openActivations(await file([rows, negative]), { layers: null, openHdf5 }))).code).toBe(
      'bad-file',
    );
    const right = { ...two, parts: [Int32Array.of(1, 2)] };
    const text = new TextEncoder().encode('[["a"],["b"]]');
    const words = { name: 'words', dtype: 'U8', shape: [text.length], parts: [text] } as const;
    const error = await errorOf(openActivations(await file([rows, right, words]), { layers: null, openHdf5 }));
    expect(error.message).toContain('as many words as rows is expected at byte');
  });

  test('a compressed npz', async () => {
    const { BlobWriter, TextReader, ZipWriter } = await import('@zip.js/zip.js');
    const writer = new ZipWriter(new BlobWriter());
    await writer.add('activations.npy', new TextReader('x'.repeat(1000)));
    const bytes = new Uint8Array(await (await writer.close()).arrayBuffer());
    const error = await errorOf(openActivations(fileOf('x.npz', bytes), { layers: null, openHdf5 }));
    expect(error.message).toContain('`activations.npy` in `x.npz` is compressed');
  });
});

describe('HDF5', () => {
  test.each([0.1, 0.5, 0.9, 0.999])('cut after %d of its bytes', async (share) => {
    const bytes = new Uint8Array(await fixture('neurox.hdf5').arrayBuffer());
    const error = await errorOf(contentOf(syncFile('x.hdf5', bytes.slice(0, bytes.length * share))));
    expect(error).toMatchObject({ code: 'bad-file', next: expect.stringContaining('not copied whole') });
    expect(error.message).toContain('truncated file');
  });

  test('of another layout', async () => {
    const activations = inMemory(new Float32Array(2), { rows: 1, layers: 1, hidden: 2 });
    const blob = await writeActivations('neurox-hdf5', { activations, lengths: null, words: null });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const at = indexOfText(bytes, `0${'\0'.repeat(7)}sentence_to_index`);
    bytes[at] = 'x'.charCodeAt(0);
    const error = await errorOf(contentOf(syncFile('x.hdf5', bytes)));
    expect(error.message).toBe('`x.hdf5` has no datasets `0`, `1` …; it holds `x`, `sentence_to_index`.');
    bytes[at] = '1'.charCodeAt(0);
    const gap = await errorOf(contentOf(syncFile('x.hdf5', bytes)));
    expect(gap.message).toBe('`x.hdf5` has 1 numbered datasets, but none is called `0`.');
  });

  test('a good file opens after a bad one', async () => {
    await errorOf(contentOf(syncFile('x.hdf5', new Uint8Array([0x89, 72, 68, 70, 13, 10, 26, 10, 0]))));
    expect((await contentOf(fixture('neurox.hdf5'))).count).toBe(4);
  });
});

function indexOfText(bytes: Uint8Array, text: string): number {
  return new TextDecoder('latin1').decode(bytes).indexOf(text);
}

describe('meeting the data set', () => {
  const name = 'train.word';
  type WordPairing = Pairing & { kind: 'words' };
  const words = (counts: number[], isBeginning = false, wordsOf: Pairing['wordsOf'] = null): WordPairing => {
    return { name, isBeginning, wordsOf, kind: 'words', words: counts };
  };
  const sentences = (count: number, token: Pooling = 'first', isBeginning = false): Pairing => {
    return { name, isBeginning, wordsOf: null, kind: 'sentences', sentences: count, token };
  };

  /** All rows in store order. */
  async function rows(name: string, pairing: Pairing, chunkRows = 4, order: number[] | null = null): Promise<number[]> {
    const file = await openActivations(fixture(name), { layers: null, openHdf5 });
    const { layers, hidden } = file;
    const counts = order?.map((sentence) => (pairing.kind === 'words' ? pairing.words[sentence] : 1));
    const total = counts?.reduce((sum, count) => sum + count, 0) ?? rowsOf(pairing);
    const chunks: Float32Array[] = [];
    const store: Fillable = {
      shape: { rows: total, layers, hidden },
      chunkRows,
      chunkCount: Math.ceil(total / chunkRows),
      has: (chunk) => Promise.resolve(chunk in chunks),
      put: async (chunk, data) => void (chunks[chunk] = data),
    };
    const seen: number[] = [];
    const progress = (done: number, all: number): void => {
      expect(all).toBe(total);
      seen.push(done);
    };
    await fillStore(store, file, pairing, { order, progress });
    file.close();
    expect([seen[0], seen.at(-1)]).toEqual([0, total]);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(chunks.map(({ length }) => length / layers / hidden)).toEqual(
      chunks.map((_, chunk) => Math.min(chunkRows, total - chunk * chunkRows)),
    );
    return chunks.flatMap(bitsOf);
  }

  test.each(['neurox.hdf5', 'rows.npy'])('%s: a row a word, in chunks of any size', async (name) => {
    const expected = bitsOf(await golden('words'));
    for (const chunkRows of [1, 4, 13, 100]) expect(await rows(name, words([...lengths]), chunkRows)).toEqual(expected);
  });

  test('the words that the file names must be those of the data', async () => {
    const own = [
      ['No', 'naïve', 'sentence'],
      ['He', 'said', '"yes\\no"', '.'],
      ['No', 'naïve', 'sentence'],
      ['12', '(Occurrence', '2)'],
    ];
    const other = own.with(1, ['He', 'says', '"yes\\no"', '.']);
    for (const name of ['neurox.hdf5', 'neurox.json']) {
      const right = words([...lengths], false, (sentence) => own[sentence]);
      expect(await rows(name, right)).toHaveLength(13 * shape.layers * shape.hidden);
      const wrong = words([...lengths], false, (sentence) => other[sentence]);
      const message = `Sentence 2 is another one: word 2 is \`said\` in \`${name}\`, but \`says\` in \`train.word\`.`;
      expect(await errorOf(rows(name, wrong))).toMatchObject({ code: 'bad-data', message });
      const file = await openActivations(fixture(name), { layers: null, openHdf5 });
      expect(await errorOf(rowsBySentence(file, wrong))).toMatchObject({ message });
      file.close();
      const asSentences = { ...sentences(4), wordsOf: (sentence: number) => other[sentence] };
      expect(await errorOf(rows(name, asSentences))).toMatchObject({ message });
    }
    const cls = { ...sentences(6), wordsOf: () => ['word'] };
    expect(await rows('neurox-sentences.json', cls)).toHaveLength(6 * shape.layers * shape.hidden);
  });

  test('a row a sentence: the mean of its tokens', async () => {
    const all = await golden('words');
    const width = shape.layers * shape.hidden;
    const found = new Float32Array(Uint32Array.from(await rows('neurox.hdf5', sentences(4, 'mean'))).buffer);
    [3, 4, 3, 3].reduce((start, count, sentence) => {
      for (let index = 0; index < width; index++) {
        const column = Array.from({ length: count }, (_, token) => all[(start + token) * width + index]);
        const mean = column.reduce((sum, value) => sum + value, 0) / count;
        expect(Math.abs(found[sentence * width + index] - mean)).toBeLessThanOrEqual(
          2e-7 * Math.max(1, Math.abs(mean)),
        );
      }
      return start + count;
    }, 0);
  });

  test('a row a sentence: its first or its last token', async () => {
    const all = await golden('words');
    const width = shape.layers * shape.hidden;
    const picked = (tokens: number[]) =>
      tokens.flatMap((token) => bitsOf(all.slice(token * width, (token + 1) * width)));
    expect(await rows('neurox.hdf5', sentences(4))).toEqual(picked([0, 3, 7, 10]));
    expect(await rows('neurox.hdf5', sentences(4, 'last'), 3)).toEqual(picked([2, 6, 9, 12]));
  });

  test.each(['neurox.hdf5', 'rows.npy'])('%s: some sentences in another order', async (name) => {
    const all = await golden('words');
    const width = shape.layers * shape.hidden;
    const expected = [10, 11, 12, 0, 1, 2, 7, 8, 9].flatMap((row) => bitsOf(all.slice(row * width, (row + 1) * width)));
    for (const chunkRows of [1, 2, 9]) {
      expect(await rows(name, words([...lengths]), chunkRows, [3, 0, 2])).toEqual(expected);
    }
  });

  test('more chunks than are filled at once: the file is read again for the others', async () => {
    const count = 40;
    const data = Float32Array.from({ length: count * 2 }, (_, index) => index);
    const activations = inMemory(data, { rows: count, layers: 1, hidden: 2 });
    const blob = await writeActivations('npy', { activations, lengths: null, words: null });
    const file = await openActivations(fileOf('x.npy', new Uint8Array(await blob.arrayBuffer())), {
      layers: null,
      openHdf5,
    });
    const chunks: number[][] = [];
    const store = { shape: { rows: count, layers: 1, hidden: 2 }, chunkRows: 2, chunkCount: count / 2 };
    // Chunk c waits for its second row until the whole file went by.
    const order = Array.from({ length: count }, (_, at) => (at % 2 === 0 ? at / 2 : count - 1 - (at - 1) / 2));
    const put = async (chunk: number, rows: Float32Array) => void (chunks[chunk] = [...rows]);
    await fillStore({ ...store, has: async (chunk) => chunk in chunks, put }, file, sentences(count), { order });
    expect(chunks.flat()).toEqual(order.flatMap((row) => [2 * row, 2 * row + 1]));
  });

  test('a beginning: what follows in the file is not used', async () => {
    const width = shape.layers * shape.hidden;
    const expected = bitsOf((await golden('words')).slice(0, 7 * width));
    for (const name of ['neurox.hdf5', 'rows.npy']) expect(await rows(name, words([3, 4], true))).toEqual(expected);
    const first = await rows('neurox.json', sentences(2, 'first', true));
    expect(first).toHaveLength(2 * width);
  });

  test('progress counts the rows of the chunks that are there, the last of them shorter', async () => {
    const file = await openActivations(fixture('rows.npy'), { layers: null, openHdf5 });
    const kept = new Set<number>();
    const store: Fillable = {
      shape: { rows: 13, layers: file.layers, hidden: file.hidden },
      chunkRows: 5,
      chunkCount: 3,
      has: async (chunk) => kept.has(chunk),
      put: async (chunk) => void kept.add(chunk),
    };
    const fill = async (): Promise<number[]> => {
      const seen: number[] = [];
      await fillStore(store, file, words([...lengths]), { progress: (done) => seen.push(done) });
      return [...new Set(seen)];
    };
    expect(await fill()).toEqual([0, 5, 10, 13]);
    kept.delete(2);
    expect(await fill()).toEqual([10, 13]);
  });

  test('sentences that the file has no rows for are left out', async () => {
    const activations = inMemory(Float32Array.of(1, 2, 3), { rows: 3, layers: 1, hidden: 1 });
    const set = { activations, lengths: Int32Array.of(2, 0, 1), words: [['a', 'b'], [], ['c']] };
    const bytes = new Uint8Array(await (await writeActivations('safetensors', set)).arrayBuffer());
    const file = await openActivations(fileOf('x.safetensors', bytes), { layers: null, openHdf5 });
    expect([...(await rowsBySentence(file, words([2, 4, 1]))).rows]).toEqual([2, 0, 1]);
  });

  const disagreement = async (name: string, pairing: Pairing): Promise<WinnowError> => errorOf(rows(name, pairing));

  test.each([
    ['neurox.hdf5', words([3, 5, 3, 3]), 'Sentence 2 has 4 tokens in `neurox.hdf5`, but 5 words in `train.word`.'],
    ['neurox.hdf5', words([3, 4]), '`neurox.hdf5` holds activations of 4 sentences, but `train.word` has 2 sentences.'],
    ['neurox.json', words([3, 4]), '`neurox.json` holds more than the 2 sentences of `train.word`.'],
    ['neurox.json', sentences(5), '`neurox.json` holds activations of 4 sentences, but `train.word` has 5 sentences.'],
    ['rows.npy', words([3, 4]), '`rows.npy` holds activations of 13 rows, but `train.word` has 7 words.'],
    ['rows.npy', sentences(4), '`rows.npy` holds activations of 13 rows, but `train.word` has 4 sentences.'],
  ])('%s that does not fit: both numbers', async (name, pairing, message) => {
    expect(await disagreement(name, pairing)).toMatchObject({ code: 'bad-data', message });
  });
});
