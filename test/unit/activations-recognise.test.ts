import { describe, expect, test } from 'vitest';
import { recogniseActivations, splitOff } from '../../src/activations/file/recognise.ts';
import { writeActivations } from '../../src/activations/file/write.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import type { Corrections, DroppedFile } from '../../src/data/cards.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { npyHeader } from '../../src/format/npy.ts';
import { openHdf5 } from '../../src/format/hdf5.ts';
import { recogniseExperiment } from '../../src/session/inputs/experiment.ts';
import { dropped } from '../fixtures/files.ts';

async function array(path: string, rows: number, layers = 2, hidden = 3): Promise<DroppedFile> {
  const activations = inMemory(new Float32Array(rows * layers * hidden), { rows, layers, hidden });
  const blob = await writeActivations('npy', { activations, lengths: null, words: null });
  return { path, file: new File([blob], path.split('/').at(-1) ?? path) };
}

const table = (rows: number) => `sentence\tlabel\n${'good\t1\nbad\t0\n'.repeat(rows / 2)}`;
const tables = [dropped('data/train.tsv', table(20)), dropped('data/dev.tsv', table(6))];

async function look(files: DroppedFile[], corrections: Corrections = {}) {
  const { activations, others } = await splitOff([...files, ...tables]);
  expect(others.map(({ path }) => path)).toEqual(['data/train.tsv', 'data/dev.tsv']);
  return recogniseActivations(activations, await recogniseData(others), corrections, openHdf5);
}

describe('activation files beside their data', () => {
  test('roles by name, or by the word of the user', async () => {
    const files = [await array('a/train.npy', 20), await array('a/second.npy', 6)];
    const found = await look(files, { roles: { 'a/second.npy': 'dev' } });
    expect(found.missing).toEqual([]);
    expect(found.card).toMatchObject({ name: 'train.npy', layers: 2, hidden: 3 });
    expect(found.card?.files.map(({ role, count }) => [role, count])).toEqual([
      ['train', 20],
      ['dev', 6],
    ]);
    const unnamed = await look(files);
    expect(unnamed.notices[0].message).toContain('`a/second.npy` holds activations, but its name says none of');
    expect(unnamed.missing[0].message).toBe('There are no activations of the dev file `dev.tsv`.');
  });

  test.each([
    [5, 2, '`dev.npy` holds activations of 5 rows, but `dev.tsv` has 6 sentences.'],
    [6, 4, '`dev.npy` has 4 layers of 3 neurons, `train.npy` 2 of 3.'],
  ])('%i rows of %i layers do not fit: both numbers', async (rows, layers, message) => {
    const found = await look([await array('train.npy', 20), await array('dev.npy', rows, layers)]);
    expect(found.missing.map((notice) => notice.message)).toEqual([message]);
  });

  test('a broken file and a second one for a role', async () => {
    const cut = new File([(await array('dev.npy', 6)).file.slice(0, 200)], 'dev.npy');
    const found = await look([
      await array('train.npy', 20),
      await array('train-2.npy', 20),
      { path: 'dev.npy', file: cut },
    ]);
    expect(found.missing.map(({ code, role }) => [code, role])).toEqual([['bad-file', 'dev']]);
    expect(found.notices[0].message).toContain('`train-2.npy` is left out');
  });
});

describe('how files are read', () => {
  /** One axis for all neurons. */
  function flat(path: string, rows: number, columns: number): DroppedFile {
    const bytes = new Float32Array(rows * columns);
    return { path, file: new File([npyHeader('<f4', [rows, columns]), bytes], path) };
  }

  test('arrays of two axes are one layer, and said to be, or as many as given', async () => {
    const files = [flat('train.npy', 20, 6), flat('dev.npy', 6, 6)];
    const one = await look(files);
    expect(one.missing).toEqual([]);
    expect(one.card).toMatchObject({ layers: 1, hidden: 6, columns: 6, sentenceToken: null });
    expect(one.notices.map(({ message }) => message)).toEqual([
      '`train.npy` does not say how many layers its 6 columns are; they are taken for one.',
    ]);
    const two = await look(files, { layers: 2 });
    expect(two).toMatchObject({ missing: [], notices: [], card: { layers: 2, hidden: 3, columns: 6 } });
    const four = await look(files, { layers: 4 });
    expect(four.missing[0].message).toBe('The 6 columns of `train.npy` are not 4 equal layers.');
    expect(four.card).toMatchObject({ columns: 6 });
  });

  /** JSON lines of NeuroX, one number a token. */
  function lines(path: string, sentences: string[][]): DroppedFile {
    const feature = (token: string) => ({ token, layers: [{ index: 0, values: [1] }] });
    const text = sentences.map((words, at) => JSON.stringify({ linex_index: at, features: words.map(feature) }));
    return dropped(path, text.join('\n'));
  }
  const all = (path: string, rows: number, words: string[]) => lines(path, Array<string[]>(rows).fill(words));

  test.each([
    [['[CLS]', 'good', '[SEP]'], {}, 'first', 0],
    [['▁good', '<sep>', '<cls>'], {}, 'last', 1],
    [['▁good', '<sep>', '<cls>'], { sentenceToken: 'mean' }, 'mean', 0],
    [['<cls>'], {}, null, 0],
    [['good'], { sentenceToken: 'mean' }, 'mean', 0],
  ] as const)('a sentence of the tokens %j with %j is: %s', async (words, corrections, token, notices) => {
    const found = await look([all('train.json', 20, [...words]), all('dev.json', 6, [...words])], corrections);
    expect(found.missing).toEqual([]);
    expect(found.card?.sentenceToken).toBe(token);
    expect(found.notices).toHaveLength(notices);
  });

  test('a first sentence of other words is said before anything runs', async () => {
    const found = await look([all('train.json', 20, ['bad']), all('dev.json', 6, ['good'])]);
    expect(found.missing.map(({ message }) => message)).toEqual([
      'Sentence 1 is another one: word 1 is `bad` in `train.json`, but `good` in `train.tsv`.',
    ]);
  });
});

describe('an experiment configuration among dropped files', () => {
  const paths = {
    train_source: 'w/train.txt',
    train_labels: 'w/tags.txt',
    test_source: 'w/t.word',
    test_labels: 'w/t.label',
  };
  const config = (more: object) => dropped('set/exp.json', JSON.stringify({ base_dir: '/far', ...paths, ...more }));
  const named = ['w/train.txt', 'w/tags.txt', 'w/t.word', 'w/t.label'].map((path) => dropped(`set/${path}`, '1\n'));

  test('the files it names belong together whatever they are called', async () => {
    const train = await array('set/acts/train.npy', 1);
    const others = [
      ...named,
      dropped('set/w/other.word', 'x'),
      config({ train_activations: 'acts/train.npy', num_epochs: 4 }),
    ];
    const found = await recogniseExperiment(others, [train]);
    expect(found.missing).toEqual([]);
    expect(found.files?.map(({ path }) => path)).toEqual([
      'set/w/train.txt.word',
      'set/w/train.txt.label',
      'set/w/t.word',
      'set/w/t.label',
    ]);
    expect(found.activations).toEqual([train]);
    expect(found.corrections).toEqual({
      task: 'classification',
      roles: { 'set/w/train.txt.word': 'train', 'set/w/t.word': 'test', 'set/acts/train.npy': 'train' },
    });
    expect(found.card?.options).toMatchObject({ protocol: 'paper', seeds: 1, epochs: 4, batchSize: 128 });
    expect(found.used.has('set/w/other.word')).toBe(false);
  });

  test('a file that is not there, and a value that is none, are said', async () => {
    const absent = await recogniseExperiment([...named.slice(1), config({})], []);
    expect(absent.missing.map(({ message }) => message)).toEqual([
      '`train_source` in `set/exp.json` names `/far/w/train.txt`, which is not among these files.',
    ]);
    const wrong = await recogniseExperiment([...named, config({ num_epochs: 'ten' })], []);
    expect(wrong.card).toBeNull();
    expect(wrong.missing[0]).toMatchObject({ code: 'bad-option', path: 'set/exp.json' });
  });

  test('other JSON is none', async () => {
    const files = [dropped('config.json', '{"model_type": "bert"}'), dropped('x.json', '{"a": ')];
    expect(await recogniseExperiment(files, [])).toMatchObject({ card: null, files: null, missing: [] });
  });
});
