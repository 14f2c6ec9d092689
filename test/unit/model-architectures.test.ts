/** What is known by the name of a model type, and what follows from it where the files of a model do not say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { architectures, modelTypes } from '../../src/model/architectures/list.ts';
import { exportedTypes } from '../../src/model/architectures/exported.ts';
import { parseExportConfig } from '../../src/model/onnx/config.ts';
import { encodeRows } from '../../src/tokenizer/rows.ts';
import { tokenizerOf } from '../fixtures/tokenizer.ts';

test('every model type is said once, by an architecture or among the exported', () => {
  const types = [...architectures, ...exportedTypes].flatMap((facts) => facts.types);
  expect(types).toHaveLength(new Set(types).size);
  expect([...modelTypes.keys()]).toEqual(types);
});

describe('a tokenizer that adds no special tokens', () => {
  const json = new Uint8Array(
    readFileSync(join(import.meta.dirname, '../fixtures/tokenizers/bpe-suffix/tokenizer.json')),
  );

  test.each([
    ['bert', 'first', 'right'],
    ['xlnet', 'last', 'left'],
    ['constructor', 'first', 'right'],
    [null, 'first', 'right'],
  ] as const)('of the type %s: the %s token stands for a text, padded on the %s', async (type, pooling, side) => {
    const tokenizer = await tokenizerOf({ 'tokenizer.json': json }, type);
    expect([tokenizer.classification, tokenizer.padding.side]).toEqual([pooling, side]);
    const { ids, pooledFrom } = await encodeRows(tokenizer, [{ text: 'Hello there', pair: null }], {
      maxLength: 64,
      pooling: tokenizer.classification,
    });
    expect(ids.length).toBeGreaterThan(1);
    expect([...pooledFrom]).toEqual([pooling === 'first' ? 0 : ids.length - 1]);
  });
});

test.each([
  ['bert', 0],
  ['roberta', 6],
  ['camembert', 6],
  ['xlm-roberta', 6],
  ['mpnet', 2],
  ['data2vec-text', 6],
  ['xlm-roberta-xl', 6],
  ['ibert', 6],
  ['deberta-v2', 0],
])('positions of an exported %s begin at %i', (model_type, first) => {
  const sizes = { num_hidden_layers: 2, hidden_size: 8, num_attention_heads: 2, intermediate_size: 16, vocab_size: 50 };
  const text = JSON.stringify({ ...sizes, model_type, pad_token_id: 5, max_position_embeddings: 40 });
  expect(parseExportConfig(text, 'config.json')).toMatchObject({ firstPosition: first, positions: 40 - first });
});
