/**
 * Whatever the bytes: a value or a WinnowError, in bounded time, and what is returned keeps its promises. Inputs are
 * raw bytes and files of nearly the right form; valid files are mutated by `mutations.test.ts`.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { glueNames } from '../../src/data/tasks.ts';
import { readSafetensorsHeader, writeSafetensors } from '../../src/format/safetensors.ts';
import { writtenTypes } from '../../src/model/architectures/list.ts';
import { fileOf } from '../fixtures/files.ts';
import { limits } from '../fixtures/hostile.ts';
import { headerFile } from '../fixtures/safetensors.ts';
import { checkModelConfig } from './targets/configs.ts';
import { checkGlue, checkTsvLines } from './targets/data.ts';
import { checkSafetensors, checkShardIndex } from './targets/weights.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));

describe('safetensors', () => {
  test('any bytes', () =>
    fc.assert(
      fc.asyncProperty(bytes, (data) => checkSafetensors(fileOf('m', data))),
      limits,
    ));

  test('a header of any JSON', () =>
    fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), fc.nat(64), (json, size) => checkSafetensors(headerFile(json, size))),
      limits,
    ));

  const size = fc.oneof(fc.nat(40), fc.constantFrom(-1, 0.5, 2 ** 53, 2 ** 31, 1e308, null, '4'));
  const info = fc.record(
    {
      dtype: fc.constantFrom('F32', 'F16', 'F4', 'BOOL', 'C64', 'toString', '__proto__', 7),
      shape: fc.array(size, { maxLength: 3 }),
      data_offsets: fc.array(size, { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
  const names = fc.oneof(fc.constantFrom('__proto__', 'constructor', '__metadata__', ''), fc.string());

  test('a header of near-tensors', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, info)), fc.nat(64), (entries, data) =>
        checkSafetensors(headerFile(Object.fromEntries(entries), data)),
      ),
      limits,
    ));

  test('what was written reads back', () =>
    fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string(), { maxLength: 5 }), fc.nat(5), async (tensors, length) => {
        const blob = writeSafetensors(
          tensors
            .filter((name) => name !== '__metadata__')
            .map((name) => ({ name, dtype: 'F32', shape: [length], parts: [new Float32Array(length)] })),
        );
        const header = await readSafetensorsHeader(blob);
        expect([...header.tensors.keys()].sort()).toEqual(tensors.filter((name) => name !== '__metadata__').sort());
      }),
      limits,
    ));
});

describe('shard index', () => {
  test('any bytes', () =>
    fc.assert(
      fc.asyncProperty(bytes, (data) => checkShardIndex(fileOf('i', data))),
      limits,
    ));

  test('any weight map', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), (weight_map) =>
        checkShardIndex(fileOf('i', JSON.stringify({ weight_map }))),
      ),
      limits,
    ));

  test('any file names', () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string(),
          fc.string().map((name) => `${name}.safetensors`),
        ),
        (weight_map) => checkShardIndex(fileOf('i', JSON.stringify({ weight_map }))),
      ),
      limits,
    ));
});

describe('model config', () => {
  const number = fc.oneof(fc.nat(40), fc.constantFrom(-1, 0, 0.5, 1000, 2 ** 20, 1e308, null, '4', true));
  const value = fc.oneof(number, fc.constantFrom('gelu', 'relu', 'absolute', 'bi', false));
  const good = {
    ...{ hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 12, embedding_size: 4 },
    ...{ dim: 8, n_layers: 2, n_heads: 2, hidden_dim: 12, d_model: 8, n_layer: 2, n_head: 2, d_inner: 12 },
    ...{ vocab_size: 50, max_position_embeddings: 30, type_vocab_size: 2 },
  };
  const others = ['num_hidden_groups', 'inner_group_num', 'pad_token_id', 'd_head', 'clamp_len', 'hidden_act'];
  const more = ['activation', 'ff_activation', 'layer_norm_eps', 'attn_type', 'is_decoder'];
  const fields = fc.dictionary(fc.constantFrom(...Object.keys(good), ...others, ...more), value, { maxKeys: 3 });

  test('any fields: a graph can be written from whatever is accepted, and asks for the tensors that are listed', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...writtenTypes.keys()), fields, async (model_type, rest) => {
        await checkModelConfig(JSON.stringify({ ...good, ...rest, model_type }));
      }),
      limits,
    ));
});

const cell = fc.oneof(
  fc.constantFrom('0', '1', 'entailment', '', '"', '\r', '\ufeff', 'sentence', 'label'),
  fc.string(),
);
const table = fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 8 });
const tableText = table.map((rows) => rows.map((cells) => cells.join('\t')).join('\n'));
const name = fc.constantFrom(...glueNames);

describe('tsv', () => {
  test('any bytes keep their line numbers', () =>
    fc.assert(
      fc.asyncProperty(bytes, async (data) => {
        await checkTsvLines(fileOf('t.tsv', data));
      }),
      limits,
    ));

  test('any table, for any task', () =>
    fc.assert(
      fc.asyncProperty(name, tableText, async (task, text) => {
        await checkGlue(fileOf('t.tsv', text), task);
      }),
      limits,
    ));
});
