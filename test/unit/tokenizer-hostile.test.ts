/**
 * Tokenizer files that attack whoever opens them are refused with a sentence and a next step, quickly and in little
 * memory; files as large as the largest that are known, and larger, open.
 */
import { expect, test } from 'vitest';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { costOf, type Cost } from '../fixtures/cost.ts';
import { errorOf } from '../fixtures/errors.ts';
import { tokenizerFrom, tokenizerOf } from '../fixtures/tokenizer.ts';

const limit: Cost = { elapsedMs: 2000, grownBytes: 512 * 2 ** 20 };

function expectCheap({ elapsedMs, grownBytes }: Cost, share = 1): void {
  expect(elapsedMs).toBeLessThan(share * limit.elapsedMs);
  expect(grownBytes).toBeLessThan(limit.grownBytes);
}

const repeat = (count: number, entry: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => entry(i)).join();
const model = (type: string, rest: string): string => `{"model":{"type":"${type}",${rest}}}`;
const wordPiece = (count: number, id: (index: number) => number): string =>
  model('WordPiece', `"unk_token":"w0","vocab":{${repeat(count, (i) => `"w${i}":${id(i)}`)}}`);
const unigram = (count: number, text: (index: number) => string = (i) => `p${i}`): string =>
  model('Unigram', `"unk_id":0,"vocab":[${repeat(count, (i) => `["${text(i)}",-${i % 99}.5]`)}]`);
/** Numbers written with letters, two by two merged: `count` entries of two numbers below 1,000 each. */
const letters = (i: number): string => String.fromCodePoint(0x4e00 + i);
const bytePairs = (count: number, merges: number): string => {
  const single = repeat(1000, (i) => `"${letters(i)}":${i}`);
  const double = repeat(count - 1000, (i) => `"${letters(i % 1000)}${letters(Math.floor(i / 1000))}":${i + 1000}`);
  const pair = (i: number): string =>
    `["${letters((i % (count - 1000)) % 1000)}","${letters(Math.floor((i % (count - 1000)) / 1000))}"]`;
  return model('BPE', `"unk_token":null,"vocab":{${single},${double}},"merges":[${repeat(merges, pair)}]`);
};

const parts = (rest: object): string =>
  JSON.stringify({ model: { type: 'WordPiece', unk_token: 'a', vocab: { a: 0, b: 1 } }, ...rest });
const normalized = (...normalizers: object[]): string => parts({ normalizer: { type: 'Sequence', normalizers } });
const cut = (expression: string): string =>
  parts({ pre_tokenizer: { type: 'Split', pattern: { Regex: expression }, behavior: 'Isolated' } });
const nested = (list: string, depth: number): string =>
  `${`{"type":"Sequence","${list}":[`.repeat(depth)}{"type":"NFC"}${']}'.repeat(depth)}`;
const replace = (from: string, to: string): object => ({ type: 'Replace', pattern: { String: from }, content: to });
const steps = (count: number, step: object): object[] => new Array<object>(count).fill(step);
const [textA, textB] = ['A', 'B'].map((id) => ({ Sequence: { id, type_id: 0 } }));
const templated = (single: object[], pair: object[]): string =>
  parts({ post_processor: { type: 'TemplateProcessing', special_tokens: {}, single, pair } });
/** 32 sequences of 32 sequences of 32 steps. */
const broad = [0, 0].reduce<object>((inner) => ({ type: 'Sequence', normalizers: steps(32, inner) }), {
  type: 'Sequence',
  normalizers: steps(32, { type: 'NFKC' }),
});
const added = (count: number): object[] =>
  Array.from({ length: count }, (_, id) => ({ id, content: `a${'b'.repeat(20)}${id}`, normalized: true }));

const refused: [name: string, json: () => string, sentence: string][] = [
  [
    'two million entries',
    () => wordPiece(2_000_000, (i) => i),
    'holds 2000000 entries, and Winnow reads tokenizers of up to 1000000',
  ],
  [
    '1.2 million pieces',
    () => model('Unigram', `"unk_id":0,"vocab":[${'["p",-1.5],'.repeat(1_199_999)}["q",0]]`),
    'holds 1200000 entries, and',
  ],
  [
    'two million merges',
    () => model('BPE', `"vocab":{"a":0},"merges":[${'["a","a"],'.repeat(1_999_999)}"a a"]`),
    'holds 2000000 merges, and Winnow reads tokenizers of up to 700000',
  ],
  [
    '8 million lists',
    () => `{"model":{"type":"BPE","vocab":{"a":0},"merges":[[${'[],'.repeat(8_000_000)}[]]]}}`,
    'a text is expected at byte',
  ],
  [
    'objects without end',
    () => parts({ x: 0 }).replace('"x":0', `"normalizer":[${'{},'.repeat(4_000_000)}{}]`),
    'bytes beside its vocabulary and merges',
  ],
  ['lists in lists', () => `{"model":${'['.repeat(8_000_000)}`, 'cannot be read: a value is expected'],
  [
    'a list as deep where a text belongs',
    () => parts({ x: 0 }).replace('"x":0', `"padding":{"pad_id":${'['.repeat(1e6)}${']'.repeat(1e6)}}`),
    'has [[[…]]] as pad_id',
  ],
  [
    'steps inside steps',
    () => parts({ x: 0 }).replace('"x":0', `"normalizer":${nested('normalizers', 50_000)}`),
    'is nested too deeply',
  ],
  [
    'cuts inside cuts',
    () => parts({ x: 0 }).replace('"x":0', `"pre_tokenizer":${nested('pretokenizers', 50_000)}`),
    'is nested too deeply',
  ],
  ['32,768 steps', () => parts({ normalizer: broad }), 'has 1024 steps, more than 32'],
  [
    'a catastrophic expression',
    () => cut('(a+)+$'),
    'cuts by the regular expression (a+)+$, which Winnow does not know',
  ],
  [
    'thousands of alternatives',
    () => cut(repeat(5000, (i) => `a{${i},}`).replaceAll(',', '|')),
    'which Winnow does not know',
  ],
  ['a huge expression', () => cut('('.repeat(1_000_000)), 'which Winnow does not know'],
  [
    'a huge text to look for',
    () => normalized(replace('a'.repeat(4e6), 'b')),
    'looks for a text of 4000000 characters',
  ],
  [
    'a million places',
    () =>
      parts({
        post_processor: { type: 'TemplateProcessing', special_tokens: {}, single: new Array(100_000).fill({}) },
      }),
    'has 100000 entries in single',
  ],
  [
    'a text that stands twice in a row',
    () => templated([textA, textA], [textA, textB]),
    'places the text A 2 times in single, where it belongs once',
  ],
  [
    'a pair without its second text',
    () => templated([textA], [textA]),
    'places the text B 0 times in pair, where it belongs once',
  ],
  [
    'an entry of a million characters',
    () => wordPiece(2, (i) => i).replace('"w1"', `"${'b'.repeat(1e6)}"`),
    'has an entry of 1000000 characters',
  ],
  [
    'a mark of a million characters',
    () => wordPiece(2, (i) => i).replace('"unk', `"continuing_subword_prefix":"${'#'.repeat(1e6)}","unk`),
    'has an entry of 1000000 characters',
  ],
  [
    'a table beyond its bytes',
    () => normalized({ type: 'Precompiled', precompiled_charsmap: '/////w==' }),
    'The normalisation table',
  ],
  [
    'several byte-level steps',
    () => parts({ pre_tokenizer: { type: 'Sequence', pretokenizers: steps(9, { type: 'ByteLevel' }) } }),
    'has several steps of the type "ByteLevel"',
  ],
  [
    '40,000 added tokens that grow eight times at each step',
    () =>
      parts({
        ...(JSON.parse(normalized(...steps(6, replace('a', 'aaaaaaaa')))) as object),
        added_tokens: added(40_000),
      }),
    'blows a text up',
  ],
  [
    'a merge that is none',
    () => model('BPE', '"vocab":{"a":0,"b":1},"merges":["a b"]'),
    'holds "a" and "b" where a merge',
  ],
  ['an entry twice', () => model('WordPiece', '"unk_token":"a","vocab":{"a":0,"a":1}'), 'holds the entry "a" twice'],
];

test.each(refused)('%s', async (_, make, sentence) => {
  const json = make();
  const { value: error, cost } = await costOf(() => errorOf(tokenizerFrom(json)));
  expect(error.message).toContain('`tokenizer.json`');
  expect(error.message).toContain(sentence);
  expect(error.next).toMatch(/^[A-Z].*\.$/);
  expectCheap(cost);
});

test.each<[string, Record<string, string | Uint8Array<ArrayBuffer>>, string, string]>([
  ['two million lines', { 'vocab.txt': '\r'.repeat(2e6) }, 'bert', 'holds 2000001 entries'],
  [
    'two million entries',
    { 'vocab.json': `{${repeat(2e6, (i) => `"${i}":1`)}}`, 'merges.txt': '' },
    'roberta',
    'holds 2000000 entries',
  ],
  [
    'a million merges',
    { 'vocab.json': '{"a":0}', 'merges.txt': 'a b\n'.repeat(1e6) },
    'roberta',
    'holds 1000001 merges',
  ],
  [
    '5 million empty pieces',
    { 'spiece.model': new Uint8Array(1e7).map((_, i) => (i % 2 === 0 ? 0x0a : 0)) },
    'xlnet',
    'it has 5000000 pieces',
  ],
])('%s', async (_, files, type, sentence) => {
  const { value: error, cost } = await costOf(() => errorOf(tokenizerOf(files, type)));
  expect(error.message).toContain(sentence);
  expectCheap(cost);
});

/** The promise's time is for a machine of one's own; other tests share this one, down to its caches. */
test.each<[string, () => string, number]>([
  ['Unigram like XLM-R and mT5', () => unigram(250_100), 250_100],
  ['byte pairs like BLOOM and Gemma', () => bytePairs(262_144, 580_604), 262_144],
  ['WordPiece like LaBSE, numbered wide apart', () => wordPiece(501_153, (i) => (i * 41) % 2 ** 24), 2 ** 24],
  ['Unigram like XLM-V', () => unigram(901_629), 901_629],
  ['many pieces, alike for a hundred characters', () => unigram(400_000, (i) => 'x'.repeat(100) + i), 400_000],
  ['the most merges', () => bytePairs(400_000, 700_000), 400_000],
])('%s', async (_, make, most) => {
  const json = make();
  const { value: tokenizer, cost } = await costOf<Tokenizer>(() => tokenizerFrom(json));
  expect(tokenizer.card.vocabulary).toBeLessThanOrEqual(most);
  expect(tokenizer.encode(`w1 p1 ${letters(1)}${letters(2)}`, null, 8).ids.length).toBeGreaterThan(0);
  expectCheap(cost, 3);
});

test('a text that 32 steps double is refused', async () => {
  const tokenizer = await tokenizerFrom(normalized(...steps(32, replace('a', 'aa'))));
  expect(() => tokenizer.encode('a'.repeat(50), null, 128)).toThrow(/blows a text up/);
});

test('a text that byte-level steps make longer and longer is refused', async () => {
  const tokenizer = await tokenizerFrom(normalized(...steps(32, { type: 'ByteLevel' })));
  expect(() => tokenizer.encode('é', null, 128)).toThrow(/blows a text up/);
});
