/**
 * Forms in which people save activations (tools/goldens/wild_activations.py): a file a layer, arrays by sentence, vectors of
 * subwords; the numbers are those of NumPy, PyTorch and h5py.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillStore } from '../../src/activations/file/arrange.ts';
import { openActivations } from '../../src/activations/file/open.ts';
import { orderedFile, pairedRows, rowsBySentence, type Pairing } from '../../src/activations/file/pair.ts';
import { recogniseActivations } from '../../src/activations/file/recognise.ts';
import { groupLayers, openVectors } from '../../src/activations/file/vector-file.ts';
import type { DroppedFile } from '../../src/data/cards.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { openHdf5 } from '../../src/format/hdf5.ts';
import { npyHeader } from '../../src/format/npy.ts';
import { recogniseModel } from '../../src/model/recognise.ts';
import { errorOf } from '../fixtures/errors.ts';
import { dropped } from '../fixtures/files.ts';
import { syncFile } from '../fixtures/worker-files.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(fixtures, 'wild/activations', name)));
const saved = (name: string): File => syncFile(name, bytesOf(name));
const expected = JSON.parse(readFileSync(join(fixtures, 'wild/activations/expected.json'), 'utf8')) as {
  sentences: string[][];
  rows: number[];
  last: number[];
  subwords: Record<'last' | 'first' | 'average', number[]> & { tokens: number[] };
};
const { sentences } = expected;
const options = { layers: null, openHdf5 };
type WordPairing = Pairing & { kind: 'words' };
const pairing: WordPairing = {
  ...{ name: 'train.conllu', isBeginning: false, kind: 'words', words: sentences.map((words) => words.length) },
  wordsOf: (sentence) => sentences[sentence],
};
const conllu = sentences
  .map((words) =>
    words.map((word, at) => `${at + 1}\t${word}\t_\t${at % 2 ? 'NOUN' : 'VERB'}${'\t_'.repeat(6)}`).join('\n'),
  )
  .join('\n\n');
const data = ['train', 'dev'].map((role) => dropped(`data/${role}.conllu`, `${conllu}\n\n`));
const layerFiles = (ending: string, role = 'train'): DroppedFile[] =>
  [2, 0, 1].map((layer) => {
    const name = `${role}-layer${layer}.${ending}`;
    return { path: `a/${name}`, file: syncFile(name, bytesOf(`train-layer${layer}.${ending}`)) };
  });

async function valuesOf(rows: AsyncIterable<Float32Array>): Promise<number[]> {
  const values: number[] = [];
  for await (const row of rows) values.push(...row);
  return values;
}

async function tokenizerFiles() {
  const bytes = new Uint8Array(readFileSync(join(fixtures, 'tokenizers/word-piece-cased/tokenizer.json')));
  return (await recogniseModel([dropped('model/tokenizer.json', bytes)])).usableTokenizer;
}

describe('a layer a file, as NeuroX’s decompose_layers writes them', () => {
  test.each(['hdf5', 'json'])('%s: one set of layers in the order of their numbers', async (ending) => {
    const found = await recogniseActivations(
      [...layerFiles(ending), ...layerFiles(ending, 'dev')],
      await recogniseData(data),
      {},
      openHdf5,
    );
    expect(found.missing).toEqual([]);
    expect(found.card).toMatchObject({ name: `train-layer0.${ending}`, layers: 3, hidden: 4, columns: null });
    expect(found.card?.files.map(({ role }) => role)).toEqual(['train', 'dev']);
    expect([...found.used.keys()]).toHaveLength(6);
    expect(found.notices[0].message).toBe(
      `\`a/train-layer0.${ending}\` to \`a/train-layer2.${ending}\` are read as one file of 3 layers, in the order of their numbers.`,
    );
    const train = found.files.get('train');
    if (!train) throw new Error('no train file');
    const opened = await openVectors(train, options);
    const values = await valuesOf(pairedRows(opened, pairing));
    opened.close();
    // NeuroX's JSON has eight decimals.
    values.forEach((value, at) => expect(value).toBeCloseTo(expected.rows[at], ending === 'json' ? 7 : 12));
    expect(values).toHaveLength(expected.rows.length);
  });

  test('ten and more layers are ordered as numbers; those of another file stay apart', () => {
    const names = [
      'x/train-layer10.npy',
      'x/train-layer9.npy',
      'x/dev-layer9.npy',
      'y/train.ly1.hdf5',
      'y/train.ly0.hdf5',
    ];
    const groups = groupLayers(names.map((name) => dropped(name, '')));
    expect(groups.map(({ path, layerFiles: more }) => [path, ...(more ?? []).map((file) => file.path)])).toEqual([
      ['x/train-layer9.npy', 'x/train-layer10.npy'],
      ['x/dev-layer9.npy'],
      ['y/train.ly0.hdf5', 'y/train.ly1.hdf5'],
    ]);
  });

  const array = (layer: number, rows = 2, hidden = 3): DroppedFile => {
    const file = new File([npyHeader('<f4', [rows, hidden]), new Float32Array(rows * hidden).fill(layer)], 'x');
    return { path: `train-layer${layer}.npy`, file: new File([file], `train-layer${layer}.npy`) };
  };

  test.each<[string, DroppedFile[], string]>([
    ['a missing layer', [array(0), array(1), array(3)], 'Layer 2 of `train-layerN.npy` is missing: there are 0, 1, 3.'],
    ['other rows', [array(0), array(1, 3)], '`train-layer1.npy` has 3 rows, `train-layer0.npy` 2 rows.'],
    ['other neurons', [array(0), array(1, 2, 4)], '`train-layer1.npy` has 4 neurons a layer, `train-layer0.npy` 3.'],
  ])('%s: refused in one sentence', async (_, files, message) => {
    const none = { train: null, dev: null, test: null };
    const { missing } = await recogniseActivations(files, none, {}, openHdf5);
    expect(missing.map((notice) => notice.message)).toEqual([message]);
  });

  test('sentences that are not alike are refused when they are read', async () => {
    const line = (token: string) =>
      JSON.stringify({ linex_index: 0, features: [{ token, layers: [{ index: 0, values: [1] }] }] });
    const files = (second: string) => [
      dropped('train-layer0.json', `${line('a')}\n${line('b')}\n`),
      dropped('train-layer1.json', second),
    ];
    const fault = async (second: string) => {
      const opened = await openVectors(groupLayers(files(second))[0], options);
      const all = async () => {
        for await (const { data: values } of opened.sentences()) expect(values).toHaveLength(2);
      };
      return (await errorOf(all())).message;
    };
    expect(await fault(`${line('a')}\n${line('c')}\n`)).toBe(
      'Sentence 2 has the word `c` in `train-layer1.json`, but `b` in `train-layer0.json`.',
    );
    expect(await fault(`${line('a')}\n`)).toBe(
      '`train-layer1.json` ends after 1 sentences, `train-layer0.json` goes on.',
    );
  });
});

describe('arrays by sentence', () => {
  test.each([
    ['layers.hdf5', 'rows'],
    ['one-layer.hdf5', 'last'],
    ['dev.ly-1.hdf5', 'last'],
    ['layers.npz', 'rows'],
    ['one-layer.npz', 'last'],
    ['list.pt', 'rows'],
    ['list-one-layer.pt', 'last'],
    ['by-number.pt', 'rows'],
    ['by-name.pt', 'rows'],
  ] as const)('%s', async (name, values) => {
    const opened = await openActivations(saved(name), options);
    const { rows } = await rowsBySentence(opened, pairing);
    expect([...rows]).toEqual([...(pairing.words as number[])]);
    expect(await valuesOf(pairedRows(opened, pairing))).toEqual(expected[values]);
    opened.close();
  });

  test.each(['single.npz', 'by-layer.npz', 'named.pt', 'by-layer.pt'])('%s: all rows at once', async (name) => {
    const opened = await openActivations(saved(name), options);
    expect(opened).toMatchObject({ unit: 'row', layers: 3, hidden: 4, count: 18 });
    expect(await valuesOf(pairedRows(opened, pairing))).toEqual(expected.rows);
  });

  test('keys are looked up by the words of the data: order, repeated sentences, and one that is not there', async () => {
    const opened = await openActivations(saved('dev.ly-1.hdf5'), options);
    const order = [2, 0, 2];
    const some: WordPairing = {
      ...{ ...pairing, words: order.map((at) => sentences[at].length), wordsOf: (at) => sentences[order[at]] },
    };
    const values = await valuesOf(pairedRows(opened, some));
    expect(values.slice(0, 8)).toEqual(values.slice(-8));
    expect(values.slice(8, 32)).toEqual(expected.last.slice(0, 24));
    const other = orderedFile(opened, { ...pairing, wordsOf: () => ['never', 'seen'] });
    const all = async () => {
      for await (const sentence of other.sentences()) expect(sentence).toBeDefined();
    };
    expect((await errorOf(all())).message).toBe(
      '`dev.ly-1.hdf5` has no dataset of sentence 1 of `train.conllu`: `never seen`.',
    );
    opened.close();
  });
});

describe('vectors of subwords', () => {
  const files = ['train', 'dev'].map((role) => ({
    path: `a/${role}.hdf5`,
    file: syncFile(`${role}.hdf5`, bytesOf('subwords.hdf5')),
  }));

  test.each([
    ['subwords.hdf5', 'last'],
    ['subwords.hdf5', 'first'],
    ['subwords.hdf5', 'average'],
    ['bare-subwords.hdf5', 'last'],
    ['bare-subwords.hdf5', 'average'],
  ] as const)('%s with the tokenizer beside: the %s of a word', async (name, aggregation) => {
    const tokenizer = (await tokenizerFiles())?.tokenizer;
    if (!tokenizer) throw new Error('no tokenizer');
    const opened = await openActivations(saved(name), options);
    const { rows, form } = await rowsBySentence(opened, pairing, { tokenizer });
    expect(form).toBe(name === 'subwords.hdf5' ? 'with special tokens' : 'without');
    const shape = { rows: 18, layers: 3, hidden: 4 };
    const stored: Float32Array[] = [];
    const store = {
      ...{ shape, chunkRows: 18, chunkCount: 1, has: () => Promise.resolve(false) },
      put: (_: number, chunk: Float32Array) => Promise.resolve(void stored.push(chunk)),
    };
    await fillStore(store, opened, { ...pairing, words: rows, alignment: form && { tokenizer, aggregation, form } });
    opened.close();
    // The golden has layer after layer of each word.
    [...stored[0]].forEach((value, at) => expect(value).toBeCloseTo(expected.subwords[aggregation][at], 6));
    expect(stored[0]).toHaveLength(expected.subwords[aggregation].length);
  });

  test('are recognised with the tokenizer, and said to be so', async () => {
    const tokenizer = (await tokenizerFiles())?.tokenizer ?? null;
    const found = await recogniseActivations(files, await recogniseData(data), {}, openHdf5, tokenizer);
    expect(found.missing).toEqual([]);
    expect(found.card?.subwords).toBe(true);
    expect(found.notices.map(({ message }) => message)).toEqual([
      'The vectors of `a/train.hdf5` are of subwords; `tokenizer.json` says which are of which word.',
    ]);
  });

  test('are refused once without it, not once a file', async () => {
    const found = await recogniseActivations(files, await recogniseData(data), {}, openHdf5);
    const [first] = expected.subwords.tokens;
    expect(found.missing.map(({ message }) => message)).toEqual([
      `Sentence 1 has ${first} tokens in \`train.hdf5\`, but 6 words in \`train.conllu\`; it is alike in \`a/dev.hdf5\`.`,
    ]);
    expect(found.missing[0].next).toContain('tokenizer.json');
    expect(found.card?.subwords).toBe(false);
  });

  test('are refused once where the tokenizer is another one’s, with its numbers', async () => {
    const tokenizer = (await tokenizerFiles())?.tokenizer ?? null;
    const opened = await openActivations(syncFile('dev.hdf5', bytesOf('subwords.hdf5')), options);
    const others = sentences.map((words) => [...words, 'more']);
    const wrong: WordPairing = { ...pairing, words: others.map((words) => words.length), wordsOf: (at) => others[at] };
    const { message } = await errorOf(rowsBySentence(opened, wrong, { tokenizer }));
    opened.close();
    expect(message).toMatch(
      /^In 4 of 4 sentences `dev\.hdf5` has other tokens than words: sentence 1 has \d+ tokens in `dev\.hdf5`, but 7 words and \d+ subwords \(\d+ with special tokens\) by `tokenizer\.json`\.$/,
    );
  });
});
