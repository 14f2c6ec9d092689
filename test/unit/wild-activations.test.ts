/** Activation files as other scripts than NeuroX write them, after public reports, with the values that were meant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openActivations, sniffActivations } from '../../src/activations/file/open.ts';
import { pairedRows, type Pairing } from '../../src/activations/file/pair.ts';
import { recogniseActivations, splitOff } from '../../src/activations/file/recognise.ts';
import type { NamedBlob } from '../../src/base/bytes.ts';
import { npyHeader } from '../../src/format/npy.ts';
import { openHdf5 } from '../../src/format/hdf5.ts';
import { errorOf } from '../fixtures/errors.ts';
import { dropped, fileOf } from '../fixtures/files.ts';

const options = { layers: null, openHdf5 };
const line = (indices: number[], scale = 1) =>
  JSON.stringify({
    linex_index: 7,
    features: ['[CLS]', 'film'].map((token, at) => ({
      token,
      layers: indices.map((index) => ({ index, values: [scale * index, at] })),
    })),
  });

async function firstOf(file: NamedBlob): Promise<number[]> {
  const opened = await openActivations(file, options);
  for await (const { data } of opened.sentences()) return [...data];
  return [];
}

describe('layers by number', () => {
  test('−1 is the last (google-research/bert #545, #1085)', async () => {
    const file = fileOf('train.jsonl', `${line([-1, -2, -3])}\n${line([-1, -2, -3])}\n`);
    expect(await firstOf(file)).toEqual([-3, 0, -2, 0, -1, 0, -3, 1, -2, 1, -1, 1]);
    const found = await recogniseActivations(
      [dropped('train.jsonl', `${line([-1, -2])}\n`)],
      { train: null, dev: null, test: null },
      {},
      openHdf5,
    );
    expect(found.notices.map(({ message }) => message)).toEqual([
      'The layers -2, -1 of `train.jsonl` are called 0 to 1 in results, in this order.',
    ]);
  });

  test('layers in any order, and those counted from both ends', async () => {
    expect(await firstOf(fileOf('a.jsonl', line([2, 0, 1])))).toEqual([0, 0, 1, 0, 2, 0, 0, 1, 1, 1, 2, 1]);
    expect((await firstOf(fileOf('a.jsonl', line([-1, 3])))).slice(0, 4)).toEqual([3, 0, -1, 0]);
  });

  test('other layers in another line are refused', async () => {
    const opened = await openActivations(fileOf('a.jsonl', `${line([0, 1])}\n${line([1, 2])}\n`), options);
    const all = async () => {
      for await (const { data } of opened.sentences()) expect(data).toBeDefined();
    };
    expect((await errorOf(all())).message).toBe('Line 2 of `a.jsonl` has the layers 1, 2, those before it 0, 1.');
  });
});

describe('tensors of PyTorch (structural-probes #11)', () => {
  const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/wild/words.pt')));

  test('[rows, layers, hidden] as torch.save wrote it', async () => {
    const file = fileOf('dev.pt', bytes);
    expect(await sniffActivations(file)).toBe('torch');
    const opened = await openActivations(file, options);
    expect(opened).toMatchObject({ layers: 5, hidden: 8, unit: 'row', count: 140 });
    const values: number[] = [];
    for await (const { data } of opened.sentences()) values.push(...data);
    expect(values).toHaveLength(140 * 5 * 8);
    // As Python's struct reads them.
    const expected = [-0.5620885491371155, -0.32551416754722595, 1.5113579034805298];
    expect(values.slice(0, 3)).toEqual(expected);
    expect(values.at(-1)).toBe(-2.2394895553588867);
  });

  test('a checkpoint is none', async () => {
    const state = readFileSync(join(import.meta.dirname, '../fixtures/checkpoints/forms-zip.bin'));
    const files = [dropped('dev.pt', bytes), dropped('model/pytorch_model.bin', new Uint8Array(state))];
    const { activations } = await splitOff(files);
    expect(activations.map(({ path }) => path)).toEqual(['dev.pt']);
  });
});

test('what is no number is of the file, not of a model', async () => {
  const values = new Float32Array(12);
  values[7] = NaN;
  const file = new File([npyHeader('<f4', [3, 2, 2]), values], 'train.npy');
  const pairing: Pairing = {
    name: 'a',
    isBeginning: false,
    wordsOf: null,
    kind: 'sentences',
    sentences: 3,
    token: 'first',
  };
  const opened = await openActivations(file, options);
  const all = async () => {
    for await (const rows of pairedRows(opened, pairing)) expect(rows).toBeDefined();
  };
  expect((await errorOf(all())).message).toBe(
    '`train.npy` holds NaN where a number should be: neuron 1 of layer 1 in row 2.',
  );
});

test('an array of Python objects is refused with what converts it', async () => {
  const header = new TextDecoder().decode(npyHeader('<f4', [2])).replace("'<f4'", "'|O' ");
  const bytes = Uint8Array.from(header, (character) => character.charCodeAt(0));
  bytes.set(npyHeader('<f4', [2]).subarray(0, 10));
  const { message, next } = await errorOf(openActivations(fileOf('dev.npy', bytes), options));
  expect(message).toBe('`dev.npy` holds Python objects, such as one array a sentence, and no array of numbers.');
  expect(next).toContain('numpy.concatenate(list(array))');
});

test('subword vectors are refused with what is wrong', async () => {
  const file = fileOf('dev.jsonl', line([0]));
  const pairing: Pairing = { name: 'dev.conllu', isBeginning: false, wordsOf: null, kind: 'words', words: [1] };
  const opened = await openActivations(file, options);
  const all = async () => {
    for await (const rows of pairedRows(opened, pairing)) expect(rows).toBeDefined();
  };
  const { message, next } = await errorOf(all());
  expect(message).toBe('Sentence 1 has 2 tokens in `dev.jsonl`, but 1 words in `dev.conllu`.');
  expect(next).toContain('These look like subwords');
});
