/**
 * Every kind of tokenizer against Hugging Face's: thousands of odd texts, pairs cut at a length, words one by one. The
 * goldens come from the Rust library and transformers (`tools/goldens/tokens.py`); ids of most texts are there as a hash.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelTypes } from '../../src/model/architectures/list.ts';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { findTokenizerFiles } from '../../src/tokenizer/files.ts';
import { openTokenizer } from '../../src/tokenizer/open.ts';
import { dropped } from '../fixtures/files.ts';

interface Golden {
  length: number;
  texts: string[];
  pairs: [string, string | null][];
  sentences: string[][];
  tokenizers: Record<
    string,
    {
      ids: number[][];
      hashes: number[];
      pairs: { ids: number[]; types: number[] }[];
      words: number[][][];
      padding?: { side: string; id: number };
    }
  >;
}

const root = join(import.meta.dirname, '../fixtures/tokenizers');
const golden = JSON.parse(readFileSync(join(root, 'golden.json'), 'utf8')) as Golden;
const unlimited = 1_000_000;

async function openFolder(name: string): Promise<Tokenizer> {
  const contents = readdirSync(join(root, name)).map((file) => {
    return dropped(file, new Uint8Array(readFileSync(join(root, name, file))));
  });
  const config = contents.find(({ path }) => path === 'config.json');
  const found = findTokenizerFiles(contents, '');
  if (!found) throw new Error(`${name} holds no tokenizer.`);
  const type = config ? (JSON.parse(await config.file.text()) as { model_type: string }).model_type : null;
  return openTokenizer(found, { type, conventions: modelTypes });
}

function digest(ids: readonly number[]): number {
  return ids.reduce((value, id) => (value * 31 + id + 1) % 2147483647, 7);
}

describe.each(Object.entries(golden.tokenizers))('%s', (name, expected) => {
  test('ids of every text', async () => {
    const tokenizer = await openFolder(name);
    expect(golden.texts.length).toBeGreaterThan(2000);
    golden.texts.forEach((text, index) => {
      const { ids } = tokenizer.encode(text, null, unlimited);
      if (index < expected.ids.length) expect(ids, JSON.stringify(text)).toEqual(expected.ids[index]);
      expect(digest(ids), JSON.stringify(text)).toBe(expected.hashes[index]);
    });
  });

  test('ids and types of pairs, cut', async () => {
    const tokenizer = await openFolder(name);
    golden.pairs.forEach(([text, pair], index) => {
      const { ids, types } = expected.pairs[index];
      expect(tokenizer.encode(text, pair, golden.length), JSON.stringify([text, pair])).toEqual({
        ids,
        typeIds: types,
      });
    });
  });

  test('words one by one', async () => {
    const tokenizer = await openFolder(name);
    const bare = tokenizer.encodeWords([]).ids;
    golden.sentences.forEach((words, index) => {
      const { ids, spans, typeIds } = tokenizer.encodeWords(words);
      const parts = spans.map(([start, end]) => ids.slice(start, end));
      expect(parts, JSON.stringify(words)).toEqual(expected.words[index]);
      expect(ids.length - bare.length).toBe(parts.flat().length);
      expect(typeIds).toHaveLength(ids.length);
    });
  });

  test('padding', async () => {
    const { padding, classification } = await openFolder(name);
    if (expected.padding) expect(padding).toMatchObject(expected.padding);
    expect(padding.typeId).toBe(name === 'pieces-xlnet' ? 3 : 0);
    expect(classification).toBe(['pieces-xlnet', 'unigram-whole'].includes(name) ? 'last' : 'first');
  });
});
