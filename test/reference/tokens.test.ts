/**
 * Token ids against the Rust tokenizers, which made `../shared/golden/tokens.json`, `words.json` and the goldens of the
 * tiny models: real vocabularies as tokenizer.json and as bare vocabularies, every tiny model, words with their spans.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelTypes } from '../../src/model/architectures/list.ts';
import { encodeSentences } from '../../src/tokenizer/rows.ts';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { findTokenizerFiles } from '../../src/tokenizer/files.ts';
import { openTokenizer } from '../../src/tokenizer/open.ts';
import { dropped } from '../fixtures/files.ts';

const shared = join(import.meta.dirname, '../../../shared');

interface Case {
  text: string;
  pair: string | null;
  ids: number[];
  type_ids: number[];
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(shared, path), 'utf8')) as T;
}

/** The tokenizer of a folder, as a person drops it with only these of its files. */
async function tokenizerOf(folder: string, only: RegExp, modelType: string): Promise<Tokenizer> {
  const names = readdirSync(join(shared, folder)).filter((name) => only.test(name));
  const files = names.map((name) => dropped(name, new Uint8Array(readFileSync(join(shared, folder, name)))));
  const found = findTokenizerFiles(files, '');
  if (!found) throw new Error(`${folder} holds no tokenizer.`);
  return openTokenizer(found, { type: modelType, conventions: modelTypes });
}

function expectAll(tokenizer: Tokenizer, cases: (Case & { max_length: number })[]): void {
  for (const { text, pair, max_length, ids, type_ids } of cases) {
    expect(tokenizer.encode(text, pair, max_length), text).toEqual({ ids, typeIds: type_ids });
  }
}

const cases = read<Record<string, (Case & { max_length: number })[]>>('golden/tokens.json');

test.each([
  ['bert-base-uncased', 'data/tokenizers/bert-base-uncased', /^tokenizer\.json$/, 'bert'],
  ['bert-base-uncased', 'data/tokenizers/bert-base-uncased', /^vocab\.txt$/, 'bert'],
  ['bert-base-uncased', 'models/minilm-sst2', /^tokenizer\.json$/, 'bert'],
  ['xlnet-base-cased', 'data/tokenizers/xlnet-base-cased', /^tokenizer\.json$/, 'xlnet'],
  ['xlnet-base-cased', 'data/tokenizers/xlnet-base-cased', /^spiece\.model$/, 'xlnet'],
  ['xlnet-base-cased', 'models/xlnet-mini-sst2', /^(spiece\.model|tokenizer_config\.json)$/, 'xlnet'],
] as const)('%s from %s %s gives the ids and types of every case', async (name, folder, only, modelType) => {
  const tokenizer = await tokenizerOf(folder, only, modelType);
  expect(cases[name].length).toBeGreaterThan(400);
  expectAll(tokenizer, cases[name]);
});

test('XLNet classifies by its last token and pads on the left with type 3', async () => {
  const sources = [/^tokenizer\.json$/, /^spiece\.model$/];
  for (const only of sources) {
    const tokenizer = await tokenizerOf('data/tokenizers/xlnet-base-cased', only, 'xlnet');
    expect(tokenizer.classification).toBe('last');
    expect(tokenizer.padding).toEqual({ side: 'left', id: 5, typeId: 3 });
  }
});

test('a vocabulary with capitals is not lower-cased', async () => {
  const cased = await tokenizerOf('data/tokenizers/bert-base-cased', /^vocab\.txt$/, 'bert');
  expect(cased.tokens('Paris café', null, 128)).toEqual(['[CLS]', 'Paris', 'café', '[SEP]']);
});

describe('tiny models', () => {
  test.each(readdirSync(join(shared, 'models/tiny')))('%s', async (name) => {
    const folder = `models/tiny/${name}`;
    const { model_type } = read<{ model_type: string }>(`${folder}/config.json`);
    const tokenizer = await tokenizerOf(folder, /^(vocab\.txt|tokenizer.*\.json)$/, model_type);
    const { max_length, texts } = read<{ max_length: number; texts: Case[] }>(`${folder}/golden.json`);
    expect(texts).not.toEqual([]);
    expectAll(
      tokenizer,
      texts.map((text) => ({ ...text, max_length })),
    );
    expect(tokenizer.classification).toBe(name === 'xlnet' ? 'last' : 'first');
  });
});

describe('words', () => {
  interface Sentence {
    words: string[];
    ids: number[];
    spans: [number, number][];
  }
  const sentences = read<Sentence[]>('golden/words/words.json');

  test('ids and spans', async () => {
    const tokenizer = await tokenizerOf('models/minilm-base-fp16', /^tokenizer\.json$/, 'bert');
    expect(sentences).toHaveLength(40);
    for (const { words, ids, spans } of sentences) {
      const encoding = tokenizer.encodeWords(words);
      expect([encoding.ids, encoding.spans]).toEqual([ids, spans]);
      expect(encoding.typeIds).toEqual(ids.map(() => 0));
    }
    const { rows, leftOut } = await encodeSentences(tokenizer, sentences, 'last', { maxLength: 512 });
    expect(leftOut).toEqual([]);
    expect([...rows.ids]).toEqual(sentences.flatMap(({ ids }) => ids));
    expect(rows.outputs).toBe(sentences.reduce((sum, { words }) => sum + words.length, 0));
  });
});
