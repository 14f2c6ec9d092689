/** Configurations: whatever is accepted can be worked with. */
import assert from 'node:assert/strict';
import { architectureOf } from '../../../src/model/architectures/list.ts';
import { parseConfig } from '../../../src/model/config.ts';
import { parseExportConfig } from '../../../src/model/onnx/config.ts';
import { parseExperimentConfig } from '../../../src/published/experiment-config.ts';
import { attempt } from '../../fixtures/hostile.ts';
import { alone, fixture, onlyText, textFile, type FuzzTarget } from '../target.ts';

/** A graph can be written from whatever is accepted, and asks for the tensors that are listed. */
export async function checkModelConfig(text: string): Promise<void> {
  const config = await attempt(() => parseConfig(text, 'config.json'));
  if (config === null) return;
  const { shapes, write } = architectureOf(config);
  const { graph } = write(config, { layers: config.layers, perRow: 'many' });
  assert.deepEqual([...graph.weights].sort(), [...shapes(config).keys()].sort());
}

export async function checkExportConfig(text: string): Promise<void> {
  const config = await attempt(() => parseExportConfig(text, 'config.json'));
  if (config === null) return;
  const { layers, hidden, heads, vocabulary, positions } = config;
  for (const size of [layers, hidden, heads, vocabulary, positions]) assert(size > 0, `a size of ${size}`);
}

export async function checkExperimentConfig(text: string): Promise<void> {
  const config = await attempt(() => parseExperimentConfig(text, 'c.json'));
  if (config === null) return;
  for (const threshold of config.thresholds) assert(threshold === -1 || (threshold > 0 && threshold < 1));
  assert(config.epochs > 0 && config.batchSize > 0);
  structuredClone(config);
}

export const experimentConfig = {
  ...{ base_dir: 'a', train_source: 'train.word', train_labels: 'train.label', train_activations: 'train.json' },
  ...{ test_source: 'test.word', test_labels: 'test.label', test_activations: 'test.json' },
  ...{ metric: 'accuracy', performance_deltas: [[3, 1]], clustering_thresholds: [-1, 0.3], num_epochs: 10 },
  ...{ batch_size: 128, lambda1: 0.00001, lambda2: 0.00001, num_neurons_per_layer: 3, is_brnn: false },
};
const whole = [
  'bert',
  'modernbert-first',
  'nomic-bert',
  'llama',
  'qwen3',
  'gpt2',
  'gemma3-encoder',
  'deberta-v2',
  'deberta-v3',
  't5-encoder',
];
const forms = ['albert-groups', 'electra-wide', 'mpnet', 'xlnet-clamp', 'distilbert-sinusoid', 'xlm-roberta'];

export const configTargets: readonly FuzzTarget[] = [
  {
    name: 'model-config',
    share: 6,
    seeds: () =>
      alone([
        ...whole.map((of) => fixture(`models/${of}/config.json`)),
        ...forms.map((of) => fixture(`architectures/${of}.config.json`)),
      ]),
    check: async (drop) => {
      const text = await onlyText(drop);
      await checkModelConfig(text);
      await checkExportConfig(text);
    },
  },
  {
    name: 'experiment-config',
    share: 6,
    seeds: () => [
      [textFile('c.json', JSON.stringify(experimentConfig, null, 1))],
      [textFile('c.json', JSON.stringify({ ...experimentConfig, dev_source: 'd.word', dev_labels: 'd.label' }))],
    ],
    check: async (drop) => checkExperimentConfig(await onlyText(drop)),
  },
];
