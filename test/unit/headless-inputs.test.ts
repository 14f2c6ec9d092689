import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBrowser } from '../../headless/browser.ts';
import { collectInputs, type GivenFiles } from '../../headless/inputs.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function make(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), '');
  }
}

const given = (model: string, data: string | null, files: GivenFiles['files'] = {}): GivenFiles => {
  return {
    model,
    weights: null,
    encoder: null,
    adapter: null,
    data,
    files,
    task: 'pos',
    activations: [],
    config: null,
    columns: {},
    reading: {},
  };
};

test('files go to the page under their folder, four folders deep, hidden ones not at all', async () => {
  await make(
    'bert/README.md',
    'bert/config.json',
    'bert/model.safetensors',
    'bert/.git/x',
    'bert/onnx/model.onnx',
    'bert/onnx/old/model.onnx',
    'bert/a/b/c/d/e/config.json',
    'sst/dev.tsv',
  );
  const { inputs } = await collectInputs(given(join(folder, 'bert'), join(folder, 'sst')));
  expect(inputs.map(({ path }) => path)).toEqual([
    'bert/README.md',
    'bert/config.json',
    'bert/model.safetensors',
    'bert/onnx/model.onnx',
    'bert/onnx/old/model.onnx',
    'sst/dev.tsv',
  ]);
  expect(inputs[1]?.location).toBe(join(folder, 'bert/config.json'));
});

test('an encoder is named to the page, an adapter’s folder goes there under a name of its own', async () => {
  await make('m/config.json', 'a/m/adapter_config.json', 'd/dev.tsv');
  const own = {
    ...given(join(folder, 'm'), join(folder, 'd')),
    encoder: 'question_model',
    adapter: join(folder, 'a/m'),
  };
  const { inputs, corrections } = await collectInputs(own);
  expect(inputs.map(({ path }) => path)).toEqual(['m/config.json', 'd/dev.tsv', 'm-adapter/adapter_config.json']);
  expect(corrections.encoder).toBe('question_model');
});

test('a folder goes to the page whole, however many files it holds', async () => {
  const shards = Array.from(
    { length: 600 },
    (_, shard) => `data/train-${String(shard).padStart(5, '0')}-of-00600.parquet`,
  );
  await make('bert/config.json', ...shards, 'data/validation.parquet');
  const { inputs } = await collectInputs(given(join(folder, 'bert'), join(folder, 'data')));
  expect(inputs.map(({ path }) => path)).toEqual(['bert/config.json', ...shards, 'data/validation.parquet']);
});

test('one folder for both goes once; two of the same name stay apart', async () => {
  await make('a/x/config.json', 'b/x/dev.tsv');
  const [a, b] = [join(folder, 'a/x'), join(folder, 'b/x')];
  expect((await collectInputs(given(a, join(a, '.')))).inputs).toHaveLength(1);
  const { inputs } = await collectInputs(given(a, b));
  expect(inputs.map(({ path }) => path)).toEqual(['x/config.json', 'x-data/dev.tsv']);
});

test('single files have the role they were given for, and bring the labels beside their words', async () => {
  await make('bert/config.json', 'a/set.word', 'a/set.label', 'b/set.conllu');
  const files = { train: join(folder, 'a/set.word'), test: join(folder, 'b/set.conllu') };
  const { inputs, corrections } = await collectInputs(given(join(folder, 'bert'), null, files));
  const paths = inputs.map(({ path }) => path);
  expect(paths).toEqual(['bert/config.json', 'a/set.word', 'a/set.label', 'b/set.conllu']);
  expect(corrections).toMatchObject({ task: 'pos', roles: { [paths[1]]: 'train', [paths[3]]: 'test' } });
  const reading = { sentenceToken: 'last', layers: 2 } as const;
  expect((await collectInputs({ ...given(join(folder, 'bert'), null), reading })).corrections).toMatchObject(reading);
  const absent = given(join(folder, 'bert'), null, { train: join(folder, 'none.conllu') });
  await expect(collectInputs(absent)).rejects.toMatchObject({ code: 'missing-file' });
});

test('a file goes under the name of its folder, where no other folder has it', async () => {
  await make('bert/config.json', 'x/bert/train.tsv', 'x/bert/dev.tsv', 'y/bert/dev.tsv');
  const [train, dev, test_] = ['x/bert/train.tsv', 'x/bert/dev.tsv', 'y/bert/dev.tsv'].map((name) =>
    join(folder, name),
  );
  const { inputs } = await collectInputs(given(join(folder, 'bert'), null, { train, dev, test: test_ }));
  expect(inputs.map(({ path }) => path)).toEqual([
    'bert/config.json',
    ...['bert-2/train.tsv', 'bert-2/dev.tsv', 'bert-3/dev.tsv'],
  ]);
});

test('links are followed; pipes and links that lead nowhere are no files', async () => {
  await make('bert/config.json', 'far/train.tsv');
  await symlink(join(folder, 'far'), join(folder, 'bert/data'));
  await symlink(join(folder, 'none'), join(folder, 'bert/model.safetensors'));
  execFileSync('mkfifo', [join(folder, 'bert/pipe')]);
  const { inputs } = await collectInputs(given(join(folder, 'bert'), null));
  expect(inputs.map(({ path }) => path)).toEqual(['bert/config.json', 'bert/data/train.tsv']);
});

test('a folder that is not there is bad input', async () => {
  await expect(collectInputs(given(join(folder, 'none'), folder))).rejects.toMatchObject({ code: 'missing-file' });
});

test('a browser that CHROMIUM_PATH names wrongly is not replaced by another', async () => {
  const environment = { ...process.env, WINNOW_BROWSER: '', CHROMIUM_PATH: join(folder, 'chrome') };
  await expect(findBrowser(environment)).rejects.toMatchObject({ code: 'no-browser' });
});

test('a browser on the PATH is found, and gets the environment it was found with', async () => {
  await make('bin/google-chrome');
  const environment = { PATH: join(folder, 'bin'), HOME: folder };
  const expected = { executablePath: join(folder, 'bin/google-chrome'), env: environment, origin: 'installed' };
  expect(await findBrowser(environment)).toEqual(expected);
});

test('a weight file is named inside the folder of the model', async () => {
  await make('bert/config.json', 'bert/onnx/model.onnx');
  const model = join(folder, 'bert');
  const collect = (weights: string) => collectInputs({ ...given(model, null), weights });
  expect((await collect('onnx/model.onnx')).corrections.weights).toBe('bert/onnx/model.onnx');
  await expect(collect('model.onnx')).rejects.toThrow('The model\'s folder holds no file "model.onnx".');
});

test('one file for two parts is said', async () => {
  await make('bert/config.json', 'a.tsv');
  const files = { train: join(folder, 'a.tsv'), dev: join(folder, 'bert/../a.tsv') };
  await expect(collectInputs(given(join(folder, 'bert'), null, files))).rejects.toMatchObject({
    code: 'bad-option',
    message: `--train and --dev name one file, "${files.dev}".`,
  });
});
