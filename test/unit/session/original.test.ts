/** The model that a run was made with among dropped files: its hash, its weight file, its data, and what is none of these. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRun, type RunFile } from '../../../src/run/run-file.ts';
import { defaultOptions } from '../../../src/session/contract.ts';
import { checkFiles, readOriginal } from '../../../src/session/inputs/original.ts';
import { dropped } from '../../fixtures/files.ts';

const root = join(import.meta.dirname, '../../..');
const load = (path: string) => new Uint8Array(readFileSync(join(root, 'test/fixtures/models', path)));
const demo = parseRun(readFileSync(join(root, 'public/demo/reviews/result.json'), 'utf8'), 'result.json');
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

const model = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'].map((name) =>
  dropped(`m/${name}`, load(`bert/${name}`)),
);
const checkpoint = dropped('m/pytorch_model.bin', load('bert-bin/pytorch_model.bin'));
const table = 'sentence\tlabel\ngood\t1\nbad\t0\n';
const train = dropped('d/train.tsv', table + 'fine\t1\nworse\t0\n'.repeat(20));
const dev = dropped('d/dev.tsv', table);

function runWith(facts: Partial<RunFile['model']>, data: Partial<RunFile['data']> = {}): RunFile {
  return { ...demo, model: { ...demo.model, ...facts }, data: { ...demo.data, ...data } };
}
const ofSafetensors = { sha256: sha256(load('bert/model.safetensors')), weights: ['model.safetensors'] };
const ofCheckpoint = { sha256: sha256(load('bert-bin/pytorch_model.bin')), weights: ['pytorch_model.bin'] };

const read = (files: typeof model, run: RunFile, corrections = {}) =>
  readOriginal({ files, corrections, options: defaultOptions }, run, () => undefined);

test('is told by the hash of its weights; without data there are none', async () => {
  const { model: found, inputs } = await read(model, runWith(ofSafetensors));
  expect(found.weightFiles.map(({ path }) => path)).toEqual(['m/model.safetensors']);
  expect(inputs).toBeNull();
});

test('of several weight files the one that the run names is taken, unless the user has chosen', async () => {
  const files = [...model, checkpoint];
  const { model: found } = await read(files, runWith(ofCheckpoint));
  expect(found.weightFiles.map(({ path }) => path)).toEqual(['m/pytorch_model.bin']);
  const chosen = read(files, runWith(ofCheckpoint), { weights: 'm/model.safetensors' });
  await expect(chosen).rejects.toMatchObject({ code: 'bad-model' });
});

test('another model is refused by its hash, whatever its name', async () => {
  const run = runWith({ ...ofSafetensors, sha256: 'f'.repeat(64), name: 'm' });
  await expect(read(model, run)).rejects.toMatchObject({
    code: 'bad-model',
    message: `\`m\` has weights with SHA-256 ${ofSafetensors.sha256.slice(0, 12)}…, and the run was made with \`m\`, ffffffffffff…: another model.`,
  });
});

test.each([
  ['a run over activations', model, { architecture: 'activations' }, 'bad-option'],
  ['no tokenizer', model.filter(({ path }) => !path.includes('tokenizer')), {}, 'missing-file'],
  ['no model at all', [train, dev], {}, 'missing-file'],
  [
    'weights that end early',
    [...model.slice(0, 3), dropped('m/model.safetensors', load('bert/model.safetensors').slice(0, 3000))],
    {},
    'bad-file',
  ],
])('%s: a sentence', async (_, files, facts, code) => {
  await expect(read(files, runWith({ ...ofSafetensors, ...facts }))).rejects.toMatchObject({ code });
});

test('its data are read as the run read them, and told from others by their hashes and labels', async () => {
  const files = [
    { role: 'train' as const, name: 'train.tsv', bytes: 1, sha256: sha256(table + 'fine\t1\nworse\t0\n'.repeat(20)) },
    { role: 'dev' as const, name: 'dev.tsv', bytes: 1, sha256: sha256(table) },
  ];
  const run = runWith(ofSafetensors, { files });
  const { inputs } = await read([...model, train, dev], run);
  if (inputs === null) throw new Error('no data were found');
  expect(() => checkFiles(inputs, run)).not.toThrow();
  const [first, second] = files;
  const other = runWith(ofSafetensors, { files: [first, { ...second, sha256: '0'.repeat(64) }] });
  expect(() => checkFiles(inputs, other)).toThrow('The run was made with another dev file, `dev.tsv`');
  const labelled = runWith(ofSafetensors, { files, labels: ['no', 'yes'] });
  expect(() => checkFiles(inputs, labelled)).toThrow('other labels');
});
