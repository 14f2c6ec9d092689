/** Which pooling and longest input a folder of sentence-transformers proposes, in every form that its releases have saved. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recogniseModel } from '../../src/model/recognise.ts';
import { dropped } from '../fixtures/files.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const file = (path: string, as: string) => dropped(`st/${as}`, new Uint8Array(readFileSync(join(fixtures, path))));
const model = (name: string, inside = '') =>
  ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'].flatMap((part) =>
    name === 'bert' && part === 'tokenizer_config.json' ? [] : [file(`models/${name}/${part}`, `${inside}${part}`)],
  );
const saved = (name: string) =>
  ['modules.json', '1_Pooling/config.json', 'sentence_bert_config.json'].map((part) =>
    file(`sentence-transformers/${name}/${part}`, part),
  );
const pooling = (fields: object, folder = '1_Pooling') =>
  dropped(`st/${folder}/config.json`, JSON.stringify({ word_embedding_dimension: 32, ...fields }));

async function recognise(files: Parameters<typeof recogniseModel>[0]) {
  const { card, source, used, missing, notices } = await recogniseModel(files);
  expect(missing).toEqual([]);
  expect(source?.pooling).toBe(card?.pooling);
  return { card, used, said: notices.map(({ message }) => message) };
}

test.each([
  ['bert', 'mean'],
  ['llama', 'last'],
])('%s as the library saves it today', async (name, own) => {
  const { card, used, said } = await recognise([...model(name), ...saved(name)]);
  expect([card?.pooling, said]).toEqual([own, []]);
  expect([used.get('st/modules.json'), used.get('st/1_Pooling/config.json')]).toEqual(['config', 'config']);
});

test('without such files the kind of model decides', async () => {
  const own = await Promise.all(
    ['bert', 'llama', 'xlnet'].map(async (name) => (await recognise(model(name))).card?.pooling),
  );
  expect(own).toEqual(['first', 'last', 'last']);
});

describe('as earlier releases saved it', () => {
  test.each([
    [{ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, 'first'],
    [{ pooling_mode_cls_token: false, pooling_mode_mean_tokens: true }, 'mean'],
    [{ pooling_mode_mean_tokens: false, pooling_mode_lasttoken: true }, 'last'],
  ])('%o', async (fields, own) => {
    expect((await recognise([...model('bert'), pooling(fields)])).card?.pooling).toBe(own);
  });

  test.each([
    [{ pooling_mode_max_tokens: true }, 'the greatest value over its tokens'],
    [{ pooling_mode_weightedmean_tokens: true }, 'a mean in which later tokens count more'],
    [{ pooling_mode: ['mean', 'max'] }, 'several of its poolings side by side'],
  ])('%o, which is not computed, is said', async (fields, words) => {
    const { card, said } = await recognise([...model('bert'), pooling(fields)]);
    expect(card?.pooling).toBe('first');
    expect(said).toEqual([
      `This model's own vector of a sentence is ${words} (\`1_Pooling\`), which Winnow does not compute; it takes its first token.`,
    ]);
  });

  test('the encoder in a folder of its own; its longest input', async () => {
    const modules = [
      { idx: 0, name: '0', path: '0_Transformer', type: 'sentence_transformers.models.Transformer' },
      { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
    ];
    const { card } = await recognise([
      ...model('bert', '0_Transformer/'),
      dropped('st/modules.json', JSON.stringify(modules)),
      pooling({ pooling_mode_mean_tokens: true }),
      dropped('st/0_Transformer/sentence_bert_config.json', '{"max_seq_length": 20, "do_lower_case": false}'),
    ]);
    expect([card?.pooling, card?.maxLength]).toEqual(['mean', 20]);
  });

  test('a longest input beyond what the model takes, or none, changes nothing', async () => {
    const usual = (await recognise(model('bert'))).card?.maxLength;
    for (const longest of [100_000, 0, -1, '20', null]) {
      const text = JSON.stringify({ max_seq_length: longest });
      const { card } = await recognise([...model('bert'), dropped('st/sentence_bert_config.json', text)]);
      expect(card?.maxLength).toBe(usual);
    }
  });
});

test('a folder that modules.json does not list is no module', async () => {
  const modules = [{ idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' }];
  const listed = dropped('st/modules.json', JSON.stringify(modules));
  const { card } = await recognise([...model('bert'), listed, pooling({ pooling_mode: 'mean' })]);
  expect(card?.pooling).toBe('first');
});

test.each(['', '{', '[]', 'null', '{"pooling_mode": 7}'])('%o in place of a config proposes nothing', async (text) => {
  for (const name of ['modules.json', '1_Pooling/config.json', 'sentence_bert_config.json']) {
    const { card } = await recognise([...model('bert'), dropped(`st/${name}`, text)]);
    expect(card?.pooling).toBe('first');
  }
});
