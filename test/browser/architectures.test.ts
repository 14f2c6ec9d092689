/**
 * Every architecture against PyTorch's hidden states, all tokens of all layers, on both backends: rows alone and padded
 * on either side, one pooled token a row (the first, the last, one between) and all of them.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder, type Batch, type Encoder } from '../../src/model/encoder.ts';
import type { PerRow } from '../../src/model/graph/architecture.ts';
import type { Padding } from '../../src/model/tokenize.ts';
import {
  architectureGolden,
  architectureModels,
  architectureSource,
  type GoldenRows,
} from './architecture-fixtures.ts';
import { asBatch, relativeError } from './model-fixtures.ts';

const limit = 1e-5;
let shared: Gpu | null = null;
afterAll(() => shared?.device.destroy());

/** On WebGPU only the side that the model is padded on: every length is a kernel to compile. */
const cases = (['wasm', 'webgpu'] as const).flatMap((backend) =>
  architectureModels.flatMap((name) =>
    (['right', 'left'] as const)
      .filter((side) => backend === 'wasm' || (side === 'left') === name.startsWith('xlnet'))
      .map((side) => ({ backend, name, side })),
  ),
);

/** XLNet's padding is of a type of its own; the others have no such type. */
function paddingOf(name: string, side: Padding['side']): Padding {
  return { side, id: 3, typeId: name.startsWith('xlnet') ? 3 : 0 };
}

async function open(name: string, backend: 'wasm' | 'webgpu', perRow: PerRow, padding: Padding): Promise<Encoder> {
  if (backend === 'webgpu') shared ??= await openGpu();
  const gpu = backend === 'webgpu' ? shared?.device : undefined;
  const source = await architectureSource(name);
  return openEncoder(source, { backend, threads: 2, perRow, padding, ...(gpu && { gpu }) });
}

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

const everyToken = (tokens: number) => Array.from({ length: tokens }, (_, at) => at);
/** The first, the last, one between. */
const oneToken: ((tokens: number) => number[])[] = [
  () => [0],
  (tokens) => [tokens - 1],
  (tokens) => [Math.floor(tokens / 2)],
];

describe.each(cases)('$name on $backend, padded on the $side', ({ backend, name, side }) => {
  const padding = paddingOf(name, side);

  test('all tokens', async () => {
    const truth = await architectureGolden(name);
    const encoder = await open(name, backend, 'many', padding);
    const all = [...truth.rows.keys()];
    const length = Math.max(...truth.rows.map(({ ids }) => ids.length)) + 3;
    const together = asBatch(truth.rows, length, { pooled: everyToken, padding });
    expect(await worst(encoder, truth, together, all)).toBeLessThanOrEqual(limit);
    for (const row of all.slice(0, 3)) {
      const alone = asBatch([truth.rows[row]], undefined, { pooled: everyToken, padding });
      expect(await worst(encoder, truth, alone, [row])).toBeLessThanOrEqual(limit);
    }
    await encoder.dispose();
  });

  test('one token a row', async () => {
    const truth = await architectureGolden(name);
    const encoder = await open(name, backend, 'one', padding);
    const all = [...truth.rows.keys()];
    const length = Math.max(...truth.rows.map(({ ids }) => ids.length)) + 3;
    for (const pooled of oneToken) {
      const together = asBatch(truth.rows, length, { pooled, padding });
      expect(await worst(encoder, truth, together, all)).toBeLessThanOrEqual(limit);
    }
    for (const row of all) {
      const alone = asBatch([truth.rows[row]], undefined, { padding, pooled: oneToken[row % 3] });
      expect(await worst(encoder, truth, alone, [row])).toBeLessThanOrEqual(limit);
    }
    await encoder.dispose();
  });
});
