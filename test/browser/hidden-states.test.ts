/**
 * Every model against PyTorch's hidden states on both backends: weights of every format, graphs of every architecture,
 * exports; rows alone and padded on either side, one pooled token a row (the first, the last, one between) and all of
 * them. One file, because it is one device: the software adapter compiles each kernel for seconds, here once for all.
 */
import { describe, expect, test } from 'vitest';
import { openGpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder, type Batch, type Encoder } from '../../src/model/encoder.ts';
import type { PerRow } from '../../src/model/graph/architecture.ts';
import type { ModelSource } from '../../src/model/recognise.ts';
import type { Padding } from '../../src/model/tokenize.ts';
import {
  architectureGolden,
  architectureModels,
  architectureSource,
  type GoldenRows,
} from './architecture-fixtures.ts';
import { exportNames, exportSource, originOf } from './export-fixtures.ts';
import {
  asBatch,
  backends,
  checkpointNames,
  modelNames,
  paddedAtEnd,
  relativeError,
  useEncoders,
} from './model-fixtures.ts';

const limit = 1e-5;
const open = useEncoders();

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

/** On WebGPU only the side that the model is padded on: every length is a kernel to compile. */
const cases = backends.flatMap((backend) =>
  models.flatMap((model) =>
    model.sides
      .filter((side) => backend === 'wasm' || model.sides.length === 1 || (side === 'left') === isXlnet(model))
      .flatMap((side) => model.perRow.map((perRow) => ({ ...model, backend, side, perRow }))),
  ),
);

function isXlnet({ origin }: Pick<Model, 'origin'>): boolean {
  return origin.startsWith('xlnet');
}

const everyToken = (tokens: number) => Array.from({ length: tokens }, (_, at) => at);
/** The first, the last, one between: row by row in turn, from the first row on or from a later place in that order. */
const oneToken = (from: number) => (tokens: number, row: number) => [
  [0, tokens - 1, Math.floor(tokens / 2)][(from + row) % 3],
];

/** Everything that the batch pools, by layer: the greatest relative error. */
async function worst(encoder: Encoder, truth: GoldenRows, batch: Batch, rows: number[]): Promise<number> {
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

const title = '$name on $backend, padded on the $side, $perRow of a row: hidden states of PyTorch, alone and padded';
test.each(cases)(title, async ({ name, origin, source, backend, side, perRow }) => {
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
  const length = Math.max(...truth.rows.map(({ ids }) => ids.length)) + 3;
  const turns = backend === 'wasm' ? [0, 1, 2].map(oneToken) : [oneToken(0)];
  for (const pooled of encoder.unpadded ? [] : perRow === 'many' ? [everyToken] : turns) {
    const together = asBatch(truth.rows, length, { pooled, padding });
    expect(await worst(encoder, truth, together, all)).toBeLessThanOrEqual(limit);
  }
  for (const row of all) {
    const alone = asBatch([truth.rows[row]], undefined, {
      pooled: perRow === 'many' ? everyToken : oneToken(row),
      padding,
    });
    expect(await worst(encoder, truth, alone, [row])).toBeLessThanOrEqual(limit);
  }
  await encoder.dispose();
});

describe.each(backends)('on %s', (backend) => {
  test.each([1, 2])('a model written up to layer %i stops there', async (layers) => {
    const truth = await architectureGolden('bert');
    const encoder = await open(await architectureSource('bert'), backend, { layers });
    expect(encoder.layers).toBe(layers + 1);
    expect(await worst(encoder, truth, asBatch(truth.rows), [...truth.rows.keys()])).toBeLessThanOrEqual(limit);
    await encoder.dispose();
  });

  test('calls that come at once run one after the other', async () => {
    const truth = await architectureGolden('bert');
    const encoder = await open(await architectureSource('bert'), backend);
    const all = truth.rows.map((row, index) => worst(encoder, truth, asBatch([row]), [index]));
    expect(Math.max(...(await Promise.all(all)))).toBeLessThanOrEqual(limit);
    await encoder.dispose();
  });
});

test.each(['bert-decomposed', 'bert-hidden', 'xlnet-decomposed'] as const)('%s stops at layer 1', async (name) => {
  const truth = await architectureGolden(originOf(name));
  const encoder = await open(await exportSource(name), 'wasm', { layers: 1 });
  expect(encoder.layers).toBe(2);
  const batch = asBatch(truth.rows, undefined, { pooled: everyToken, padding: paddedAtEnd });
  expect(await worst(encoder, truth, batch, [...truth.rows.keys()])).toBeLessThanOrEqual(limit);
  await encoder.dispose();
});

test('a float16 export gives them to its precision, or a sentence where the device has none', async () => {
  const truth = await architectureGolden('bert');
  const batch = asBatch(truth.rows, undefined, { pooled: everyToken, padding: paddedAtEnd });
  const rows = [...truth.rows.keys()];
  const source = await exportSource('bert-float16');
  const encoder = await open(source, 'wasm');
  const error = await worst(encoder, truth, batch, rows);
  expect(error).toBeGreaterThan(1e-4);
  expect(error).toBeLessThan(5e-3);
  await encoder.dispose();
  const { device } = await openGpu();
  const onGpu = await openEncoder(source, { backend: 'webgpu', threads: 1, gpu: device });
  if (device.features.has('shader-f16')) expect(await worst(onGpu, truth, batch, rows)).toBeLessThan(5e-3);
  else await expect(onGpu.run(batch)).rejects.toThrow('computes in float16, which this graphics device does not');
  await onGpu.dispose();
  device.destroy();
});

test('a lost graphics device gives an error, never numbers', async () => {
  const gpu = await openGpu();
  const source = await architectureSource('bert');
  const encoder = await openEncoder(source, { backend: 'webgpu', threads: 1, gpu: gpu.device });
  const truth = await architectureGolden('bert');
  gpu.device.destroy();
  await gpu.device.lost;
  await expect(encoder.run(asBatch(truth.rows))).rejects.toMatchObject({ code: 'device-lost' });
  await encoder.dispose();
  const next = await open(source, 'webgpu');
  expect(await worst(next, truth, asBatch(truth.rows), [...truth.rows.keys()])).toBeLessThanOrEqual(limit);
  await next.dispose();
});
