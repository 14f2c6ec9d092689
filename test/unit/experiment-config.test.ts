import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { findByPath, isExperimentConfigLike, parseExperimentConfig } from '../../src/published/experiment-config.ts';

/** The keys and values of the published example, its placeholders replaced. */
const sentence = {
  base_dir: '/data/sst2',
  train_source: 'train.word',
  train_labels: 'train.label',
  train_activations: 'activations/bert/train_ft.json',
  test_source: 'dev.word',
  test_labels: 'dev.label',
  test_activations: '/elsewhere/dev_ft.json',
  task_specific_tag: '0',
  output_directory: 'results',
  max_sent_l: 1000,
  is_brnn: false,
  num_neurons_per_layer: 768,
  limit_instances: -1,
  clustering_thresholds: [-1, 0.3],
  ranking_type: 'multiclass',
  num_epochs: 10,
  batch_size: 128,
  lambda_l1: 0.00001,
  lambda_l2: 0.00001,
  model_type: 'classification',
  metric: 'accuracy_and_f1',
  performance_deltas: [
    [3, 1],
    [2, 1],
  ],
};
const labelling = {
  ...sentence,
  base_dir: 'data/pos/',
  dev_source: 'dev.word',
  dev_labels: 'dev.label',
  dev_activations: 'dev.hdf5',
};
const parse = (value: unknown) => parseExperimentConfig(JSON.stringify(value), 'config.json');

function refusal(change: Record<string, unknown>): WinnowError {
  try {
    parse({ ...sentence, ...change });
  } catch (error) {
    if (error instanceof WinnowError) return error;
    throw error;
  }
  throw new Error('It did not throw.');
}

describe('a published configuration', () => {
  test('of a sentence task', () => {
    expect(parse(sentence)).toEqual({
      kind: 'sentence',
      train: {
        source: '/data/sst2/train.word',
        labels: '/data/sst2/train.label',
        activations: '/data/sst2/activations/bert/train_ft.json',
      },
      dev: null,
      test: {
        source: '/data/sst2/dev.word',
        labels: '/data/sst2/dev.label',
        activations: '/elsewhere/dev_ft.json',
      },
      taskSpecificTag: '0',
      outputDirectory: 'results',
      wordLimit: null,
      hidden: 768,
      thresholds: [-1, 0.3],
      deltas: [
        { layers: 3, neurons: 1 },
        { layers: 2, neurons: 1 },
      ],
      epochs: 10,
      batchSize: 128,
      lambda1: 1e-5,
      lambda2: 1e-5,
      regression: false,
      metric: 'accuracy_f1',
      withoutEffect: [
        { key: 'max_sent_l', reason: 'the published scripts look at it for labelling only' },
        { key: 'is_brnn', reason: expect.stringContaining('.t7') },
        { key: 'limit_instances', reason: expect.stringContaining('never look at it') },
        { key: 'ranking_type', reason: expect.stringContaining('never look at it') },
      ],
    });
  });

  test('of a labelling task: development files make it one', () => {
    const config = parse(labelling);
    expect(config).toMatchObject({ kind: 'labelling', wordLimit: 1000 });
    expect(config.dev).toEqual({
      source: 'data/pos/dev.word',
      labels: 'data/pos/dev.label',
      activations: 'data/pos/dev.hdf5',
    });
    expect(config.withoutEffect.map(({ key }) => key)).toEqual(['is_brnn', 'limit_instances', 'ranking_type']);
  });

  test('with the paths alone, the rest as published', () => {
    const { train_source, train_labels, test_source, test_labels } = sentence;
    expect(parse({ train_source, train_labels, test_source, test_labels })).toMatchObject({
      train: { source: 'train.word', activations: null },
      thresholds: [-1, 0.3],
      deltas: [3, 2, 1].map((layers) => ({ layers, neurons: 1 })),
      epochs: 10,
      metric: 'accuracy',
      hidden: null,
      taskSpecificTag: null,
    });
  });

  test('of a regression has a correlation as its score', () => {
    expect(parse({ ...sentence, model_type: 'regression', metric: undefined })).toMatchObject({
      regression: true,
      metric: 'pearson',
    });
  });

  test('names keys that nobody knows', () => {
    expect(parse({ ...sentence, dropout: 0.1 }).withoutEffect).toContainEqual({
      key: 'dropout',
      reason: 'the published scripts have no such key',
    });
  });

  test('is told from other JSON', () => {
    expect(isExperimentConfigLike(sentence)).toBe(true);
    for (const other of [null, [], 'x', {}, { baseline: {} }]) expect(isExperimentConfigLike(other)).toBe(false);
  });
});

describe('what the scripts would not take is refused with the key and both values', () => {
  test.each([
    [{ num_epochs: 'ten' }, '`num_epochs` in `config.json` is "ten"; a whole number of at least 1 is expected.'],
    [{ num_epochs: 0 }, '`num_epochs` in `config.json` is 0; a whole number of at least 1 is expected.'],
    [{ batch_size: 12.5 }, '`batch_size` in `config.json` is 12.5; a whole number of at least 1 is expected.'],
    [{ lambda_l1: -1 }, '`lambda_l1` in `config.json` is -1; a number of at least 0 is expected.'],
    [{ train_source: 7 }, '`train_source` in `config.json` is 7; a path is expected.'],
    [{ base_dir: '<base-data-dir>' }, '`base_dir` in `config.json` is "<base-data-dir>"; a path is expected.'],
    [{ metric: 'bleu' }, '`metric` in `config.json` is "bleu"; one of accuracy, f1,'],
    [{ model_type: 1 }, '`model_type` in `config.json` is 1; `classification` or `regression` is expected.'],
    [{ clustering_thresholds: 0.3 }, '`clustering_thresholds` in `config.json` is 0.3; a list of numbers is expected.'],
    [{ clustering_thresholds: [2] }, '`clustering_thresholds` in `config.json`: 2 is no clustering threshold.'],
    [{ clustering_thresholds: [] }, '`clustering_thresholds` in `config.json`: No clustering threshold was given.'],
    [{ performance_deltas: [[1]] }, '`performance_deltas` in `config.json` is [[1]]; a list of pairs of numbers'],
    [{ performance_deltas: [[-3, 1]] }, '`performance_deltas` in `config.json`: -3 is no delta'],
    [{ train_labels: undefined }, '`config.json` does not say `train_labels`.'],
    [{ dev_source: 'dev.word' }, '`config.json` does not say `dev_labels`.'],
  ])('%j', (change, message) => {
    const error = refusal(change);
    expect(error.code).toBe('bad-option');
    expect(error.message).toContain(message);
    expect(error.next).not.toBe('');
  });

  test.each(['', '[1]', '{"train_source": ', '{"base_dir": "a", "base_dir": "b"}'])('the text %j', (text) => {
    expect(() => parseExperimentConfig(text, 'config.json')).toThrow(WinnowError);
  });
});

describe('finding a dropped file by its path in the configuration', () => {
  const files = ['bert/train.json', 'xlnet/train.json', 'train.word'].map((path) => ({ path }));

  test('takes the one with most folders in common', () => {
    expect(findByPath(files, '/data/activations/xlnet/train.json')).toBe(files[1]);
    expect(findByPath(files, '/data/./train.word')).toBe(files[2]);
    expect(findByPath(files, 'C:\\data\\bert\\train.json')).toBe(files[0]);
  });

  test('does not guess between two', () => {
    expect(findByPath(files, 'activations/train.json')).toBeNull();
    expect(findByPath(files, 'dev.word')).toBeNull();
  });
});
