import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { encodeRows, encodeSentences } from '../../src/tokenizer/rows.ts';
import { tokenizerFrom, tokenizerOf } from '../fixtures/tokenizer.ts';

const folder = join(import.meta.dirname, '../fixtures/models/bert');
const json = readFileSync(join(folder, 'tokenizer.json'), 'utf8');
const { max_length: maxLength, texts } = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as {
  max_length: number;
  texts: { text: string; pair: string | null; ids: number[]; type_ids: number[]; tokens: string[] }[];
};

test.each(['modernbert', 'eurobert', 'nomic-bert', 'llama', 'qwen2', 'qwen3', 'gpt2', 'gemma3', 'gemma3-encoder'])(
  '%s: ids and subwords of its own tokenizer',
  async (name) => {
    const own = join(import.meta.dirname, '../fixtures/models', name);
    const tokenizer = await tokenizerFrom(readFileSync(join(own, 'tokenizer.json'), 'utf8'));
    const golden = JSON.parse(readFileSync(join(own, 'golden.json'), 'utf8')) as {
      max_length: number;
      texts: typeof texts;
    };
    expect(golden.texts).toHaveLength(7);
    for (const { text, pair, ids, type_ids, tokens } of golden.texts) {
      expect(tokenizer.encode(text, pair, golden.max_length)).toEqual({ ids, typeIds: type_ids });
      expect(tokenizer.tokens(text, pair, golden.max_length)).toEqual(tokens);
    }
  },
);

test('ids, types and subwords are those of the Rust tokenizer', async () => {
  const tokenizer = await tokenizerFrom(json);
  for (const { text, pair, ids, type_ids, tokens } of texts) {
    expect(tokenizer.encode(text, pair, maxLength)).toEqual({ ids, typeIds: type_ids });
    expect(tokenizer.tokens(text, pair, maxLength)).toEqual(tokens);
  }
});

test.each([
  ['deberta-v2', 'deberta-v2'],
  ['deberta-v3', 'deberta-v2'],
  // Its one special token ends a text, and stands for none.
  ['t5-encoder', 't5'],
])('%s: ids and types are those of the Rust tokenizer, the first token stands for a text', async (name, type) => {
  const [file, golden] = ['tokenizer.json', 'golden.json'].map((file) =>
    readFileSync(join(folder, '..', name, file), 'utf8'),
  );
  const tokenizer = await tokenizerOf({ 'tokenizer.json': file }, type);
  const own = JSON.parse(golden) as { max_length: number; texts: typeof texts };
  for (const { text, pair, ids, type_ids } of own.texts) {
    expect(tokenizer.encode(text, pair, own.max_length)).toEqual({ ids, typeIds: type_ids });
  }
  expect([tokenizer.classification, tokenizer.padding.side]).toEqual(['first', 'right']);
});

test("the file's own truncation and padding are ignored", async () => {
  const truncation = { direction: 'Right', max_length: 4, strategy: 'LongestFirst', stride: 0 };
  const padding = { strategy: { Fixed: 40 }, direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' };
  const text = JSON.stringify({ ...(JSON.parse(json) as object), truncation, padding });
  const tokenizer = await tokenizerFrom(text);
  expect(tokenizer.encode(texts[0].text, null, maxLength).ids).toEqual(texts[0].ids);
});

test('rows are packed one behind the other', async () => {
  const tokenizer = await tokenizerFrom(json);
  const packed = await encodeRows(tokenizer, texts, maxLength);
  expect(packed.rows).toBe(texts.length);
  texts.forEach(({ ids, type_ids }, row) => {
    const [start, end] = [packed.offsets[row], packed.offsets[row + 1]];
    expect([...packed.ids.subarray(start, end)]).toEqual(ids);
    expect([...packed.typeIds.subarray(start, end)]).toEqual(type_ids);
  });
});

test('a row has one output, its classification token', async () => {
  const first = await encodeRows(await tokenizerFrom(json), texts, maxLength);
  expect(first.outputs).toBe(texts.length);
  expect([...first.outputOffsets]).toEqual([...texts.keys(), texts.length]);
  expect([...first.pooledFrom]).toEqual([...first.offsets.slice(0, -1)]);
  expect([...first.pooledTo]).toEqual([...first.pooledFrom].map((place) => place + 1));
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const single = [{ Sequence: { id: 'A', type_id: 0 } }, special('[SEP]'), special('[CLS]')];
  const tokens = { '[CLS]': { ids: [2] }, '[SEP]': { ids: [3] } };
  const pair = [...single, { Sequence: { id: 'B', type_id: 1 } }, special('[SEP]')];
  const post_processor = { type: 'TemplateProcessing', single, pair, special_tokens: tokens };
  const turned = await tokenizerFrom(JSON.stringify({ ...(JSON.parse(json) as object), post_processor }));
  expect(turned.classification).toBe('last');
  const last = await encodeRows(turned, texts, maxLength);
  expect([...last.pooledTo]).toEqual([...last.offsets.slice(1)]);
});

test('a row without tokens is an error', async () => {
  const bare = await tokenizerFrom(JSON.stringify({ ...(JSON.parse(json) as object), post_processor: null }));
  await expect(encodeRows(bare, [{ text: ' ', pair: null }], 8)).rejects.toMatchObject({ code: 'bad-data' });
});

describe('labelling sentences', async () => {
  // Two subwords, one, one, and none.
  const [two, one, none] = ['bookit', 'it', '\u0000'];
  const tokenizer = await tokenizerFrom(json);

  test.each([
    ['last', [2, 3], [3, 4]],
    ['first', [1, 3], [2, 4]],
    ['average', [1, 3], [3, 4]],
  ] as const)('%s subword of each word', async (aggregation, from, to) => {
    const sentences = [{ words: [two, one] }, { words: [one] }];
    const { rows, kept } = await encodeSentences(tokenizer, sentences, aggregation, { maxLength: 8 });
    expect([...kept]).toEqual([0, 1]);
    expect([...rows.offsets]).toEqual([0, 5, 8]);
    expect([...rows.outputOffsets]).toEqual([0, 2, 3]);
    expect([...rows.pooledFrom]).toEqual([...from, 6]);
    expect([...rows.pooledTo]).toEqual([...to, 7]);
  });

  test('a sentence too long, or with a word of no subwords, is left out as a whole', async () => {
    const sentences = [{ words: [one, none] }, { words: [one] }, { words: [one, two, one] }];
    const { rows, kept, leftOut } = await encodeSentences(tokenizer, sentences, 'last', { maxLength: 5 });
    expect([rows.rows, rows.outputs, ...kept]).toEqual([1, 1, 1]);
    expect(leftOut).toEqual([
      { sentence: 0, words: 2, reason: { kind: 'no-subwords', word: none } },
      { sentence: 2, words: 3, reason: { kind: 'too-long', tokens: 6 } },
    ]);
  });
});

test('an old export without a model type', async () => {
  const { model, ...rest } = JSON.parse(json) as { model: Record<string, unknown> };
  delete model.type;
  const tokenizer = await tokenizerFrom(JSON.stringify({ ...rest, model }));
  expect(tokenizer.card.kind).toBe('WordPiece');
  expect(tokenizer.encode(texts[0].text, null, maxLength).ids).toEqual(texts[0].ids);
});

test('encoding can be stopped', async () => {
  const signal = AbortSignal.abort();
  const run = encodeRows(await tokenizerFrom(json), texts, maxLength, { signal });
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
});

test('a pair is cut longest first, the odd token to the longer', async () => {
  const tokenizer = await tokenizerFrom(json);
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

test('no room beside the special tokens is an error', async () => {
  const tokenizer = await tokenizerFrom(json);
  expect(() => tokenizer.encode('it', null, 1)).toThrow(WinnowError);
});

test.each(['{}', '{"model": {"type": "WordPiece"}}', 'no json'])('%s is no tokenizer', async (text) => {
  await expect(tokenizerFrom(text)).rejects.toThrow(WinnowError);
});

describe('what the library cannot do, or not in bounded time, is refused', () => {
  const unigram = (entries: [string, number][]) =>
    JSON.stringify({ model: { type: 'Unigram', unk_id: 0, vocab: entries } });
  const nested = Array.from({ length: 500 }, (_, length): [string, number] => ['a'.repeat(length + 1), -length]);

  test('a text without a gap that its lattice would take minutes for', async () => {
    const tokenizer = await tokenizerFrom(unigram(nested));
    expect(tokenizer.encode('a'.repeat(100), null, 10_000).ids.length).toBeGreaterThan(0);
    expect(() => tokenizer.encode('a'.repeat(30_000), null, 10_000)).toThrow(/30000 characters without a gap/);
  });

  test('words of a thousand million characters', async () => {
    const model = { type: 'WordPiece', unk_token: 'u', vocab: { u: 0 }, max_input_chars_per_word: 1e9 };
    const tokenizer = await tokenizerFrom(JSON.stringify({ model, pre_tokenizer: { type: 'WhitespaceSplit' } }));
    expect(tokenizer.encode(`${'u'.repeat(600)} u`, null, 10).ids).toEqual([0, 0]);
    expect(tokenizer.encode('b'.repeat(60_000), null, 10).ids).toEqual([0]);
  });

  test('a byte order mark', async () => {
    const model = { type: 'WordPiece', unk_token: 'u', vocab: { u: 0, a: 1 } };
    const tokenizer = await tokenizerFrom(`\ufeff${JSON.stringify({ model })}`);
    expect(tokenizer.encode('a', null, 10).ids).toEqual([1]);
  });

  test('byte pairs with a mark before continuing subwords', async () => {
    const model = { type: 'BPE', vocab: { a: 0 }, merges: [], continuing_subword_prefix: '##' };
    await expect(tokenizerFrom(JSON.stringify({ model }))).rejects.toThrow(/not its first/);
  });
});
