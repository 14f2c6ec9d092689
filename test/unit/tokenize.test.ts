import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { encodeRows, parseTokenizer } from '../../src/model/tokenize.ts';

const folder = join(import.meta.dirname, '../fixtures/models/bert');
const json = readFileSync(join(folder, 'tokenizer.json'), 'utf8');
const { max_length: maxLength, texts } = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as {
  max_length: number;
  texts: { text: string; pair: string | null; ids: number[]; type_ids: number[]; tokens: string[] }[];
};

test('ids, types and subwords are those of the Rust tokenizer', () => {
  const tokenizer = parseTokenizer(json, 'bert/tokenizer.json');
  for (const { text, pair, ids, type_ids, tokens } of texts) {
    expect(tokenizer.encode(text, pair, maxLength)).toEqual({ ids, typeIds: type_ids });
    expect(tokenizer.tokens(text, pair, maxLength)).toEqual(tokens);
  }
});

test("the file's own truncation and padding are ignored", () => {
  const truncation = { direction: 'Right', max_length: 4, strategy: 'LongestFirst', stride: 0 };
  const padding = { strategy: { Fixed: 40 }, direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' };
  const text = JSON.stringify({ ...(JSON.parse(json) as object), truncation, padding });
  const tokenizer = parseTokenizer(text, 'tokenizer.json');
  expect(tokenizer.encode(texts[0].text, null, maxLength).ids).toEqual(texts[0].ids);
});

test('rows are packed one behind the other', async () => {
  const tokenizer = parseTokenizer(json, 'tokenizer.json');
  const packed = await encodeRows(tokenizer, texts, maxLength);
  expect(packed.rows).toBe(texts.length);
  texts.forEach(({ ids, type_ids }, row) => {
    const [start, end] = [packed.offsets[row], packed.offsets[row + 1]];
    expect([...packed.ids.subarray(start, end)]).toEqual(ids);
    expect([...packed.typeIds.subarray(start, end)]).toEqual(type_ids);
  });
});

test('encoding can be stopped', async () => {
  const signal = AbortSignal.abort();
  const run = encodeRows(parseTokenizer(json, 't'), texts, maxLength, { signal });
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
});

test('a pair is cut longest first, the odd token to the longer', () => {
  const tokenizer = parseTokenizer(json, 'tokenizer.json');
  const lengths = (text: string, pair: string, room: number) => {
    const { typeIds } = tokenizer.encode(text, pair, room + 3);
    const second = typeIds.filter((type) => type === 1).length - 1;
    return [typeIds.length - second - 3, second];
  };
  const [long, short] = ['it it it it it it it', 'it it'];
  expect(lengths(long, short, 6)).toEqual([4, 2]);
  expect(lengths(short, long, 6)).toEqual([2, 4]);
  expect(lengths(long, long, 5)).toEqual([2, 3]);
  expect(lengths(long, short, 3)).toEqual([2, 1]);
  expect(lengths(short, short, 9)).toEqual([2, 2]);
});

test('no room beside the special tokens is an error', () => {
  expect(() => parseTokenizer(json, 't').encode('it', null, 1)).toThrow(WinnowError);
});

test.each(['{}', '{"model": {"type": "WordPiece"}}', 'no json'])('%s is no tokenizer', (text) => {
  expect(() => parseTokenizer(text, 'tokenizer.json')).toThrow(WinnowError);
});

describe('what the library cannot do, or not in bounded time, is refused', () => {
  const unigram = (entries: [string, number][]) =>
    JSON.stringify({ model: { type: 'Unigram', unk_id: 0, vocab: entries } });
  const nested = Array.from({ length: 500 }, (_, length): [string, number] => ['a'.repeat(length + 1), -length]);

  test('a text without a gap that its lattice would take minutes for', () => {
    const tokenizer = parseTokenizer(unigram(nested), 't');
    expect(tokenizer.encode('a'.repeat(100), null, 10_000).ids.length).toBeGreaterThan(0);
    expect(() => tokenizer.encode('a'.repeat(30_000), null, 10_000)).toThrow(/30000 characters without a gap/);
  });

  test('words of a thousand million characters', () => {
    const model = { type: 'WordPiece', unk_token: 'u', vocab: { u: 0 }, max_input_chars_per_word: 1e9 };
    expect(() => parseTokenizer(JSON.stringify({ model }), 't')).toThrow(/max_input_chars_per_word/);
  });

  test('byte pairs with a mark before continuing subwords', () => {
    const model = { type: 'BPE', vocab: { a: 0 }, merges: [], continuing_subword_prefix: '##' };
    expect(() => parseTokenizer(JSON.stringify({ model }), 't')).toThrow(/not its first/);
  });
});
