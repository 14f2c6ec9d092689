/**
 * Whatever tokenizer files hold: a tokenizer whose ids are of its vocabulary, or a WinnowError; never another error, and
 * nothing that hangs. Files made to hang or to fill the memory are in test/unit/tokenizer-hostile.test.ts.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { readSentencePiece } from '../../src/format/sentencepiece.ts';
import { attempt, limits, valueOrRefusal } from '../fixtures/hostile.ts';
import { tokenizerFrom, tokenizerOf } from '../fixtures/tokenizer.ts';
import { checkTokenizer } from './targets/tokenizers.ts';

const value = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 1e308, 0.5, '', 'Sequence', 'first', [], {}, [[]], '▁▁', true, { type: 'NFC' }),
  fc.jsonValue({ maxDepth: 2 }),
);

describe('tokenizer.json', () => {
  test('any JSON', () =>
    fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 5 }),
        async (text) => await checkTokenizer(await valueOrRefusal(tokenizerFrom(text))),
      ),
      { ...limits, numRuns: 150 },
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
        await checkTokenizer(await valueOrRefusal(tokenizerOf(contents, modelType)));
      }),
      { ...limits, numRuns: 150 },
    ),
  );
});

describe('SentencePiece', () => {
  test('any bytes', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await attempt(() => readSentencePiece(bytes, 'm'));
      }),
      { ...limits, numRuns: 150 },
    ));

  test.each([
    ['a length beyond the file', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2]],
    ['groups inside groups', new Array<number>(100_000).fill(0x0b)],
    ['a length that never ends', new Array<number>(40).fill(0xff)],
  ])('%s is refused', (_, bytes) => {
    expect(() => readSentencePiece(Uint8Array.from(bytes), 'm')).toThrow(WinnowError);
  });
});
