/**
 * Whatever tokenizer files hold: a tokenizer whose ids are of its vocabulary, or a WinnowError; never another error, and
 * nothing that hangs. Files made to hang or to fill the memory are in test/unit/tokenizer-hostile.test.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { readSentencePiece } from '../../src/format/sentencepiece.ts';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { changed, damaged, valueOrRefusal } from '../fixtures/hostile.ts';
import { tokenizerFrom, tokenizerOf } from '../fixtures/tokenizer.ts';

const root = join(import.meta.dirname, '../fixtures/tokenizers');
const limits = { numRuns: 150, timeout: 5000 };
const texts = ['', 'The room\u00a0was café \u{1f600} fine.', 'a'.repeat(400), '\u0301\ufb01 ½ <mask> [CLS]\u0000'];

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    expect(error.message).not.toBe('');
    expect(error.next).not.toBe('');
    return null;
  }
}

function check(tokenizer: Tokenizer | null): void {
  if (!tokenizer) return;
  for (const text of texts) {
    const encoding = attempt(() => tokenizer.encode(text, text, 64));
    if (!encoding) continue;
    expect(encoding.ids.length).toBeLessThanOrEqual(64);
    expect(encoding.typeIds).toHaveLength(encoding.ids.length);
    expect(encoding.ids.every((id) => Number.isInteger(id) && id >= 0)).toBe(true);
  }
}

const value = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 1e308, 0.5, '', 'Sequence', 'first', [], {}, [[]], '▁▁', true, { type: 'NFC' }),
  fc.jsonValue({ maxDepth: 2 }),
);

describe('tokenizer.json', () => {
  const names = ['word-piece-added', 'byte-level', 'bpe-fallback', 'unigram', 'unigram-punctuation'];
  test.each(names)('%s with one value changed', (name) => {
    const json = JSON.parse(readFileSync(join(root, name, 'tokenizer.json'), 'utf8')) as object;
    const walk = fc.array(fc.nat(40), { minLength: 1, maxLength: 6 });
    return fc.assert(
      fc.asyncProperty(walk, value, async (steps, replacement) => {
        check(await valueOrRefusal(tokenizerFrom(JSON.stringify(changed(json, steps, replacement)))));
      }),
      limits,
    );
  });

  test.each(names)('%s, damaged', (name) =>
    fc.assert(
      fc.asyncProperty(damaged(readFileSync(join(root, name, 'tokenizer.json'))), async (bytes) => {
        check(await valueOrRefusal(tokenizerOf({ 'tokenizer.json': bytes })));
      }),
      limits,
    ),
  );

  test('any JSON', () =>
    fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 5 }), async (text) => check(await valueOrRefusal(tokenizerFrom(text)))),
      limits,
    ));
});

describe('bare vocabularies', () => {
  const line = fc.oneof(fc.constantFrom('[CLS]', '[SEP]', '[UNK]', '[PAD]', 'a', '##a', '', '\r'), fc.string());
  const file = fc.oneof(
    fc.array(line).map((lines) => lines.join('\n')),
    fc.json(),
    fc.string(),
  );
  const settings = fc.oneof(
    fc.json(),
    fc
      .record({ do_lower_case: value, cls_token: value, added_tokens_decoder: value, padding_side: value })
      .map((fields) => JSON.stringify(fields)),
  );
  const type = fc.constantFrom('bert', 'roberta', 'xlnet', 'gpt2', 'mpnet', 'constructor', null);
  test.each(['vocab.txt', 'vocab.json'])('%s of any text, with any settings', (name) =>
    fc.assert(
      fc.asyncProperty(file, file, settings, type, async (vocabulary, merges, config, modelType) => {
        const contents = { [name]: vocabulary, 'merges.txt': merges, 'tokenizer_config.json': config };
        check(await valueOrRefusal(tokenizerOf(contents, modelType)));
      }),
      limits,
    ),
  );
});

describe('SentencePiece', () => {
  const good = new Uint8Array(readFileSync(join(root, 'pieces-xlnet/spiece.model')));

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        attempt(() => readSentencePiece(bytes, 'm'));
      }),
      limits,
    );
  });

  test('a good file, damaged', () =>
    fc.assert(
      fc.asyncProperty(damaged(good), async (bytes) => {
        check(await valueOrRefusal(tokenizerOf({ 'spiece.model': bytes }, 'xlnet')));
      }),
      limits,
    ));

  test.each([
    ['a length beyond the file', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2]],
    ['groups inside groups', new Array<number>(100_000).fill(0x0b)],
    ['a length that never ends', new Array<number>(40).fill(0xff)],
  ])('%s is refused', (_, bytes) => {
    expect(() => readSentencePiece(Uint8Array.from(bytes), 'm')).toThrow(WinnowError);
  });
});
