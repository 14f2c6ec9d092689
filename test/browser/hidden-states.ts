/**
 * Every model against PyTorch's hidden states: weights of every format, graphs of every architecture,
 * exports; rows alone and padded on either side, one pooled token a row (the first, the last, one between) and all of
 * them. One file a backend: the software adapter compiles each kernel for seconds, once for all tests of its file.
 */
import { expect, test } from 'vitest';
import type { TokenBatch, Encoder } from '../../src/model/encoder.ts';
import type { PerRow } from '../../src/model/architecture.ts';
import type { ModelSource } from '../../src/model/recognise.ts';
import type { Padding } from '../../src/tokenizer/tokenizer.ts';
import {
  architectureGolden,
  architectureModels,
  architectureSource,
  secondSeries,
  shortenedGolden,
  shortenedModels,
  type GoldenRows,
} from './architecture-fixtures.ts';
import { exportNames, exportSource, originOf } from './export-fixtures.ts';
import { asBatch, checkpointNames, modelNames, relativeError, useEncoders } from './model-fixtures.ts';

export const limit = 1e-5;

interface Model {
  name: string;
  /** The model whose golden it has to meet. */
  origin: string;
  source: () => Promise<ModelSource>;
  perRow: readonly PerRow[];
  sides: readonly Padding['side'][];
}

const written = (name: string, origin: string, perRow: readonly PerRow[], sides: Model['sides']): Model => ({
  name,
  origin,
  source: () => architectureSource(name),
  perRow,
  sides,
});

const models: Model[] = [
  ...modelNames.map((name) => written(name, name, ['one'], ['right'])),
  ...checkpointNames.map((name) => written(name, 'bert', ['one'], ['right'])),
  ...architectureModels.map((name) => written(name, name, ['many', 'one'], ['right', 'left'])),
  ...exportNames.map((name): Model => {
    return { name, origin: originOf(name), source: () => exportSource(name), perRow: ['many'], sides: ['right'] };
  }),
];

/**
 * On WebGPU only the side that the model is padded on, for every length is a kernel to compile, and of the second series
 * one token a row, whose graph has all tokens in every layer but the last.
 */
function casesOn(backend: 'wasm' | 'webgpu') {
  return models.flatMap((model) =>
    model.sides
      .filter((side) => backend === 'wasm' || model.sides.length === 1 || (side === 'left') === isXlnet(model))
      .flatMap((side) => model.perRow.map((perRow) => ({ ...model, side, perRow })))
      .filter(({ name, perRow }) => backend === 'wasm' || perRow === 'one' || !secondSeries.includes(name)),
  );
}

function isXlnet({ origin }: Pick<Model, 'origin'>): boolean {
  return origin.startsWith('xlnet');
}

const lengthsOf = ({ rows }: GoldenRows) => rows.map(({ ids }) => ids.length);

/**
 * The rows to run alone on WebGPU, where each length is kernels to compile, vectors of 4, of 2 or of 1 as it divides: the
 * shortest row of each kind.
 */
function oneOfEachKind(truth: GoldenRows): number[] {
  const lengths = lengthsOf(truth);
  const kinds = [4, 2, 1].map((by) => lengths.filter((length) => by === [4, 2, 1].find((one) => length % one === 0)));
  return kinds.flatMap((kind) => (kind.length === 0 ? [] : [lengths.indexOf(Math.min(...kind))]));
}

export const everyToken = (tokens: number) => Array.from({ length: tokens }, (_, at) => at);
/** The first, the last, one between: row by row in turn, from the first row on or from a later place in that order. */
const oneToken = (from: number) => (tokens: number, row: number) => [
  [0, tokens - 1, Math.floor(tokens / 2)][(from + row) % 3],
];

/** Everything that the batch pools, by layer: the greatest relative error. */
export async function worst(encoder: Encoder, truth: GoldenRows, batch: TokenBatch, rows: number[]): Promise<number> {
  const { layers, hidden } = encoder;
  const values = await encoder.run(batch);
  expect(values).toHaveLength(batch.pooled.length * layers * hidden);
  const errors = Array.from({ length: layers }, (_, layer) => {
    const [found, expected]: [number[], number[]] = [[], []];
    batch.pooled.forEach((place, index) => {
      const row = Math.floor(place / batch.length);
      const tokens = batch.lengths[row];
      const start = encoder.padding.side === 'left' ? batch.length - tokens : 0;
      const token = (place % batch.length) - start;
      const from = (layer * tokens + token) * hidden;
      found.push(...values.subarray((index * layers + layer) * hidden, (index * layers + layer + 1) * hidden));
      expected.push(...truth.hidden[rows[row]].subarray(from, from + hidden));
    });
    return relativeError(found, expected);
  });
  return Math.max(...errors);
}

/** On WebGPU one of each way to make a graph. */
function meansOn(backend: 'wasm' | 'webgpu'): Model[] {
  const few = ['bert', 'llama', 'bert-hidden'];
  const every = [...few, 'albert', 'xlnet', 'xlnet-decomposed', ...secondSeries];
  return models.filter(({ name }) => (backend === 'wasm' ? every : few).includes(name));
}

/** Of vectors [rows, layers, hidden] those of each layer, one row after the other. */
function byLayer(values: ArrayLike<number>, layers: number, hidden: number): number[][] {
  const width = layers * hidden;
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: (values.length / width) * hidden }, (_, at) => {
      return values[Math.floor(at / hidden) * width + layer * hidden + (at % hidden)];
    }),
  );
}

/** In float64, of rows of tokens [tokens, width] one behind the other: [rows, width]. */
export function meansOf(values: Float32Array, lengths: readonly number[], width: number): number[] {
  let start = 0;
  return lengths.flatMap((tokens) => {
    const first = start;
    start += tokens * width;
    return Array.from({ length: width }, (_, at) => {
      return Array.from({ length: tokens }, (_, token) => values[first + token * width + at]).reduce(plus) / tokens;
    });
  });
}

/** Of hidden states [layers, tokens, hidden]: [layers × hidden]. */
function meanOfTokens(values: Float32Array, tokens: number, layers: number): number[] {
  const hidden = values.length / (layers * tokens);
  return Array.from({ length: layers }, (_, layer) => {
    return meansOf(values.subarray(layer * tokens * hidden, (layer + 1) * tokens * hidden), [tokens], hidden);
  }).flat();
}

function plus(a: number, b: number): number {
  return a + b;
}

/** The tests that both backends have to pass; answers with what opens encoders for more of them. */
export function hiddenStatesOn(backend: 'wasm' | 'webgpu'): ReturnType<typeof useEncoders> {
  const open = useEncoders();

  const title = '$name, padded on the $side, $perRow of a row: hidden states of PyTorch, alone and padded';
  test.each(casesOn(backend))(title, async ({ name, origin, source, side, perRow }) => {
    // XLNet's padding is of a type of its own; the others have no such type.
    const encoder = await open(await source(), backend, {
      perRow,
      padding: { side, id: 3, typeId: isXlnet({ origin }) ? 3 : 0 },
    });
    const { padding } = encoder;
    // Exported without its attention mask: padding would change its numbers.
    expect(encoder.unpadded).toBe(name === 'roberta-unmasked');
    const truth = await architectureGolden(origin);
    const all = [...truth.rows.keys()];
    const length = Math.max(...lengthsOf(truth)) + 3;
    const turns = backend === 'wasm' ? [0, 1, 2].map(oneToken) : [oneToken(0)];
    for (const pooled of encoder.unpadded ? [] : perRow === 'many' ? [everyToken] : turns) {
      const together = asBatch(truth.rows, length, { pooled, padding });
      expect(await worst(encoder, truth, together, all)).toBeLessThanOrEqual(limit);
    }
    for (const row of backend === 'wasm' || encoder.unpadded ? all : oneOfEachKind(truth)) {
      const alone = asBatch([truth.rows[row]], undefined, {
        pooled: perRow === 'many' ? everyToken : oneToken(row),
        padding,
      });
      expect(await worst(encoder, truth, alone, [row])).toBeLessThanOrEqual(limit);
    }
    await encoder.dispose();
  });

  test.each(meansOn(backend))(
    '$name: the mean of each row, of its own tokens and of those of PyTorch',
    async (model) => {
      const { name, origin } = model;
      const source = await model.source();
      const padding: Padding = isXlnet({ origin })
        ? { side: 'left', id: 3, typeId: 3 }
        : { side: 'right', id: 3, typeId: 0 };
      const truth = await architectureGolden(origin);
      const length = Math.max(...lengthsOf(truth)) + 3;
      const run = async (perRow: PerRow) => {
        const encoder = await open(source, backend, { perRow, padding });
        const batch = asBatch(truth.rows, length, { pooled: everyToken, padding: encoder.padding });
        const values = await encoder.run(batch);
        await encoder.dispose();
        return values;
      };
      const { layers, hidden } = source.config;
      const means = byLayer(await run('mean'), layers + 1, hidden);
      const own = meansOf(await run('many'), lengthsOf(truth), (layers + 1) * hidden);
      const byToken = truth.hidden.map((values, row) => meanOfTokens(values, truth.rows[row].ids.length, layers + 1));
      for (const [layer, found] of means.entries()) {
        expect(relativeError(found, byLayer(own, layers + 1, hidden)[layer]), name).toBeLessThanOrEqual(1e-6);
        const expected = byToken.flatMap((row) => row.slice(layer * hidden, (layer + 1) * hidden));
        expect(relativeError(found, expected), name).toBeLessThanOrEqual(limit);
      }
    },
  );

  test.each([1, 2])('a model written up to layer %i stops there', async (layers) => {
    const truth = await architectureGolden('bert');
    const encoder = await open(await architectureSource('bert'), backend, { layers });
    expect(encoder.layers).toBe(layers + 1);
    expect(await worst(encoder, truth, asBatch(truth.rows), [...truth.rows.keys()])).toBeLessThanOrEqual(limit);
    await encoder.dispose();
  });

  const forms = backend === 'wasm' ? (['one', 'many'] as const) : (['one'] as const);
  const shortened = shortenedModels.filter(([, first]) => backend === 'wasm' || first === 1);
  test.each(shortened)('%s without layers from above %i on, %i of them', async (name, first, length) => {
    const truth = await shortenedGolden(name, first, length);
    const source = await architectureSource(name);
    for (const perRow of forms) {
      const padding: Padding = { side: 'right', id: 3, typeId: name === 'xlnet' ? 3 : 0 };
      const encoder = await open(source, backend, { without: { first, length }, perRow, padding });
      const together = asBatch(truth.rows, undefined, { pooled: perRow === 'one' ? oneToken(1) : everyToken, padding });
      expect(await worst(encoder, truth, together, [...truth.rows.keys()])).toBeLessThanOrEqual(limit);
      await encoder.dispose();
    }
  });

  test('calls that come at once run one after the other', async () => {
    const truth = await architectureGolden('bert');
    const encoder = await open(await architectureSource('bert'), backend);
    const all = truth.rows.map((row, index) => worst(encoder, truth, asBatch([row]), [index]));
    expect(Math.max(...(await Promise.all(all)))).toBeLessThanOrEqual(limit);
    await encoder.dispose();
  });

  return open;
}
