/**
 * Labelling sentences: one output a word, from its first, its last or all of its tokens, stored in chunks that cut
 * through sentences, against PyTorch's hidden states of each sentence alone.
 */
import { expect, test } from 'vitest';
import { openStore } from '../../src/activations/cache.ts';
import { extractActivations } from '../../src/activations/extract.ts';
import { openEncoder, type Encoder } from '../../src/model/encoder.ts';
import type { PerRow } from '../../src/model/architecture.ts';
import type { EncodedRows } from '../../src/tokenizer/rows.ts';
import type { Padding } from '../../src/tokenizer/tokenizer.ts';
import { architectureGolden, architectureSource, type GoldenRows } from './architecture-fixtures.ts';
import { paddedAtEnd, relativeError } from './model-fixtures.ts';

/** Words of one, two and three tokens in turn, as the row has room between its first and last token. */
function wordsOf(tokens: number): [number, number][] {
  const words: [number, number][] = [];
  for (let from = 1; from + (words.length % 3) + 1 < tokens;) {
    const to = from + (words.length % 3) + 1;
    words.push([from, to]);
    from = to;
  }
  return words;
}

type Aggregate = 'first' | 'last' | 'average';

function encode({ rows }: GoldenRows, aggregate: Aggregate): EncodedRows {
  let [tokens, outputs] = [0, 0];
  const offsets = Uint32Array.from([0, ...rows.map(({ ids }) => (tokens += ids.length))]);
  const words = rows.map(({ ids }) => wordsOf(ids.length));
  const outputOffsets = Uint32Array.from([0, ...words.map(({ length }) => (outputs += length))]);
  const spans = words.flatMap((own, row) =>
    own.map(([from, to]): [number, number] => {
      const [first, last] = [offsets[row] + from, offsets[row] + to];
      return aggregate === 'first' ? [first, first + 1] : aggregate === 'last' ? [last - 1, last] : [first, last];
    }),
  );
  return {
    rows: rows.length,
    offsets,
    ids: Int32Array.from(rows.flatMap(({ ids }) => ids)),
    typeIds: Uint8Array.from(rows.flatMap(({ type_ids }) => type_ids)),
    outputs,
    outputOffsets,
    pooledFrom: Uint32Array.from(spans, ([from]) => from),
    pooledTo: Uint32Array.from(spans, ([, to]) => to),
  };
}

/** The mean over an output's tokens, from the golden, of each row in turn: [outputs, layers × hidden]. */
function expected({ rows, hidden }: GoldenRows, encoded: EncodedRows, layers: number, width: number): number[][] {
  const vectors: number[][] = [];
  for (let row = 0; row < encoded.rows; row += 1) {
    const tokens = rows[row].ids.length;
    for (let output = encoded.outputOffsets[row]; output < encoded.outputOffsets[row + 1]; output += 1) {
      const [from, to] = [encoded.pooledFrom[output], encoded.pooledTo[output]].map((at) => at - encoded.offsets[row]);
      const neuron = (index: number) => {
        const layer = Math.floor(index / width);
        let sum = 0;
        for (let token = from; token < to; token += 1) {
          sum += hidden[row][(layer * tokens + token) * width + (index % width)];
        }
        return sum / (to - from);
      };
      vectors.push(Array.from({ length: layers * width }, (_, index) => neuron(index)));
    }
  }
  return vectors;
}

test.each([
  ['roberta', 'last', paddedAtEnd],
  ['roberta', 'average', paddedAtEnd],
  ['xlnet', 'first', { side: 'left', id: 5, typeId: 3 }],
  ['xlnet', 'average', { side: 'left', id: 5, typeId: 3 }],
] satisfies [string, Aggregate, Padding][])('%s, %s', async (name, aggregate, padding) => {
  const source = await architectureSource(name);
  const truth = await architectureGolden(name);
  const encoded = encode(truth, aggregate);
  const { layers, hidden } = source.config;
  const width = (layers + 1) * hidden;
  const asked: PerRow[] = [];
  const open = (perRow: PerRow): Promise<Encoder> => {
    asked.push(perRow);
    return openEncoder(source, { backend: 'wasm', threads: 1, perRow, padding });
  };
  const store = await openStore({
    key: `words ${name} ${aggregate}`,
    title: 'words',
    shape: { rows: encoded.outputs, layers: layers + 1, hidden },
    memoryBytes: 2 ** 20,
    chunkBytes: 4 * width * 4,
    warn: expect.fail,
  });
  const told: number[] = [];
  const activations = await extractActivations(encoded, open, store, { progress: (done) => told.push(done) });
  const vectors = expected(truth, encoded, layers + 1, hidden);
  expect([asked, activations.rows, activations.blockRows, told.at(-1)]).toEqual([
    ['many'],
    vectors.length,
    4,
    vectors.length,
  ]);
  for (let index = 0; index < activations.blockCount; index += 1) {
    const { start, rows, data } = await activations.block(index);
    for (let row = 0; row < rows; row += 1) {
      const found = data.subarray(row * width, (row + 1) * width);
      expect(relativeError(found, vectors[start + row])).toBeLessThanOrEqual(1e-5);
    }
  }
  await store.close();
});
