/** What was chosen of a model decides the key of its activations, and stands in the run file with what else there was. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Pooling } from '../../../src/base/pooling.ts';
import { defaultOptions } from '../../../src/options/table.ts';
import type { Corrections, DroppedFile } from '../../../src/session/contract.ts';
import { readAnalysis } from '../../../src/session/inputs/inputs.ts';
import { poolingOfRun } from '../../../src/session/options.ts';
import type { RunFile } from '../../../src/run/run-file.ts';
import { dropped } from '../../fixtures/files.ts';

const wild = join(import.meta.dirname, '../../fixtures/wild');
const load = (path: string, as: string) => dropped(as, new Uint8Array(readFileSync(join(wild, path))));
const vocab = Object.fromEntries(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'good', 'bad'].map((t, id) => [t, id]));
const tokenizer = JSON.stringify({
  added_tokens: [],
  model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', vocab },
});
const table = `sentence\tlabel\n${'good\t1\nbad\t0\n'.repeat(10)}`;
const data = [dropped('data/train.tsv', table), dropped('data/dev.tsv', table)];

async function read(model: DroppedFile[], corrections: Corrections = {}, pooling: Pooling | null = null) {
  const request = { files: [...model, ...data], corrections, options: { ...defaultOptions, pooling } };
  const { vectors, modelFacts } = await readAnalysis(request, () => undefined);
  if (vectors.from === 'files') throw new Error('no model');
  return { hash: vectors.hash, pooling: vectors.pooling, modelFacts };
}

test('which of two encoders', async () => {
  const model = [
    load('encoders/config.json', 'm/config.json'),
    load('encoders/dpr.pt', 'm/dpr.pt'),
    dropped('m/tokenizer.json', tokenizer),
  ];
  const first = await read(model);
  const second = await read(model, { encoder: 'question_model' });
  expect(second.hash).not.toBe(first.hash);
  expect(first.modelFacts).toMatchObject({ encoders: ['ctx_model', 'question_model'], weights: ['dpr.pt'] });
  expect(second.modelFacts).toMatchObject({ encoders: ['question_model', 'ctx_model'], pooling: 'first' });
});

test('whether an adapter is merged', async () => {
  const base = [
    load('lora/base/config.json', 'm/config.json'),
    load('lora/base/model.safetensors', 'm/model.safetensors'),
    load('lora/base/model.safetensors', 'm/checkpoint-5/model.safetensors'),
    dropped('m/tokenizer.json', tokenizer),
  ];
  const adapter = ['adapter_config.json', 'adapter_model.safetensors'].map((name) =>
    load(`lora/adapter/${name}`, `a/${name}`),
  );
  const plain = await read(base);
  const merged = await read([...base, ...adapter]);
  expect(merged.hash).not.toBe(plain.hash);
  expect(plain.modelFacts.otherWeights).toEqual(['m/checkpoint-5/model.safetensors']);
  expect([plain.modelFacts.adapter, merged.modelFacts.adapter]).toEqual([undefined, 'adapter_model.safetensors']);
});

test('what stands for a sentence: what was asked for, else what the model says', async () => {
  const model = [
    load('lora/base/config.json', 'm/config.json'),
    load('lora/base/model.safetensors', 'm/model.safetensors'),
    dropped('m/tokenizer.json', tokenizer),
  ];
  const own = dropped('m/1_Pooling/config.json', '{"pooling_mode_mean_tokens": true}');
  const [plain, saying, asked] = [
    await read(model),
    await read([...model, own]),
    await read([...model, own], {}, 'last'),
  ];
  expect([plain, saying, asked].map(({ pooling }) => pooling)).toEqual(['first', 'mean', 'last']);
  expect([plain, saying, asked].map(({ modelFacts }) => modelFacts.pooling)).toEqual(['first', 'mean', 'last']);
});

test('a run asks for what stood for a sentence in it; one that does not say it had what its kind of model has', () => {
  const of = (model: { architecture: string; pooling?: Pooling }) => poolingOfRun({ model } as RunFile);
  expect(of({ architecture: 'bert', pooling: 'mean' })).toBe('mean');
  expect([of({ architecture: 'bert' }), of({ architecture: 'xlnet' })]).toEqual(['first', 'last']);
});
