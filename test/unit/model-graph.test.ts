/** The protobuf writer against bytes worked out by hand from the wire format; the runtime itself judges whole graphs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import buckets from '../fixtures/architectures/mpnet-buckets.json';
import rows from '../fixtures/architectures/deberta-rows.json';
import { parseJsonObject } from '../../src/format/json.ts';
import { debertaV2 } from '../../src/model/architectures/deberta-v2/deberta-v2.ts';
import { ConfigFields } from '../../src/model/config-fields.ts';
import { parseConfig } from '../../src/model/config.ts';
import { architectureOf } from '../../src/model/architectures/list.ts';
import { mpnetBuckets } from '../../src/model/architectures/mpnet.ts';
import { GraphBuilder } from '../../src/model/graph/writer.ts';

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const text = (value: string) => hex(new TextEncoder().encode(value));

test('an empty graph: versions, name and the two operator sets', () => {
  const expected = [
    '0808', // ir_version 8
    `1206${text('winnow')}`, // producer_name
    '42040a001011', // opset_import { domain "", version 17 }
    `42110a0d${text('com.microsoft')}1001`,
    `3a081206${text('winnow')}`, // graph { name }
  ];
  expect(hex(new GraphBuilder().encode())).toBe(expected.join(''));
});

test('a negative whole number takes ten bytes, a number above 127 two', () => {
  const graph = new GraphBuilder();
  graph.integers([-1, 300]);
  expect(hex(graph.encode())).toContain(`08021007${'38ffffffffffffffffff01'}38ac02`);
});

test('float32 constants lie in the bytes', () => {
  const graph = new GraphBuilder();
  graph.floats([1, -2]);
  expect(hex(graph.encode())).toContain(`080210014208${text('floats.1')}4a080000803f000000c0`);
});

test('a weight points outside, at a location of its own name', () => {
  const graph = new GraphBuilder();
  expect(graph.weight('w', [2, 3])).toBe('w');
  graph.weight('w', [2, 3]);
  const tensor = `0802080310014201${text('w')}6a0d0a08${text('location')}1201${text('w')}7001`;
  expect(hex(graph.encode()).split(tensor)).toHaveLength(2);
  expect([...graph.weights]).toEqual(['w']);
});

test('a node carries inputs, output, name, operator, attributes by kind and domain', () => {
  const graph = new GraphBuilder();
  const output = graph.fused('Op', ['a', ''], { f: { float: 1 }, i: { int: 2 } });
  expect(output).toBe('Op.1');
  const node = [
    `0a01${text('a')}`,
    '0a00',
    `1204${text('Op.1')}`,
    `1a04${text('Op.1')}`,
    `2202${text('Op')}`,
    `2a0b0a01${text('f')}150000803fa00101`,
    `2a080a01${text('i')}1802a00102`,
    `3a0d${text('com.microsoft')}`,
  ].join('');
  expect(hex(graph.encode())).toContain(node);
});

const sizes =
  '"hidden_size":8,"num_hidden_layers":3,"num_attention_heads":2,"intermediate_size":16,"vocab_size":50,"max_position_embeddings":12,"type_vocab_size":2,"embedding_size":4';

test.each([
  ['albert', 5 + 2 + 16],
  ['electra', 5 + 2 + 3 * 16],
  ['roberta', 5 + 3 * 16],
  ['mpnet', 4 + 1 + 3 * 16],
])('%s asks for every tensor that it lists, and no other', (type, count) => {
  const config = parseConfig(`{"model_type":"${type}",${sizes}}`, 'config.json');
  const { shapes, write } = architectureOf(config);
  expect(shapes(config).size).toBe(count);
  for (const perRow of ['one', 'many'] as const) {
    const { graph } = write(config, { layers: 3, perRow });
    expect([...graph.weights].sort()).toEqual([...shapes(config).keys()].sort());
  }
});

test.each([
  ['deberta-v2', 11 + 4 * 20],
  ['deberta-v3', 6 + 4 * 16],
  ['t5-encoder', 3 + 4 * 9],
])('%s asks for every tensor that it lists, and no other', (name, count) => {
  const file = join(import.meta.dirname, `../fixtures/models/${name}/config.json`);
  const config = parseConfig(readFileSync(file, 'utf8'), 'config.json');
  const { shapes, write } = architectureOf(config);
  expect(shapes(config).size).toBe(count);
  for (const perRow of ['one', 'many'] as const) {
    const { graph } = write(config, { layers: config.layers, perRow });
    expect([...graph.weights].sort()).toEqual([...shapes(config).keys()].sort());
  }
  expect([...write(config, { layers: 1, perRow: 'one' }).inputs.keys()]).not.toContain('shiftOut');
});

test('DeBERTa sorts distances into the rows of transformers', () => {
  const text = JSON.stringify({
    ...{
      model_type: 'deberta-v2',
      hidden_size: 8,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      intermediate_size: 16,
    },
    ...{ vocab_size: 50, max_position_embeddings: 512, position_buckets: 256, pos_att_type: 'p2c|c2p' },
  });
  const { rows: classes } = debertaV2.read(new ConfigFields(parseJsonObject(text, 'c', ''), 'c'));
  for (const [distance, row] of rows) expect(classes.of(distance), `${distance}`).toBe(row);
});

test('XLNet asks for the tensors of its content stream', () => {
  const text = '{"model_type":"xlnet","d_model":8,"n_layer":2,"n_head":2,"d_inner":16,"vocab_size":50}';
  const config = parseConfig(text, 'config.json');
  const { shapes, write } = architectureOf(config);
  expect(shapes(config).size).toBe(1 + 2 * 17);
  expect(shapes(config).get('layer.1.rel_attn.seg_embed')).toEqual([2, 2, 4]);
  const one = write(config, { layers: 2, perRow: 'one' });
  expect([...one.graph.weights].sort()).toEqual([...shapes(config).keys()].sort());
  // A single layer of one token a row has no use for the scores of all tokens.
  expect([...write(config, { layers: 1, perRow: 'one' }).inputs.keys()]).not.toContain('shiftOut');
});

test('MPNet sorts distances into the classes of transformers', () => {
  for (const [distance, bucket] of buckets) expect(mpnetBuckets.of(distance), `${distance}`).toBe(bucket);
});

test('BERT up to layer k asks for the tensors of k layers, all of them listed with their shapes', () => {
  const config = parseConfig(
    '{"model_type":"bert","hidden_size":8,"num_hidden_layers":3,"num_attention_heads":2,"intermediate_size":16,"vocab_size":50,"max_position_embeddings":12,"type_vocab_size":2}',
    'config.json',
  );
  const { shapes, write } = architectureOf(config);
  expect(shapes(config).size).toBe(5 + 3 * 16);
  expect(shapes(config).get('encoder.layer.2.intermediate.dense.weight')).toEqual([16, 8]);
  for (const layers of [1, 2, 3]) {
    const { graph } = write(config, { layers, perRow: 'one' });
    expect([...graph.weights].sort()).toEqual([...shapes({ ...config, layers }).keys()].sort());
    expect(graph.encode().length).toBeLessThan(40_000);
  }
});

test.each(['bert', 'xlnet', 'deberta-v2', 't5-encoder', 'gpt2', 'llama', 'modernbert', 'gemma3', 'nomic-bert'])(
  '%s without its first two layers asks for no tensor of theirs',
  (name) => {
    const file = join(import.meta.dirname, `../fixtures/models/${name}/config.json`);
    const config = parseConfig(readFileSync(file, 'utf8'), 'config.json');
    const { shapes, write } = architectureOf(config);
    const without = { first: 0, length: 2 };
    const { graph } = write(config, { layers: config.layers - 2, without, perRow: 'many' });
    // The bias that all layers of T5 share is stored with the first.
    const layerOf = /(?:^|\.)(?:layers?|h|block)\.(\d+)\./;
    const left = [...shapes(config).keys()].filter((tensor) => {
      const layer = layerOf.exec(tensor)?.[1];
      return layer === undefined || Number(layer) >= 2 || tensor.includes('relative_attention_bias');
    });
    expect([...graph.weights].sort()).toEqual(left.sort());
    expect(left.length).toBeLessThan(shapes(config).size);
  },
);
