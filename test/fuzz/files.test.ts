/**
 * Whatever the bytes: a value or a WinnowError, in bounded time, and what is returned keeps its promises. Inputs are
 * raw bytes, and valid files with a piece cut, doubled or changed.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readInstances } from '../../src/data/instances.ts';
import { glueNames, tasks } from '../../src/data/tasks.ts';
import { bitsOf } from '../../src/format/dtype.ts';
import { readShardIndex } from '../../src/format/safetensors-index.ts';
import { readSafetensorsHeader, writeSafetensors } from '../../src/format/safetensors.ts';
import { readTsv } from '../../src/format/tsv.ts';
import { architectureOf, writtenTypes } from '../../src/model/architectures/list.ts';
import { parseConfig } from '../../src/model/config.ts';
import { fileOf } from '../fixtures/files.ts';
import { tables } from '../fixtures/glue.ts';
import { damaged, limits, valueOrRefusal } from '../fixtures/hostile.ts';
import { headerFile } from '../fixtures/safetensors.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));

describe('safetensors', () => {
  async function check(file: File): Promise<void> {
    const header = await valueOrRefusal(readSafetensorsHeader(file));
    if (header === null) return;
    let covered = 0;
    for (const { dtype, shape, start, end } of header.tensors.values()) {
      expect(start).toBeGreaterThan(8);
      expect(end).toBeLessThanOrEqual(file.size);
      expect((end - start) * 8).toBe(shape.reduce((product, size) => product * size, bitsOf(dtype)));
      covered += end - start;
    }
    expect(covered).toBeLessThan(file.size);
  }

  test('any bytes', () =>
    fc.assert(
      fc.asyncProperty(bytes, (data) => check(fileOf('m', data))),
      limits,
    ));

  test('a header of any JSON', () =>
    fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), fc.nat(64), (json, size) => check(headerFile(json, size))),
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
        check(headerFile(Object.fromEntries(entries), data)),
      ),
      limits,
    ));

  test('a good file, damaged', async () => {
    const good = writeSafetensors([
      { name: 'layer.0.weight', dtype: 'F32', shape: [2, 3], parts: [new Float32Array(6)] },
      { name: 'layer.0.bias', dtype: 'F32', shape: [2], parts: [new Float32Array(2)] },
    ]);
    const source = new Uint8Array(await good.arrayBuffer());
    await fc.assert(
      fc.asyncProperty(damaged(source), (data) => check(fileOf('m', data))),
      limits,
    );
  });

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
  async function check(file: File): Promise<void> {
    const index = await valueOrRefusal(readShardIndex(file));
    for (const name of index?.files ?? []) expect(name).toMatch(/^[^/\\]+\.(safetensors|bin)$/);
  }

  test('any bytes', () =>
    fc.assert(
      fc.asyncProperty(bytes, (data) => check(fileOf('i', data))),
      limits,
    ));

  test('any weight map', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), (weight_map) =>
        check(fileOf('i', JSON.stringify({ weight_map }))),
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
        (weight_map) => check(fileOf('i', JSON.stringify({ weight_map }))),
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
        const text = JSON.stringify({ ...good, ...rest, model_type });
        const config = await valueOrRefusal(Promise.resolve().then(() => parseConfig(text, 'config.json')));
        if (config === null) return;
        const { shapes, write } = architectureOf(config);
        const listed = [...shapes(config).keys()];
        const { weights } = write(config, { layers: config.layers, perRow: 'many' });
        expect([...weights].sort()).toEqual(listed.sort());
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
        const lines = async () => {
          let count = 0;
          for await (const { firstLine, rows } of readTsv(fileOf('t.tsv', data))) {
            expect(firstLine).toBe(count + 1);
            count += rows.length;
          }
          return count;
        };
        const count = await valueOrRefusal(lines());
        const breaks = data.filter((byte) => byte === 10).length;
        const last = data.length > 0 && data.at(-1) !== 10 ? 1 : 0;
        if (count !== null) expect(count).toBe(breaks + last);
      }),
      limits,
    ));

  test('any table, for any task', () =>
    fc.assert(
      fc.asyncProperty(name, tableText, async (task, text) => {
        await valueOrRefusal(readInstances(fileOf('t.tsv', text), tasks[task]));
      }),
      limits,
    ));

  test('a good table, damaged: every label that comes out is one of the task', () =>
    fc.assert(
      fc.asyncProperty(
        name.chain((task) => fc.tuple(fc.constant(task), damaged(new TextEncoder().encode(tables[task].text)))),
        async ([task, data]) => {
          const { labels, range } = tasks[task];
          const result = await valueOrRefusal(readInstances(fileOf('t.tsv', data), tasks[task]));
          for (const { text, label } of result?.instances ?? []) {
            expect(typeof text).toBe('string');
            if (labels) expect(labels[label]).toBeTypeOf('string');
            else expect(label >= range[0] && label <= range[1]).toBe(true);
          }
        },
      ),
      limits,
    ));
});
