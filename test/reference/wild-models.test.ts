/** The model rows of ../shared/wild, folder by folder: read as their makers meant them, or one sentence and what to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recogniseModel, type ModelChoice, type SourceFile } from '../../src/model/recognise.ts';
import { dropped } from '../fixtures/files.ts';

const wild = join(import.meta.dirname, '../../../shared/wild');

function folder(name: string): SourceFile[] {
  const root = join(wild, name, 'model');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name: file }) => {
    const location = join(parentPath, file);
    return dropped(`model/${location.slice(root.length + 1)}`, new Uint8Array(readFileSync(location)));
  });
}

async function recognise(name: string, choice?: ModelChoice) {
  const { missing, notices, ...result } = await recogniseModel(folder(name), choice);
  return { ...result, inTheWay: missing, said: notices.map(({ message }) => message).join(' ') };
}

test.each([
  [
    '07e-peft-old-unmerged',
    /`pytorch_model.bin` holds `.*lora_A.default.weight`: a LoRA adapter/,
    /adapter_config\.json/,
  ],
  ['07-peft-adapter', /a LoRA adapter of `bert-base-uncased`, not a model/, /merge_and_unload/],
  ['12g-google-ckpt', /TensorFlow checkpoint/, /convert_bert_original_tf_checkpoint_to_pytorch/],
])('%s is one sentence and a step', async (name, message, next) => {
  const { inTheWay } = await recognise(name);
  expect(inTheWay).toHaveLength(1);
  expect(inTheWay[0].message).toMatch(message);
  expect(inTheWay[0].next).toMatch(next);
});

test.each([
  ['13e-dpr-statedict', {}, 'model/biencoder.pt', /`ctx_model` is used, `question_model` is not/],
  ['13e-dpr-statedict', { encoder: 'question_model' }, 'model/biencoder.pt', /`question_model` is used/],
  ['08-no-trainer', {}, 'model/model.safetensors', /checkpoints beside it are not/],
  ['04-no-model-type', {}, 'model/model.safetensors', /tells that it is bert/],
  ['21-padded', {}, 'model/model.safetensors', /taken for padding/],
  ['28-lower-conflict', {}, 'model/model.safetensors', /the settings count/],
])('%s %o opens, and says what was chosen', async (name, choice, file, words) => {
  const { inTheWay, card, said, source } = await recognise(name, choice);
  expect(inTheWay).toEqual([]);
  expect(card?.weightFiles).toEqual([file]);
  expect(said).toMatch(words);
  expect(source?.tokenizer).not.toBeNull();
});

test('28-lower-conflict: the ids of AutoTokenizer', async () => {
  const { source } = await recognise('28-lower-conflict');
  const expected = JSON.parse(readFileSync(join(wild, '28-lower-conflict/expected.json'), 'utf8')) as {
    text: string;
    ids: number[];
  }[];
  for (const { text, ids } of expected) expect(source?.tokenizer?.encode(text, null, 1000).ids, text).toEqual(ids);
});
