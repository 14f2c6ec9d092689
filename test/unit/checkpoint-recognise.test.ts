/** Which of the dropped weight files are used when PyTorch checkpoints are among them, and what is said. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recogniseModel, type SourceFile } from '../../src/model/recognise.ts';
import { dropped } from '../fixtures/files.ts';

const models = join(import.meta.dirname, '../fixtures/models');

function bytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(models, path)));
}

/** The config and the weights of a tiny model at `m/`, each file under its own name or the one that is given. */
function folder(name: string, names: Readonly<Record<string, string | undefined>> = {}): SourceFile[] {
  return readdirSync(join(models, name))
    .filter((file) => /^config\.json$|\.bin/.test(file))
    .map((file) => [file, file in names ? names[file] : file] as const)
    .flatMap(([file, as]) => (as === undefined ? [] : [dropped(`m/${as}`, bytes(`${name}/${file}`))]));
}

const safetensors = dropped('m/model.safetensors', bytes('bert/model.safetensors'));

/** What is in the way, apart from the tokenizer. */
async function recognise(files: readonly SourceFile[]) {
  const result = await recogniseModel(files);
  const messages = result.missing.map(({ message }) => message);
  return { ...result, inTheWay: messages.filter((message) => !message.includes('tokenizer')) };
}

test.each([
  ['bert-bin', 'PyTorch checkpoint, F32'],
  ['bert-bin-legacy', 'PyTorch checkpoint, F32'],
  ['bert-bin-sharded', 'PyTorch checkpoint, F32, 2 files'],
])('%s gets its card', async (name, weightFormat) => {
  const { card, inTheWay, source } = await recognise(folder(name));
  expect(inTheWay).toEqual([]);
  expect(card).toMatchObject({ name: 'm', architecture: 'bert', layers: 3, weightFormat, head: 'classifier' });
  expect(card?.parameters).toBe(92_930);
  const weights = source?.kind === 'written' ? source.weights : null;
  expect(weights?.tensors.get('embeddings.LayerNorm.weight')?.info).toMatchObject({ dtype: 'F32', shape: [32] });
});

test.each(['model.pt', 'model.pth', 'epoch=3.ckpt', 'weights.bin'])('a single file named %s', async (name) => {
  const { card, inTheWay } = await recognise(folder('bert-bin', { 'pytorch_model.bin': name }));
  expect(inTheWay).toEqual([]);
  expect(card?.weightFiles).toEqual([`m/${name}`]);
});

test('a checkpoint that is named .safetensors is read by its content', async () => {
  const { card } = await recognise(folder('bert-bin', { 'pytorch_model.bin': 'model.safetensors' }));
  expect(card?.weightFormat).toBe('PyTorch checkpoint, F32');
});

test('safetensors are preferred, and that is said', async () => {
  const { card, notices, ignored } = await recognise([...folder('bert-bin'), safetensors]);
  expect(card?.weightFormat).toBe('safetensors, F32');
  expect(notices.map(({ message }) => message)).toEqual([
    'Of several weight files, `model.safetensors` is used; `pytorch_model.bin` is not.',
  ]);
  expect(ignored).toContainEqual({ path: 'm/pytorch_model.bin', reason: 'Another weight file is used.' });
});

test('of several checkpoints pytorch_model.bin is used', async () => {
  const { card, notices } = await recognise([...folder('bert-bin'), dropped('m/adapter.bin', 'x')]);
  expect(card?.weightFiles).toEqual(['m/pytorch_model.bin']);
  expect(notices.map(({ message }) => message)).toEqual([
    'Of several weight files, `pytorch_model.bin` is used; `adapter.bin` is not.',
  ]);
});

test('what a trainer leaves beside a model is no weight file', async () => {
  const left = ['training_args.bin', 'optimizer.pt', 'optimizer.bin', 'scheduler.pt', 'rng_state_0.pth'];
  const { notices, ignored } = await recognise([
    ...folder('bert-bin'),
    ...left.map((name) => dropped(`m/${name}`, 'x')),
  ]);
  expect(notices).toEqual([]);
  expect(ignored.map(({ path }) => path)).toEqual(expect.arrayContaining(left.map((name) => `m/${name}`)));
});

describe('a model in several files', () => {
  const second = 'pytorch_model-00002-of-00002.bin';

  test('one of which is not there', async () => {
    const { inTheWay } = await recognise(folder('bert-bin-sharded', { [second]: undefined }));
    expect(inTheWay).toEqual([`\`${second}\` is missing: the index lists it as a part of the weights.`]);
  });

  test('without their index', async () => {
    const { inTheWay } = await recognise(folder('bert-bin-sharded', { 'pytorch_model.bin.index.json': undefined }));
    expect(inTheWay).toEqual([
      '`pytorch_model.bin.index.json` is missing: it says which of the weight files holds which tensor.',
    ]);
  });
});
