/** config.json of a reduced model: what is cut, what is named, and which type stands in where transformers.js knows none. */
import { AutoModelForSequenceClassification, AutoModelForTokenClassification } from '@huggingface/transformers';
import { expect, test } from 'vitest';
import { configFiles, pipelineTypes, type ReducedConfig } from '../../src/reduced/config.ts';

const bert = {
  model_type: 'bert',
  num_hidden_layers: 6,
  hidden_size: 8,
  _name_or_path: '/home/me/model',
  dtype: 'float16',
};

function written(original: object, changes: Partial<ReducedConfig> = {}): Map<string, Record<string, unknown>> {
  const files = configFiles({
    original: JSON.stringify(original),
    layers: { all: 6, kept: 2 },
    ...{ type: 'bert', stem: 'Bert', labelling: false, labels: ['negative', 'positive'] },
    ...{ dtypes: ['float32', 'int8'], externalData: new Map() },
    ...changes,
  });
  return new Map(Array.from(files, ([name, text]) => [name, JSON.parse(text) as Record<string, unknown>]));
}

test('layers are cut, labels named, paths of the maker left out', () => {
  const config = written(bert).get('config.json');
  expect(config).toEqual({
    ...{ model_type: 'bert', num_hidden_layers: 2, hidden_size: 8, dtype: 'float32' },
    architectures: ['BertForSequenceClassification'],
    id2label: { 0: 'negative', 1: 'positive' },
    label2id: { negative: 0, positive: 1 },
    num_labels: 2,
    problem_type: 'single_label_classification',
    'transformers.js_config': { dtype: 'fp32' },
  });
});

test('other names of the number of layers, and lists with an entry a layer', () => {
  expect(written({ model_type: 'distilbert', n_layers: 6 }, { type: 'distilbert' }).get('config.json')).toMatchObject({
    n_layers: 2,
  });
  const types = ['a', 'b', 'a', 'b', 'a', 'b'];
  const modern = { model_type: 'modernbert', num_hidden_layers: 6, layer_types: types, others: types };
  const config = written(modern, { type: 'modernbert' }).get('config.json');
  expect(config).toMatchObject({ num_hidden_layers: 2, layer_types: ['a', 'b'], others: types });
});

test('numbers stay whole or not, as Python tells them apart; texts stay texts', () => {
  const original =
    '{"layer_norm_eps": 1e-05, "initializer_cutoff_factor": 2.0, "nested": [-1.0, 3], "note": "2.0 \\" 1.0", "hidden_size": 8}';
  const text = configFiles({
    ...{ original, layers: { all: 6, kept: 2 }, type: 'bert', stem: 'Bert', labelling: false, labels: ['1.0', '2.0'] },
    ...{ dtypes: ['float32'], externalData: new Map() },
  }).get('config.json');
  expect(text?.replace(/\s+/g, ' ')).toContain(
    '"layer_norm_eps": 1e-05, "initializer_cutoff_factor": 2.0, "nested": [ -1.0, 3 ], "note": "2.0 \\" 1.0", "hidden_size": 8,',
  );
  expect(text).toContain('"0": "1.0"');
});

test('a regression, eight bits alone, weights beside the graph', () => {
  const externalData = new Map([['model_quantized.onnx', 2]]);
  const config = written(bert, { labels: null, dtypes: ['int8'], externalData }).get('config.json');
  expect(config).toMatchObject({
    ...{ problem_type: 'regression', num_labels: 1, id2label: { 0: 'score' } },
    'transformers.js_config': { dtype: 'q8', use_external_data_format: { 'model_quantized.onnx': 2 } },
  });
});

test('labels that are names of an object’s own parts stay labels', () => {
  const text = configFiles({
    original: JSON.stringify(bert),
    layers: { all: 6, kept: 6 },
    ...{ type: 'bert', stem: 'Bert', labelling: true, labels: ['__proto__', 'constructor'] },
    ...{ dtypes: ['float32'], externalData: new Map() },
  }).get('config.json');
  expect(text).toContain('"label2id": {\n    "__proto__": 0,\n    "constructor": 1\n  }');
});

test('where transformers.js has no class, one stands in for it alone', () => {
  const files = written({ model_type: 'xlnet', n_layer: 6, d_model: 8 }, { type: 'xlnet', stem: 'XLNet' });
  expect(files.get('config.json')).toMatchObject({
    ...{ model_type: 'bert', architectures: ['BertForSequenceClassification'], n_layer: 2 },
    configuration_files: ['config.4.0.0.json'],
  });
  const truth = files.get('config.4.0.0.json');
  expect(truth).toMatchObject({ model_type: 'xlnet', architectures: ['XLNetForSequenceClassification'], n_layer: 2 });
  expect(truth).not.toHaveProperty('configuration_files');
  expect([...written({ model_type: 'albert' }, { type: 'albert' }).keys()]).toEqual(['config.json']);
  const labelling = written({ model_type: 'albert' }, { type: 'albert', labelling: true });
  expect([...labelling.keys()]).toEqual(['config.json', 'config.4.0.0.json']);
});

test('the types that are said to be known are those of the library', () => {
  const known = (model: { MODEL_CLASS_MAPPINGS: unknown }) =>
    (model.MODEL_CLASS_MAPPINGS as Map<string, string>[]).flatMap((mapping) => [...mapping.keys()]).sort();
  expect([...pipelineTypes.sentence].sort()).toEqual(known(AutoModelForSequenceClassification));
  expect([...pipelineTypes.labelling].sort()).toEqual(known(AutoModelForTokenClassification));
});
