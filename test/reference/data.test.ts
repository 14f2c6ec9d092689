/** The data room on the official GLUE folders and PyTorch's goldens in `../shared`, which must lie beside the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linearStart, Mt19937 } from '../../src/base/random.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { splitSeed } from '../../src/data/split.ts';
import { glueNames, tasks, type GlueName } from '../../src/data/tasks.ts';
import { readShardIndex } from '../../src/format/safetensors-index.ts';
import { readSafetensorsHeader, readTensor } from '../../src/format/safetensors.ts';
import { dropped, fileOf, instancesOf } from '../fixtures/files.ts';

const shared = join(import.meta.dirname, '../../../shared');

if (!existsSync(join(shared, 'data/glue'))) {
  throw new Error('These tests read the folder `shared` beside the project folder, and it is not there.');
}

function read(path: string): File {
  return fileOf(path.slice(path.lastIndexOf('/') + 1), new Uint8Array(readFileSync(join(shared, path))));
}

function folder(name: string) {
  const glue = join(shared, 'data/glue', name);
  return readdirSync(glue).map((file) => dropped(`${name}/${file}`, new Uint8Array(readFileSync(join(glue, file)))));
}

/** Rows of the official files; null where the folder has no such file. */
const rows: Record<GlueName, { train: number | null; dev: number | null }> = {
  'sst-2': { train: 67_349, dev: 872 },
  cola: { train: 8551, dev: 1043 },
  mrpc: { train: 3668, dev: 408 },
  qqp: { train: null, dev: 5 },
  'sts-b': { train: 5749, dev: 1500 },
  mnli: { train: null, dev: 1 },
  qnli: { train: null, dev: 5463 },
  rte: { train: 2490, dev: 277 },
  wnli: { train: 635, dev: 71 },
};

describe('the GLUE folders', () => {
  test.each(glueNames)('%s', async (name) => {
    const { card, train, dev, missing, notices, ignored } = await recogniseData(folder(tasks[name].title));
    expect(card?.task).toBe(name);
    expect(instancesOf(train)?.length ?? null).toBe(rows[name].train);
    expect(instancesOf(dev)?.length ?? null).toBe(rows[name].dev);
    expect(missing.map(({ role }) => role)).toEqual(rows[name].train === null ? ['train'] : []);
    expect(notices).toEqual([]);
    for (const { path } of ignored) expect(path).toMatch(/test\.tsv|dev_ids|msr_paraphrase|readme|README|LICENSE/);
  });

  test('all at once, one chosen', async () => {
    const everything = glueNames.flatMap((name) => folder(tasks[name].title));
    const { card, train, notices } = await recogniseData(everything, { task: 'wnli' });
    expect(card?.candidates).toHaveLength(glueNames.length);
    expect(train?.path).toBe('WNLI/train.tsv');
    expect(notices).toHaveLength(1);
  });
});

describe('start weights of the probes', () => {
  test.each([
    ['sst2/probes', 11, 'all.', 2688, 2],
    ['sst2/probes', 11, 'layer3.', 384, 2],
    ['sst2/probes', 11, 'upto3.', 1536, 2],
    ['stsb/regression', 12, '', 2688, 1],
  ])('%s, seed %s, %s', async (path, seed, prefix, features, outputs) => {
    const file = read(`golden/${path}.safetensors`);
    const { tensors } = await readSafetensorsHeader(file);
    const tensor = async (name: string) => {
      const info = tensors.get(`${prefix}${name}`);
      if (!info) throw new Error(`The golden has no ${prefix}${name}.`);
      return readTensor(file, info);
    };
    const { weights, bias } = linearStart(seed, features, outputs);
    expect(new Uint32Array(weights.buffer)).toEqual(new Uint32Array((await tensor('W0')).buffer));
    expect(new Uint32Array(bias.buffer)).toEqual(new Uint32Array((await tensor('b0')).buffer));
  });
});

test('choices go on from the split as in numpy: one representative a cluster', async () => {
  const file = read('golden/sst2/clusters.safetensors');
  const { tensors } = await readSafetensorsHeader(file);
  const golden = JSON.parse(await read('golden/sst2/representatives.json').text()) as Record<string, number[]>;
  for (const [threshold, representatives] of Object.entries(golden)) {
    const info = tensors.get(`labels.${threshold}`);
    if (!info) throw new Error(`The golden has no labels.${threshold}.`);
    const labels = await readTensor(file, info);
    const members: number[][] = [];
    labels.forEach((label, neuron) => (members[label - 1] ??= []).push(neuron));
    const random = new Mt19937(splitSeed);
    random.shuffle(new Int32Array(872));
    expect(members.map((cluster) => random.choice(cluster))).toEqual(representatives);
  }
});

describe('weight files', () => {
  const weights = (readdirSync(join(shared, 'models'), { recursive: true }) as string[]).filter((path) =>
    path.endsWith('.safetensors'),
  );

  test.each(weights)('%s is read whole', async (path) => {
    const file = read(`models/${path}`);
    const { tensors } = await readSafetensorsHeader(file);
    expect(tensors.size).toBeGreaterThan(0);
    for (const info of tensors.values()) {
      const values = await readTensor(file, info);
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  test('the shards of an index hold its tensors', async () => {
    const { weightMap, files } = await readShardIndex(read('models/tiny/bert-sharded/model.safetensors.index.json'));
    const held = new Map<string, string>();
    for (const name of files) {
      const { tensors } = await readSafetensorsHeader(read(`models/tiny/bert-sharded/${name}`));
      for (const tensor of tensors.keys()) held.set(tensor, name);
    }
    expect(held).toEqual(weightMap);
  });
});
