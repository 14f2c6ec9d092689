/**
 * The reduced model's file against the head on the encoder's own activations: every architecture and exports, both tasks,
 * every storage of its weights, rows alone and padded on either side.
 */
import { expect, test } from 'vitest';
import { firstPlaceOf, type PaddedBatch } from '../../src/model/batch.ts';
import type { ModelSource } from '../../src/model/recognise.ts';
import { writeOnnx } from '../../src/reduced/onnx.ts';
import { openReduced } from '../../src/reduced/open.ts';
import type { LinearHead, ReducedDtype } from '../../src/reduced/head.ts';
import { architectureGolden, architectureModels, architectureSource, firstSeries } from './architecture-fixtures.ts';
import { errorOf } from '../fixtures/errors.ts';
import { exportSource, originOf } from './export-fixtures.ts';
import { everyToken } from './hidden-states.ts';
import { asBatch, useEncoders } from './model-fixtures.ts';

const open = useEncoders();
const wasm = { backend: 'wasm', gpu: null, threads: 2 } as const;

/** Kept neurons in the order of a ranking: some of each layer up to the top one, mixed. */
function headOn(top: number, hidden: number, outputs: number): LinearHead {
  const neurons = Int32Array.from({ length: 3 * (top + 1) }, (_, at) => {
    const layer = (at * 7 + top) % (top + 1);
    return layer * hidden + ((at * 5 + 1) % hidden);
  });
  const weight = Float32Array.from({ length: outputs * neurons.length }, (_, at) => Math.sin(at + 1));
  return { neurons, weight, bias: Float32Array.from({ length: outputs }, (_, at) => at - 0.5) };
}

/** The same in float64 from activations [vectors, layers, hidden]. */
function expectedLogits({ neurons, weight, bias }: LinearHead, values: Float32Array, width: number): number[] {
  return Array.from({ length: values.length / width }, (_, vector) =>
    Array.from(bias, (start, output) =>
      neurons.reduce(
        (sum, neuron, at) => sum + weight[output * neurons.length + at] * values[vector * width + neuron],
        start,
      ),
    ),
  ).flat();
}

function farthest(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  return Math.max(...expected.map((value, at) => Math.abs(value - found[at])));
}

async function written(source: ModelSource, head: LinearHead, token: Read, dtype: ReducedDtype, limit?: number) {
  const files = await writeOnnx({ model: source, head, token }, dtype, limit);
  const named = files.map(({ path, blob }) => new File([blob], path.split('/').at(-1)!));
  return {
    files: { model: named[0], data: named.at(1) ?? null },
    bytes: named.reduce((sum, { size }) => sum + size, 0),
  };
}

type Case = { name: string; origin: string; source: () => Promise<ModelSource>; sides: ('left' | 'right')[] };
const cases: Case[] = [
  ...architectureModels.map((name): Case => {
    return { name, origin: name, source: () => architectureSource(name), sides: ['right', 'left'] };
  }),
  ...(['bert-decomposed', 'bert-hidden', 'xlnet-decomposed'] as const).map((name): Case => {
    return { name, origin: originOf(name), source: () => exportSource(name), sides: ['right'] };
  }),
];

test.each(cases)(
  '$name: logits of the head on its activations, for every task and depth',
  async ({ name, origin, source, sides }) => {
    const model = await source();
    const { layers, hidden } = model.config;
    const runs = await runsOf(model, origin, sides);
    for (const [token, top] of formsOf(name, layers)) {
      const head = headOn(top, hidden, 3);
      const { files } = await written(model, head, token, 'float32');
      const reduced = await openReduced(files, wasm);
      for (const { batch, values } of runs) {
        const logits = await reduced.run(batch);
        const places = Array.from(batch.pooled.keys()).filter((at) => isRead(batch, batch.pooled[at], token));
        const width = (layers + 1) * hidden;
        const read = Float32Array.from(places.flatMap((at) => [...values.subarray(at * width, (at + 1) * width)]));
        const rows = token === 'all' ? [...batch.pooled] : [...places.keys()];
        const found = rows.flatMap((place) => [...logits.subarray(place * 3, place * 3 + 3)]);
        expect(farthest(found, expectedLogits(head, read, width)), `${name} ${token} ${top}`).toBeLessThan(1e-4);
      }
      await reduced.dispose();
    }
  },
);

type Read = 'first' | 'last' | 'all';

/** What is read and the top layer: all of it of the first series, every kind of both once of the others. */
function formsOf(name: string, layers: number): [Read, number][] {
  const read: Read[] = ['first', 'last', 'all'];
  if (firstSeries.includes(name))
    return read.flatMap((token) => [0, 1, layers].map((top): [Read, number] => [token, top]));
  return [
    ['first', layers],
    ['last', 1],
    ['all', layers],
    ['first', 0],
  ];
}

/** Every token's activations of all rows together and of one alone, padded on each of the sides. */
async function runsOf(model: ModelSource, origin: string, sides: Case['sides']) {
  const truth = await architectureGolden(origin);
  const length = Math.max(...truth.rows.map(({ ids }) => ids.length)) + 3;
  const typeId = origin.startsWith('xlnet') ? 3 : 0;
  const runs: { batch: PaddedBatch; values: Float32Array }[] = [];
  for (const side of sides) {
    const padding = { side, id: 3, typeId };
    const encoder = await open(model, 'wasm', { perRow: 'many', padding });
    const lots: [typeof truth.rows, number | undefined][] = [
      [truth.rows, length],
      [[truth.rows[1]], undefined],
    ];
    for (const [rows, size] of lots) {
      const batch = { ...asBatch(rows, size, { pooled: everyToken, padding }), side };
      runs.push({ batch, values: await encoder.run(batch) });
    }
    await encoder.dispose();
  }
  return runs;
}

/** Whether a reduced model reads the token at a place among rows × T. */
function isRead(batch: PaddedBatch, place: number, token: Read): boolean {
  const row = Math.floor(place / batch.length);
  const at = (place % batch.length) - firstPlaceOf(batch, row);
  return token === 'all' || at === (token === 'first' ? 0 : batch.lengths[row] - 1);
}

test.each(['bert', 'xlnet', 'albert', 'mpnet'] as const)(
  '%s in fewer bits: smaller, near, and the same beside its weights',
  async (name) => {
    const model = await architectureSource(name);
    const { layers, hidden } = model.config;
    const truth = await architectureGolden(name);
    const batch = { ...asBatch(truth.rows), side: 'right' as const };
    const head = headOn(layers, hidden, 2);
    const logits = async (dtype: ReducedDtype, limit?: number) => {
      const { files, bytes } = await written(model, head, 'first', dtype, limit);
      const reduced = await openReduced(files, wasm);
      const values = [...(await reduced.run(batch))];
      await reduced.dispose();
      return { values, bytes, files };
    };
    const whole = await logits('float32');
    const beside = await logits('float32', 1000);
    expect(beside.files.data?.name).toBe('model.onnx_data');
    expect(beside.values).toEqual(whole.values);
    const half = await logits('float16');
    expect(farthest(half.values, whole.values)).toBeLessThan(0.02);
    expect(half.values).not.toEqual(whole.values);
    const eight = await logits('int8');
    expect(farthest(eight.values, whole.values)).toBeLessThan(0.5);
    expect(eight.bytes).toBeLessThan(whole.bytes);
    expect(half.bytes).toBeLessThan(whole.bytes);
  },
);

test('an export that would be too large for one file is refused, with what to do instead', async () => {
  const model = await exportSource('bert-decomposed');
  const head = headOn(model.config.layers, model.config.hidden, 2);
  const { code, message, next } = await errorOf(written(model, head, 'first', 'float32', 1000));
  expect(code).toBe('bad-option');
  expect(message).toMatch(
    /^The smaller model would have \d+ bytes, and 1000 is the most that is written of an export\.$/,
  );
  expect(next).toBe('Use the safetensors of the model, or choose float16 or int8.');
});
