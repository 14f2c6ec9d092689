import { describe, expect, test } from 'vitest';
import { CommandFailure, exitCodeOf } from '../../headless/failure.ts';
import { parseAnalyze, parseExtract, parseReduce, parseTime } from '../../headless/options.ts';
import { defaultOptions, type RunOptions } from '../../src/session/contract.ts';

const inputs = ['--model', 'm', '--data', 'd', '--task', 'sst-2'];
const reduced = ['--run', 'r', '--model', 'm', '--out', 'x'];

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof CommandFailure && exitCodeOf(error.code) === 2) return error.message;
    throw error;
  }
  throw new Error('was not refused');
}

describe('refused as usage', () => {
  test.each([
    [[], '--task is missing.'],
    [['--task', 'rte', '--data', 'd'], '--model is missing.'],
    [[...inputs, '--out', 'a.safetensors'], '--file is missing.'],
    [[...inputs, '--file', 'eval', '--out', 'a.safetensors'], '--file is "eval", which is not one of the choices.'],
    [[...inputs, '--file', 'dev', '--out', 'a.txt'], '--out is "a.txt".'],
    [[...inputs, '--file', 'dev', '--out', ''], '--out is missing.'],
    [[...inputs, 'stray'], 'Unexpected argument'],
  ])('extract %j', (args, sentence) => {
    expect(refusal(() => parseExtract(args))).toContain(sentence);
  });

  test.each([
    [inputs, '--out is missing.'],
    [[...inputs, '--out', 'x', '--rows', '1e3'], '--rows is "1e3".'],
    [[...inputs, '--out', 'x', '--rows', '0'], '--rows is "0".'],
    [[...inputs, '--out', 'x', '--rows', '99999999999'], '--rows is "99999999999".'],
    [[...inputs, '--out', 'x', '--seed', '-1'], '--seed'],
    [[...inputs, '--out', 'x', '--seeds', '0'], '--seeds is "0".'],
    [[...inputs, '--out', 'x', '--threads', 'two'], '--threads is "two".'],
    [[...inputs, '--out', 'x', '--max-length', '2'], '--max-length is "2".'],
    [[...inputs, '--out', 'x', '--metric', 'bleu'], '--metric is "bleu"'],
    [[...inputs, '--out', 'x', '--device', 'cuda'], '--device is "cuda"'],
    [[...inputs, '--out', 'x', '--protocol', 'own'], '--protocol is "own"'],
    [[...inputs, '--out', 'x', '--clustering', ''], '--clustering is "".'],
    [[...inputs, '--out', 'x', '--clustering', '0.3;0.5'], '--clustering is "0.3;0.5".'],
    [[...inputs, '--out', 'x', '--clustering', '-x'], '--clustering'],
    [[...inputs, '--out', 'x', '--deltas', '3'], '--deltas is "3".'],
    [[...inputs, '--out', 'x', '--deltas', '3:1:1'], '--deltas is "3:1:1".'],
    [[...inputs, '--out', 'x', '--deltas', '3:1,'], '--deltas is "3:1,".'],
    [['--model', 'm', '--data', 'd', '--task', 'sst2', '--out', 'x'], '--task is "sst2"'],
    [['--activations', '', '--data', 'd', '--task', 'sst-2', '--out', 'x'], '--activations is missing.'],
    [['--activations', 'a', '--data', 'd', '--out', 'x'], '--task is missing.'],
    [['--config', 'c.json'], '--out is missing.'],
    [[...inputs, '--out', 'x', '--all-columns', '--column', 'a'], '--column and --all-columns exclude each other.'],
    [['--all-columns'], 'The demo has one column of labels.'],
    [[...inputs, '--out', 'x', '--reduce', 'y', '--all-columns'], '--reduce and --all-columns exclude each other.'],
    [[...inputs, '--out', 'x', '--reduce', './x/'], '--out and --reduce name one folder.'],
    [[...inputs, '--out', 'x', '--dtype', 'int8'], '--dtype is of a smaller model.'],
    [[...inputs, '--out', 'x', '--reduce', 'y', '--dtype', 'int4'], '--dtype is "int4".'],
    [['--activations', 'a', '--data', 'd', '--task', 'pos', '--out', 'x', '--reduce', 'y'], '--reduce makes a smaller'],
    [['--bogus'], "Unknown option '--bogus'"],
    [['--force=yes'], "Option '--force' does not take an argument"],
  ])('analyze %j', (args, sentence) => {
    expect(refusal(() => parseAnalyze(args))).toContain(sentence);
  });

  test.each([
    [['--model', 'm', '--out', 'x'], '--run is missing.'],
    [['--run', 'r', '--out', 'x'], '--model is missing.'],
    [['--run', 'r', '--model', 'm'], '--out is missing.'],
    [[...reduced, '--layers', '4', '--answer', '3:1:0.3'], '--answer and --layers exclude each other.'],
    [[...reduced, '--layers', '4', '--neurons', 'f'], '--layers and --neurons exclude each other.'],
    [[...reduced, '--layers', 'all'], '--layers is "all".'],
    [[...reduced, '--dtype', 'float32,float32'], '--dtype is "float32,float32".'],
    [[...reduced, '--dtype', 'fp16'], '--dtype is "fp16".'],
    [[...reduced, '--seeds', '2'], "Unknown option '--seeds'"],
    [[...reduced, '--task', 'sst-2'], "Unknown option '--task'"],
  ])('reduce %j', (args, sentence) => {
    expect(refusal(() => parseReduce(args))).toContain(sentence);
  });
});

test('reduce: what is kept, in which formats, of which files', () => {
  expect(parseReduce(reduced)).toMatchObject({ run: 'r', out: 'x', replaces: 'nothing', dtypes: ['float32'] });
  expect(parseReduce(reduced)).toMatchObject({ answer: null, layers: null, neurons: null, inputs: { data: null } });
  expect(parseReduce([...reduced, '--layers', '2-4', '--dtype', 'int8,float32'])).toMatchObject({
    layers: { kind: 'layers', first: 2, last: 4 },
    dtypes: ['float32', 'int8'],
  });
  const files = [
    '--train',
    't.tsv',
    '--dev',
    'd.tsv',
    '--weights',
    'w',
    '--quotes',
    'csv',
    '--threads',
    '2',
    '--force',
  ];
  expect(parseReduce([...reduced, '--answer', '3:1:-1', ...files])).toMatchObject({
    answer: '3:1:-1',
    inputs: {
      model: 'm',
      weights: 'w',
      files: { train: 't.tsv', dev: 'd.tsv' },
      task: null,
      reading: { quotes: 'csv' },
    },
    options: { threads: 2 },
    replaces: 'anything',
  });
});

test('analyze can reduce in one go, of the demo too', () => {
  expect(parseAnalyze([...inputs, '--out', 'x', '--reduce', 'y', '--dtype', 'float16'])?.reduce).toEqual({
    ...{ out: 'y', dtypes: ['float16'] },
  });
  expect(parseAnalyze(['--reduce', 'y'])?.reduce).toEqual({ out: 'y', dtypes: ['float32'] });
  expect(parseAnalyze(['--config', 'c', '--model', 'm', '--out', 'x', '--reduce', 'y'])?.reduce?.out).toBe('y');
});

test('extract with the fewest options takes the defaults', () => {
  expect(parseExtract([...inputs, '--file', 'dev', '--out', 'a.safetensors'])).toEqual({
    inputs: {
      model: 'm',
      weights: null,
      encoder: null,
      adapter: null,
      data: 'd',
      task: 'sst-2',
      files: {},
      activations: [],
      config: null,
      columns: {},
      reading: {},
    },
    role: 'dev',
    format: 'safetensors',
    out: 'a.safetensors',
    options: defaultOptions,
    cache: null,
    replaces: 'nothing',
    json: false,
  });
});

test('a labelling run names its files one by one, its columns and how words are made of subwords', () => {
  const files = ['--train', 'a.conllu', '--test', 'b.conllu'];
  const columns = ['--column', 'xpos', '--text', 'form', '--aggregate', 'average'];
  expect(parseAnalyze(['--model', 'm', '--task', 'pos', ...files, ...columns, '--out', 'x'])).toMatchObject({
    inputs: {
      model: 'm',
      data: null,
      files: { train: 'a.conllu', test: 'b.conllu' },
      task: 'pos',
      columns: { label: 'xpos', text: 'form' },
    },
    options: { aggregation: 'average' },
  });
});

test('every option of analyze reaches the run', () => {
  const chosen = ['--protocol', 'paper', '--metric', 'f1', '--seed', '7', '--seeds', '2', '--rows', '500'];
  const neurons = ['--clustering', '-1,.3, 0.45', '--deltas', '3:1,0.5:2', '--sweep', '--max-features', '--no-figures'];
  const place = ['--device', 'webgpu', '--threads', '4', '--max-length', '64', '--cache', 'c', '--force', '--json'];
  const ofAnalysis: Partial<RunOptions> = {
    protocol: 'paper',
    metric: 'f1',
    seed: 7,
    seeds: 2,
    thresholds: [-1, 0.3, 0.45],
    deltas: [
      { layers: 3, neurons: 1 },
      { layers: 0.5, neurons: 2 },
    ],
    sweep: true,
    maxFeatures: true,
  };
  expect(parseAnalyze([...inputs, '--out', 'x', ...chosen, ...neurons, ...place])).toEqual({
    allColumns: false,
    reduce: null,
    inputs: {
      model: 'm',
      weights: null,
      encoder: null,
      adapter: null,
      data: 'd',
      task: 'sst-2',
      files: {},
      activations: [],
      config: null,
      columns: {},
      reading: {},
    },
    out: 'x',
    options: { ...defaultOptions, ...ofAnalysis, rows: 500, maxLength: 64, device: 'webgpu', threads: 4 },
    given: ofAnalysis,
    figures: null,
    cache: 'c',
    replaces: 'anything',
    json: true,
  });
});

test.each([
  [['--clustering', '-1'], [-1]],
  [['--clustering=-1,0.3'], [-1, 0.3]],
  [['--clustering', '0.5', '--force'], [0.5]],
])('thresholds of %j', (args, thresholds) => {
  expect(parseAnalyze(args)?.options.thresholds).toEqual(thresholds);
});

test('the paper trains once, the refined protocol three times, unless asked', () => {
  expect(parseAnalyze(['--protocol', 'paper'])?.options.seeds).toBe(1);
  expect(parseAnalyze([])?.options.seeds).toBe(3);
  expect(parseAnalyze(['--protocol', 'paper', '--seeds', '2'])?.options.seeds).toBe(2);
});

test('analyze without inputs is the demo, into its own folder, which it may overwrite; a named one it may not', () => {
  expect(parseAnalyze([])).toMatchObject({ inputs: null, out: 'out', replaces: 'own result', figures: 'two-columns' });
  expect(parseAnalyze(['--figures', 'slide'])).toMatchObject({ figures: 'slide' });
  expect(() => parseAnalyze(['--figures', 'poster'])).toThrow('not one of the choices');
  expect(parseAnalyze(['--out', 'mine'])).toMatchObject({ inputs: null, out: 'mine', replaces: 'nothing' });
});

test('--help asks for nothing else', () => {
  expect(parseAnalyze(['--help'])).toBeNull();
  expect(parseExtract(['-h'])).toBeNull();
});

test('activation files in place of a model, with roles where they are given', () => {
  const args = ['--activations', 'a/train.hdf5', 'dev=b.npy', '--data', 'd', '--task', 'pos', '--out', 'x'];
  const reading = { sentenceToken: 'mean', layers: 13 };
  expect(parseAnalyze([...args, '--token', 'mean', '--layers', '13'])?.inputs).toMatchObject({
    reading,
    model: null,
    activations: [
      { file: 'a/train.hdf5', role: null },
      { file: 'b.npy', role: 'dev' },
    ],
  });
});

test('a configuration needs nothing beside it, and what is said on the command line is known from the defaults', () => {
  const command = parseAnalyze(['--config', 'c.json', '--out', 'x', '--seed', '3', '--protocol', 'refined']);
  expect(command?.inputs).toMatchObject({ config: 'c.json', model: null, data: null, task: null });
  expect(command?.given).toEqual({ protocol: 'refined', seed: 3, seeds: 3 });
  expect(parseAnalyze(['--config', 'c.json', '--out', 'x'])?.given).toEqual({});
});

test.each([
  ['npy', 'npy'],
  ['NPZ', 'npz'],
  ['h5', 'neurox-hdf5'],
  ['hdf5', 'neurox-hdf5'],
  ['json', 'neurox-json'],
  ['jsonl', 'neurox-json'],
])('extract writes .%s as %s', (ending, format) => {
  expect(parseExtract([...inputs, '--file', 'dev', '--out', `a.${ending}`])).toMatchObject({ format });
});

describe('time', () => {
  const args = [...inputs, '--out', 't.json'];

  test('its rows are those that are measured, not those of a run; analyze has a switch', () => {
    const command = parseTime([...args, '--rows', '9', '--repeats', '3', '--threads', '1'])!;
    expect(command).toMatchObject({ out: 't.json', extent: { rows: 9, repeats: 3, padded: false }, made: null });
    expect(command.options).toMatchObject({ rows: null, threads: 1 });
    expect(parseTime(args)!.extent).toEqual({ padded: false });
    expect(parseAnalyze([...inputs, '--out', 'x', '--timing'])!.options.timing).toBe(true);
    expect(parseAnalyze([...inputs, '--out', 'x'])!.options.timing).toBe(false);
  });

  test("one size of made numbers brings the paper's others along", () => {
    expect(parseTime([...args, '--features', '768, 9984'])!.made).toEqual({
      ...{ features: [768, 9984], rows: 100_000, classes: 2, epochs: 10 },
    });
    expect(parseTime([...args, '--epochs', '1'])!.made).toMatchObject({ features: [9984], epochs: 1 });
  });
});
