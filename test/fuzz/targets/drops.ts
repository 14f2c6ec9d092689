/**
 * Whole drops of model, data, activations, configuration and results: what can be used, or every gap said, and every file
 * spoken for once.
 */
import assert from 'node:assert/strict';
import { recogniseActivations, splitOff } from '../../../src/activations/file/recognise.ts';
import { writeActivations } from '../../../src/activations/file/write.ts';
import { inMemory } from '../../../src/activations/matrix.ts';
import { WinnowError } from '../../../src/base/errors.ts';
import { claimedPaths, type Recognition } from '../../../src/base/recognition.ts';
import type { Corrections, DroppedFile } from '../../../src/data/cards.ts';
import { recogniseData } from '../../../src/data/recognise.ts';
import { recogniseModel } from '../../../src/model/recognise.ts';
import { recogniseExperiment } from '../../../src/session/inputs/experiment.ts';
import { recogniseInputs } from '../../../src/session/inputs/recognise.ts';
import { recogniseResults } from '../../../src/session/inputs/results.ts';
import { blobFile, droppedFiles, fixture, textFile, type Drop, type FuzzFile, type FuzzTarget } from '../target.ts';
import { noHdf5, writtenAs } from './activations.ts';
import { experimentConfig } from './configs.ts';
import { checkData, textSeeds } from './data.ts';
import { smallIndex } from './weights.ts';

/** Node has no workers as the page has them; HDF5 is a target of its own. */
class NoWorker {
  constructor() {
    throw new WinnowError('worker-crashed', 'HDF5 cannot be read here.', 'Use a browser.');
  }
}
Object.assign(globalThis, { Worker: NoWorker });

function checkNotices({ missing, notices }: Pick<Recognition, 'missing' | 'notices'>): void {
  for (const { message, next } of [...missing, ...notices]) {
    assert(message !== '' && next !== '', 'a notice without words');
    assert(!message.startsWith('Something in Winnow failed'), message);
  }
}

export async function checkModelDrop(files: readonly DroppedFile[]): Promise<void> {
  const { card, source, missing, notices, ignored, used } = await recogniseModel(files);
  checkNotices({ missing, notices });
  if (source === null) assert(card === null && missing.length > 0, 'nothing is said of a model that cannot be used');
  else if (source.tokenizer === null) assert(missing.length > 0, 'nothing is said of an absent tokenizer');
  const paths = files.map(({ path }) => path);
  for (const path of [...used.keys(), ...ignored.map((own) => own.path)]) assert(paths.includes(path), path);
  structuredClone({ card, missing, notices, ignored });
}

/** @param some files of activations and of data, mixed. */
export async function checkActivationsDrop(some: readonly DroppedFile[], roles: Corrections['roles']): Promise<void> {
  const { activations, others } = await splitOff(some);
  assert.equal(activations.length + others.length, some.length);
  const found = await recogniseActivations(activations, await recogniseData(others), { roles }, noHdf5);
  checkNotices(found);
  if (activations.length > 0 && found.card === null) assert(found.missing.length > 0, 'nothing is said');
  for (const file of found.files.values()) assert(activations.includes(file));
  structuredClone({ ...found, files: null });
}

/** An experiment configuration among `others`: it names only files that are there, and what it lacks is said. */
export async function checkExperimentDrop(
  others: readonly DroppedFile[],
  activations: readonly DroppedFile[],
): Promise<void> {
  const found = await recogniseExperiment(others, activations);
  const paths = [...others, ...activations].map(({ path }) => path);
  for (const used of found.used.keys()) assert(paths.includes(used), used);
  checkNotices(found);
  if (found.card === null) assert.equal(found.files, null);
  else assert(found.files !== null && found.files.length + 2 * found.missing.length >= 4);
  for (const file of found.activations ?? []) assert(activations.includes(file));
  structuredClone({ card: found.card, corrections: found.corrections });
}

/** As the page asks: results first, then everything else. */
async function checkWhole(drop: Drop): Promise<void> {
  const files = droppedFiles(drop);
  checkNotices(await recogniseResults(files, false));
  const found = await recogniseInputs(files, {});
  checkNotices(found);
  checkData(found.data);
  const { used, missing, notices, ignored } = found;
  // What an experiment configuration puts together has paths of its own besides.
  const claimed = claimedPaths(found);
  for (const { path } of files) assert(claimed.has(path), `nobody speaks of ${path}`);
  const left = ignored.map(({ path }) => path);
  assert.equal(new Set(left).size, left.length, 'a file is ignored twice');
  for (const path of left) assert(!used.has(path), `${path} is used and ignored`);
  structuredClone({ missing, notices, ignored });
}

const modelFolder = (...weights: FuzzFile[]): Drop => [
  fixture('architectures/xlnet-clamp.config.json', 'm/config.json'),
  fixture('tokenizers/unigram/tokenizer.json', 'm/tokenizer.json'),
  fixture('models/xlnet/tokenizer_config.json', 'm/tokenizer_config.json'),
  ...weights,
];
const arrays = async (...roles: string[]): Promise<Drop> => {
  const activations = inMemory(new Float32Array(4 * 6), { rows: 4, layers: 2, hidden: 3 });
  const set = { activations, lengths: null, words: null };
  return Promise.all(roles.map(async (role) => blobFile(`${role}.npy`, await writeActivations('npy', set))));
};
const table = 'sentence\tlabel\ngood\t1\nbad\t0\ngood\t1\nbad\t0\n';
const dataFolder = ['data/train.tsv', 'data/dev.tsv'].map((path) => textFile(path, table));
const wordFolder = ['train', 'test'].flatMap((role) => [
  textFile(`a/${role}.word`, 'a b\nc d\n'),
  textFile(`a/${role}.label`, 'X Y\nX X\n'),
]);

const sentenceFolder: Drop = [
  textFile('modules.json', '[{"idx": 0, "path": "", "type": "Transformer"}, {"idx": 1, "path": "1_Pooling"}]'),
  textFile('1_Pooling/config.json', '{"word_embedding_dimension": 16, "pooling_mode_mean_tokens": true}'),
  textFile('2_Dense/config.json', '{"in_features": 16, "out_features": 8, "bias": true}'),
];
const fileNames = ['bert_config.json', 'bert_model.ckpt.index', 'bert_model.ckpt.data-00000-of-00001'];

export const dropTargets: readonly FuzzTarget[] = [
  {
    name: 'model-drop',
    share: 1.5,
    whole: true,
    seeds: () => [
      modelFolder(fixture('architectures/xlnet-clamp.safetensors', 'm/model.safetensors')),
      modelFolder(fixture('checkpoints/forms-zip.bin', 'm/pytorch_model.bin'), smallIndex()),
      [
        fixture('architectures/electra-wide.config.json', 'm/checkpoint-500/config.json'),
        fixture('architectures/electra-wide.safetensors', 'm/checkpoint-500/model.safetensors'),
        fixture('tokenizers/vocab-bert/vocab.txt', 'm/checkpoint-500/vocab.txt'),
      ],
      [
        fixture('wild/lora/base/config.json', 'base/config.json'),
        fixture('wild/lora/base/model.safetensors', 'base/model.safetensors'),
        fixture('tokenizers/vocab-bert/vocab.txt', 'base/vocab.txt'),
        fixture('wild/lora/adapter/adapter_config.json', 'adapter/adapter_config.json'),
        fixture('wild/lora/adapter/adapter_model.safetensors', 'adapter/adapter_model.safetensors'),
      ],
      [
        fixture('wild/lora/base/config.json'),
        fixture('wild/lora/sentence.bin', 'pytorch_model.bin'),
        ...sentenceFolder,
      ],
      [fixture('wild/encoders/config.json'), fixture('wild/encoders/dpr.pt', 'dpr.pt')],
      fileNames.map((name) => fixture(`wild/google-checkpoint/${name}`)),
      [fixture('models/bert/config.json'), fixture('exports/roberta-external/model.onnx')],
    ],
    check: (drop) => checkModelDrop(droppedFiles(drop)),
  },
  {
    name: 'activations-drop',
    share: 4,
    whole: true,
    seeds: async () => [
      [...(await arrays('train', 'dev')), ...dataFolder],
      [{ ...(await writtenAs('neurox-json')), path: 'train.json' }, ...wordFolder],
      [{ ...(await writtenAs('safetensors')), path: 'train.safetensors' }, ...wordFolder],
      [fixture('activations/neurox.json', 'train.json'), ...(await arrays('dev')), ...dataFolder],
    ],
    check: (drop) => checkActivationsDrop(droppedFiles(drop), {}),
  },
  {
    name: 'whole-drop',
    share: 3,
    whole: true,
    seeds: async () => {
      const config = textFile('exp.json', JSON.stringify(experimentConfig));
      const lines = await writtenAs('neurox-json');
      return [
        [config, ...wordFolder, { ...lines, path: 'a/train.json' }, { ...lines, path: 'a/test.json' }],
        [...modelFolder(fixture('architectures/xlnet-clamp.safetensors', 'm/model.safetensors')), ...dataFolder],
        [...dataFolder, ...(await arrays('train', 'dev')), textFile('README.md', '# Nothing\n')],
        [...dataFolder, fixture('selection/clustering.json', 'all_results.json')],
        ...textSeeds(),
      ];
    },
    check: checkWhole,
  },
];
