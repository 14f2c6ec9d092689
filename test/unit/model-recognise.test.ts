/** Dropped files to a model, or to the sentence that says what is in the way. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimedPaths } from '../../src/base/recognition.ts';
import { recogniseModel, type SourceFile } from '../../src/model/recognise.ts';
import { dropped, vanishing } from '../fixtures/files.ts';

interface Tokenizer {
  model: { vocab: Record<string, number> };
}

const models = join(import.meta.dirname, '../fixtures/models');

/** The folder of a tiny model as a person drops it; `changes` replaces files, undefined takes one away. */
function folder(
  name: string,
  changes: Record<string, string | Uint8Array<ArrayBuffer> | undefined> = {},
): SourceFile[] {
  const names = readdirSync(join(models, name)).filter((file) => !file.startsWith('golden'));
  const all = new Map(names.map((file) => [file, bytes(name, file) as string | Uint8Array<ArrayBuffer> | undefined]));
  for (const [file, content] of Object.entries(changes)) all.set(file, content);
  return [...all].flatMap(([file, content]) => (content === undefined ? [] : [dropped(`${name}/${file}`, content)]));
}

function bytes(name: string, file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(models, name, file)));
}

function json(name: string, file: string, changes: object): string {
  return JSON.stringify({ ...(JSON.parse(new TextDecoder().decode(bytes(name, file))) as object), ...changes });
}

async function missing(files: SourceFile[]) {
  const result = await recogniseModel(files);
  expect(result.missing.every(({ next }) => next.endsWith('.'))).toBe(true);
  return result.missing.map(({ message }) => message);
}

/** The header of a safetensors file, changed and written back before the same data. */
function reheaded(
  name: string,
  change: (header: Record<string, { shape: number[] }>) => void,
): Uint8Array<ArrayBuffer> {
  const file = bytes(name, 'model.safetensors');
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<
    string,
    { shape: number[] }
  >;
  change(header);
  const head = new TextEncoder().encode(JSON.stringify(header));
  const result = new Uint8Array(8 + head.length + file.length - 8 - length);
  new DataView(result.buffer).setBigUint64(0, BigInt(head.length), true);
  result.set(head, 8);
  result.set(file.subarray(8 + length), 8 + head.length);
  return result;
}

describe('a whole model', () => {
  test.each([
    ['bert', { weightFormat: 'safetensors, F32', head: 'classifier', parameters: 92_930 }],
    ['bert-fp16', { weightFormat: 'safetensors, F16', head: 'classifier', parameters: 92_930 }],
    ['bert-bf16', { weightFormat: 'safetensors, BF16', head: 'classifier', parameters: 92_930 }],
    ['bert-sharded', { weightFormat: 'safetensors, F32, 2 files', head: 'classifier', parameters: 92_930 }],
    ['bert-bare', { weightFormat: 'safetensors, F32', head: null, parameters: 91_808 }],
    ['bert-gelu-new', { weightFormat: 'safetensors, F32', head: null, parameters: 92_864 }],
  ])('%s gets its card', async (name, card) => {
    const result = await recogniseModel(folder(name));
    expect(result.missing).toEqual([]);
    expect(result.notices).toEqual([]);
    expect(result.card).toMatchObject({
      name,
      architecture: 'bert',
      layers: 3,
      hidden: 32,
      heads: 4,
      maxLength: 64,
      ...card,
    });
    expect(result.tokenizer).toEqual({ path: `${name}/tokenizer.json`, kind: 'WordPiece', vocabulary: 2000 });
    expect(result.source?.tokenizer).not.toBeNull();
    expect(result.ignored).toEqual([]);
    expect(claimedPaths(result).size).toBe(folder(name).length);
  });

  test('files dropped one by one, without a folder', async () => {
    const files = folder('bert').map(({ file }) => ({ path: file.name, file }));
    const { source, card } = await recogniseModel(files);
    expect([source?.name, card?.bytes]).toEqual(['model', bytes('bert', 'model.safetensors').length]);
  });

  test('a tokenizer from another place completes a folder', async () => {
    const files = [
      ...folder('bert', { 'tokenizer.json': undefined }),
      dropped('tokenizer.json', bytes('bert', 'tokenizer.json')),
    ];
    expect((await recogniseModel(files)).source?.tokenizer?.card.path).toBe('tokenizer.json');
  });

  test('a bare vocabulary with its settings in place of a tokenizer.json', async () => {
    const { vocab } = (JSON.parse(new TextDecoder().decode(bytes('bert', 'tokenizer.json'))) as Tokenizer).model;
    const lines = Object.keys(vocab).sort((a, b) => vocab[a] - vocab[b]);
    const files = folder('bert', {
      'tokenizer.json': undefined,
      'vocab.txt': `${lines.join('\n')}\n`,
      'merges.txt': '',
    });
    const { source, missing: gaps, tokenizer, ignored } = await recogniseModel(files);
    expect(gaps).toEqual([]);
    expect(tokenizer).toEqual({ path: 'bert/vocab.txt', kind: 'WordPiece', vocabulary: 2000 });
    expect(source?.tokenizerFiles.map(({ path }) => path)).toEqual(['bert/vocab.txt', 'bert/tokenizer_config.json']);
    expect(ignored.map(({ path }) => path)).toEqual(['bert/merges.txt']);
    const both = await recogniseModel([
      ...files,
      ...folder('bert').filter(({ path }) => path.endsWith('/tokenizer.json')),
    ]);
    expect(both.source?.tokenizerFiles.map(({ path }) => path)).toEqual([
      'bert/tokenizer.json',
      'bert/tokenizer_config.json',
    ]);
  });

  test('old names of LayerNorm', async () => {
    const old = reheaded('bert', (header) => {
      for (const [name, info] of Object.entries(header)) {
        if (!name.includes('LayerNorm')) continue;
        delete header[name];
        header[name.replace('.weight', '.gamma').replace('.bias', '.beta')] = info;
      }
    });
    const { source } = await recogniseModel(folder('bert', { 'model.safetensors': old }));
    const weights = source?.kind === 'written' ? source.weights : null;
    expect(weights?.tensors.get('embeddings.LayerNorm.bias')?.info.shape).toEqual([32]);
  });

  test('of several weight files model.safetensors is used, and that is said', async () => {
    const { card, notices, ignored } = await recogniseModel(
      folder('bert', { 'adapter.safetensors': 'x', 'pytorch_model.bin': 'x' }),
    );
    expect(card?.weightFiles).toEqual(['bert/model.safetensors']);
    expect(notices.map(({ message }) => message)).toEqual([
      'Of several weight files, `model.safetensors` is used; `adapter.safetensors`, `pytorch_model.bin` are not.',
    ]);
    expect(ignored.map(({ path }) => path)).toContain('bert/pytorch_model.bin');
  });

  test('of several model folders one is used, and that is said', async () => {
    const { card, notices } = await recogniseModel([...folder('bert'), ...folder('bert-fp16')]);
    expect(card?.name).toBe('bert');
    expect(notices.map(({ message }) => message)).toEqual([
      'Several models were dropped: the one in `bert` is used, `bert-fp16` is not.',
    ]);
  });
});

describe('what is in the way', () => {
  test('no model at all', async () => {
    const result = await recogniseModel([dropped('data/train.tsv', 'sentence\tlabel')]);
    expect(result.missing.map(({ message, path }) => [message, path])).toEqual([['There is no model yet.', null]]);
    expect(result.used.size).toBe(0);
  });

  test.each(['config.json', 'model.safetensors', 'tokenizer.json'])('%s is missing', async (name) => {
    expect(await missing(folder('bert', { [name]: undefined }))).toEqual([`\`${name}\` is missing.`]);
  });

  test.each(['config.json', 'model.safetensors', 'tokenizer.json'])('%s is empty', async (name) => {
    expect(await missing(folder('bert', { [name]: '' }))).toEqual([`\`${name}\` is empty (0 bytes).`]);
  });

  test('a config without hidden_size', async () => {
    const config = json('bert', 'config.json', { hidden_size: undefined });
    expect(await missing(folder('bert', { 'config.json': config }))).toEqual([
      '`config.json` has no hidden_size, so the shape of the model is not known.',
    ]);
  });

  test('an architecture that is not known', async () => {
    const config = json('bert', 'config.json', { model_type: 'opt' });
    expect(await missing(folder('bert', { 'config.json': config }))).toEqual([
      '`config.json` names the architecture "opt". This version of Winnow knows albert, bert, camembert, deberta-v2, distilbert, electra, eurobert, gemma3_text, gpt2, llama, mistral, modernbert, mpnet, nomic_bert, qwen2, qwen3, roberta, t5, xlm-roberta, xlnet.',
    ]);
  });

  test('a tensor of another shape, with both shapes', async () => {
    const config = json('bert', 'config.json', { intermediate_size: 128 });
    expect(await missing(folder('bert', { 'config.json': config }))).toEqual([
      'Tensor `bert.encoder.layer.0.intermediate.dense.weight` of `model.safetensors` has the shape [64, 32], but config.json asks for [128, 32].',
    ]);
  });

  test('a part of a tensor that holds three', async () => {
    const other = reheaded('nomic-bert', (header) => {
      header['encoder.layers.0.attn.Wqkv.weight'].shape = [48, 64];
    });
    expect(await missing(folder('nomic-bert', { 'model.safetensors': other }))).toEqual([
      'Tensor `encoder.layers.0.attn.Wqkv.weight (1 of 3)` of `model.safetensors` has the shape [16, 64], but config.json asks for [32, 32].',
    ]);
  });

  test('a tensor that is not there', async () => {
    const config = json('bert', 'config.json', { num_hidden_layers: 4 });
    expect(await missing(folder('bert', { 'config.json': config }))).toEqual([
      '`model.safetensors` holds no tensor `encoder.layer.3.attention.self.query.weight`, which config.json asks for.',
    ]);
  });

  test('weights that were cut off', async () => {
    const cut = bytes('bert', 'model.safetensors').slice(0, -999);
    const [message] = await missing(folder('bert', { 'model.safetensors': cut }));
    expect(message).toMatch(/^`model.safetensors` ends 999 bytes early: tensor `.*` is cut off\.$/);
  });

  test('weights that vanish while they are read', async () => {
    const files = [
      ...folder('bert', { 'model.safetensors': undefined }),
      { path: 'bert/model.safetensors', file: vanishing('model.safetensors', 'weights') },
    ];
    const [message] = await missing(files);
    expect(message).toMatch(/^`model.safetensors` can no longer be read/);
  });

  test('a shard that is not there', async () => {
    const files = folder('bert-sharded', { 'model-00002-of-00002.safetensors': undefined });
    expect(await missing(files)).toEqual([
      '`model-00002-of-00002.safetensors` is missing: the index lists it as a part of the weights.',
    ]);
  });

  test('shards without their index', async () => {
    const files = folder('bert-sharded', { 'model.safetensors.index.json': undefined });
    expect(await missing(files)).toEqual([
      '`model.safetensors.index.json` is missing: it says which of the weight files holds which tensor.',
    ]);
  });

  test('a checkpoint that is none', async () => {
    const files = folder('bert', { 'model.safetensors': undefined, 'pytorch_model.bin': 'x' });
    expect(await missing(files)).toEqual([
      '`pytorch_model.bin` is neither a safetensors file nor a PyTorch checkpoint.',
    ]);
  });

  test('only weights of another format', async () => {
    const files = folder('bert', { 'model.safetensors': undefined, 'tf_model.h5': 'x' });
    expect(await missing(files)).toEqual([
      'The weights are in `tf_model.h5`, weights of TensorFlow, and this version of Winnow reads safetensors, PyTorch checkpoints and ONNX only.',
    ]);
  });

  test.each([1999, 3000])('the tokenizer of a model with %i tokens', async (vocab_size) => {
    const weights = reheaded('bert', () => undefined);
    const config = json('bert', 'config.json', { vocab_size });
    const files = folder('bert', {
      'config.json': config,
      'model.safetensors': weights,
      'tokenizer.json': undefined,
      'tokenizer_config.json': undefined,
    });
    const messages = await missing([...files, dropped('other/tokenizer.json', bytes('bert', 'tokenizer.json'))]);
    expect(messages).toContain(
      `\`tokenizer.json\` has a vocabulary of 2000 tokens, but the model has ${vocab_size}: it belongs to another model.`,
    );
  });

  test('half a tokenizer', async () => {
    const vocabulary = '{"<s>": 0, "</s>": 1}';
    expect(await missing(folder('bert', { 'tokenizer.json': undefined, 'vocab.json': vocabulary }))).toEqual([
      '`merges.txt` is missing: `vocab.json` is one half of a tokenizer.',
    ]);
  });

  test('a vocabulary that does not tell the special tokens of this model', async () => {
    const model = new Uint8Array(readFileSync(join(models, '../tokenizers/pieces-xlnet/spiece.model')));
    const [message] = await missing(folder('bert', { 'tokenizer.json': undefined, 'spiece.model': model }));
    expect(message).toBe(
      'From `spiece.model` alone Winnow makes tokenizers of xlnet, albert, camembert, xlm-roberta, and the model is of the type "bert". Its tokenizer.json would do.',
    );
  });

  test('a tokenizer of another kind', async () => {
    const text = JSON.stringify({ model: { type: 'WordLevel', vocab: {} } });
    expect(await missing(folder('bert', { 'tokenizer.json': text }))).toEqual([
      'The model of `tokenizer.json` is of the type "WordLevel"; Winnow reads WordPiece, BPE and Unigram.',
    ]);
  });
});
