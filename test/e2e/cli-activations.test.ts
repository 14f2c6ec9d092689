/**
 * Activations out and in again through the command line: what `extract` writes in every format holds the same floats, and
 * an analysis of it finds the same as one with the model. HDF5 opens in the built page, under its policy.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { openActivations } from '../../src/activations/file/open.ts';
import { openHdf5 } from '../../src/format/hdf5.ts';
import { npyHeader } from '../../src/format/npy.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { syncFile } from '../fixtures/worker-files.ts';
import { extract } from './support/extract.ts';
import { modelFolder, ownFolder, ownInputs, run } from './cli-process.ts';

const nouns = ['film', 'book', 'song', 'story', 'act'];
const rest = ['is dull', 'was warm and sharp', 'is a waste of time', 'is generous , funny and bright'];
const tagOf = (word: string): string => {
  if (nouns.includes(word)) return 'NOUN';
  return /^(the|a)$/.test(word) ? 'DET' : /^[.,]$/.test(word) ? 'PUNCT' : 'X';
};

/** Words beside labels; one sentence of train is longer than the tiny model takes, one label of test is only there. */
async function labelledFolder(parent: string): Promise<string> {
  const folder = join(parent, 'tagged');
  await mkdir(folder);
  for (const [role, count] of Object.entries({ train: 40, dev: 12, test: 12 })) {
    const sentences = Array.from({ length: count }, (_, row) =>
      `the ${nouns[(row + count) % 5]} ${rest[row % 4]} ${'again '.repeat(role === 'train' && row === 7 ? 80 : row % 3)}.`.split(
        ' ',
      ),
    );
    const labels = sentences.map((words) => words.map(tagOf));
    if (role === 'test') labels[3][0] = 'RARE';
    await writeFile(join(folder, `${role}.word`), sentences.map((words) => `${words.join(' ')}\n`).join(''));
    await writeFile(join(folder, `${role}.label`), labels.map((tags) => `${tags.join(' ')}\n`).join(''));
  }
  return folder;
}

function fileArgs(folder: string): string[] {
  return ['train', 'dev', 'test'].flatMap((role) => [`--${role}`, join(folder, `${role}.word`)]);
}

async function analyze(args: string[]): Promise<void> {
  const { code, stderr } = await run('analyze', [...args, '--device', 'wasm', '--no-figures']);
  expect(code, stderr).toBe(0);
}

async function resultIn(folder: string): Promise<RunFile> {
  return parseRun(await readFile(join(folder, 'run.json'), 'utf8'), 'run.json');
}

/** What does not depend on where the vectors came from. */
function findings({ data, layers, oracle, cka, clustering, selection, selectivity, ablation, mcnemar }: RunFile) {
  return { data, layers, oracle, cka, clustering, selection, selectivity, ablation, mcnemar };
}

async function numbersOf(path: string): Promise<{ data: Float32Array; tokens: number[] }> {
  const file = await openActivations(syncFile(basename(path), new Uint8Array(readFileSync(path))), {
    layers: null,
    openHdf5,
  });
  const tokens: number[] = [];
  const parts: number[] = [];
  for await (const sentence of file.sentences()) {
    tokens.push(sentence.tokens);
    for (const value of sentence.data) parts.push(value);
  }
  file.close();
  return { data: Float32Array.from(parts), tokens };
}

test('every format holds the same floats', { timeout: 240_000 }, async () => {
  const folder = await ownFolder();
  const args = ['--model', await modelFolder(folder), ...fileArgs(await labelledFolder(folder)), '--task', 'labelling'];
  const out = join(folder, 'out');
  const names = ['safetensors', 'npy', 'npz', 'h5', 'jsonl'].map((ending) => join(out, `train.${ending}`));
  await extract(
    args,
    names.map((name) => ({ role: 'train', out: name })),
  );
  expect((await readdir(out)).sort()).toEqual(names.map((name) => basename(name)).sort());
  const written = await Promise.all(names.map(numbersOf));
  const [{ data, tokens }, npy, ...others] = written;
  expect(tokens).toHaveLength(40);
  expect(tokens[7]).toBe(0);
  expect(data.length).toBe(tokens.reduce((sum, count) => sum + count, 0) * 4 * 32);
  expect(npy.data).toEqual(data);
  for (const other of others) expect(other).toEqual({ data, tokens });
});

test('sentences: the same findings with and without the model', { timeout: 240_000 }, async () => {
  const own = await ownInputs({ train: 60, dev: 20 });
  const { folder } = own;
  const data = ['--data', own.data, '--task', 'sst-2'];
  const model = ['--model', own.model];
  const seeds = ['--seeds', '1'];
  const [train, dev] = [join(folder, 'train.npz'), join(folder, 'second.hdf5')];
  await extract(
    [...model, ...data],
    [
      { role: 'train', out: train },
      { role: 'dev', out: dev },
    ],
  );
  await analyze([...model, ...data, ...seeds, '--out', join(folder, 'with')]);
  await analyze(['--activations', train, `dev=${dev}`, ...data, ...seeds, '--out', join(folder, 'without')]);
  const [before, after] = [await resultIn(join(folder, 'with')), await resultIn(join(folder, 'without'))];
  expect(findings(after)).toEqual(findings(before));
  const shape = { layers: 3, hidden: 32 };
  expect(after.model).toMatchObject({ name: 'train.npz', architecture: 'activations', ...shape, parameters: null });
  expect(after.options.maxLength).toBeNull();

  const short = ['--activations', `train=${dev}`, `dev=${train}`, ...data, '--out', join(folder, 'none')];
  const refused = await run('analyze', short);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain(
    '`second.hdf5` holds activations of 20 sentences, but `train.tsv` has 60 sentences.',
  );
});

test(
  'a configuration of the published scripts: with its activations and with a model',
  { timeout: 240_000 },
  async () => {
    const folder = await ownFolder();
    const model = ['--model', await modelFolder(folder)];
    const args = [...model, ...fileArgs(await labelledFolder(folder)), '--task', 'labelling'];
    const names = { train: 'train.json', dev: 'dev.h5', test: 'test.safetensors' };
    const roles = ['train', 'dev', 'test'] as const;
    await extract(
      args,
      roles.map((role) => ({ role, out: join(folder, names[role]) })),
    );
    const files = roles.flatMap((role) => [
      [`${role}_source`, `tagged/${role}.word`],
      [`${role}_labels`, `tagged/${role}.label`],
      [`${role}_activations`, names[role]],
    ]);
    const settings = { task_specific_tag: 'X', num_epochs: 3, batch_size: 16, lambda_l1: 1e-4, is_brnn: false };
    const choices = { clustering_thresholds: [-1, 0.5], performance_deltas: [[2, 1]], num_neurons_per_layer: 32 };
    const config = { base_dir: folder, ...Object.fromEntries(files), ...settings, ...choices } as object;
    const path = join(folder, 'experiment.json');
    await writeFile(path, JSON.stringify(config));

    await analyze(['--config', path, '--out', join(folder, 'without')]);
    await analyze(['--config', path, ...model, '--out', join(folder, 'with')]);
    const [without, using] = [await resultIn(join(folder, 'without')), await resultIn(join(folder, 'with'))];
    expect(findings(without)).toEqual(findings(using));
    expect([without.model.name, using.model.name]).toEqual(['train.json', 'tiny-bert']);
    expect(without).toMatchObject({
      protocol: 'paper',
      options: { seeds: [0], epochs: 3, batchSize: 16, lambda1: 1e-4, lambda2: 1e-5 },
      data: { task: 'labelling', labels: ['DET', 'NOUN', 'PUNCT', 'X'] },
    });
    expect(without.selection?.map(({ deltas, threshold }) => [deltas, threshold])).toEqual([
      [{ layers: 2, neurons: 1 }, -1],
      [{ layers: 2, neurons: 1 }, 0.5],
    ]);
    const said = without.warnings.join('\n');
    expect(said).toContain('`is_brnn` in `experiment/experiment.json` changes nothing');
    expect(said).toContain('(`RARE`): they count as `X`.');
    expect(said).toContain('1 sentence of `train.word` left out: `train.json` has no activations of them.');
  },
);

test(
  'arrays without layers, the token of a sentence, and words that are not those of the data',
  { timeout: 240_000 },
  async () => {
    const folder = await ownFolder();
    const labels = (count: number) => Array.from({ length: count }, (_, row) => (row * 7) % 2);
    const roles = { train: 60, test: 20 } as const;
    for (const [role, count] of Object.entries(roles)) {
      await writeFile(
        join(folder, `${role}.word`),
        labels(count)
          .map((_, row) => `sentence number ${row}\n`)
          .join(''),
      );
      await writeFile(
        join(folder, `${role}.label`),
        labels(count)
          .map((label) => `${label}\n`)
          .join(''),
      );
      const flat = Float32Array.from(labels(count).flatMap((label, row) => [Math.sin(row), label, 0, Math.cos(row)]));
      const bytes = [npyHeader('<f4', [count, 4]), new Uint8Array(flat.buffer)];
      await writeFile(join(folder, `${role}.npy`), Buffer.concat(bytes));
      // Only the last token knows the label.
      const line = (label: number, row: number) => ({
        linex_index: row,
        features: ['sentence', 'number', String(row)].map((token, at) => ({
          token,
          layers: [{ index: 0, values: [Math.sin(row + at), at === 2 ? label : 0.5] }],
        })),
      });
      const lines = labels(count).map((label, row) => `${JSON.stringify(line(label, row))}\n`);
      await writeFile(join(folder, `${role}.json`), lines.join(''));
      await writeFile(join(folder, `shifted-${role}.json`), [...lines.slice(2), ...lines.slice(0, 2)].join(''));
    }
    const files = ['train', 'test'].flatMap((role) => [`--${role}`, join(folder, `${role}.word`)]);
    const given = (...names: string[]) => {
      const paths = names.map((name) => join(folder, name));
      return ['--activations', ...paths, ...files, '--task', 'classification'];
    };
    const short = ['--protocol', 'paper', '--seeds', '1'];
    const args = (out: string, ...names: string[]) => [...given(...names), ...short, '--out', join(folder, out)];
    await analyze([...args('two', 'train.npy', 'test.npy'), '--layers', '2']);
    expect((await resultIn(join(folder, 'two'))).model).toMatchObject({ layers: 1, hidden: 2 });

    await analyze([...args('last', 'train.json', 'test.json'), '--token', 'last']);
    expect((await resultIn(join(folder, 'last'))).options.sentenceToken).toBe('last');
    // Saved again, a vector is what was asked for.
    const out = join(folder, 'mean.npy');
    await extract([...given('train.json', 'test.json'), '--token', 'mean'], [{ role: 'train', out }]);
    const { data } = await numbersOf(out);
    expect(data.length).toBe(120);
    for (let row = 0; row < 60; row++) expect(data[row * 2 + 1]).toBeCloseTo((1 + ((row * 7) % 2)) / 3, 6);

    const shifted = await run('analyze', args('none', 'shifted-train.json', 'test.json'));
    expect(shifted.code).toBe(3);
    expect(shifted.stderr).toContain(
      'Sentence 1 is another one: word 3 is `2` in `shifted-train.json`, but `0` in `train.word`.',
    );
  },
);
