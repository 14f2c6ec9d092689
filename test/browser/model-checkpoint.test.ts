/** PyTorch checkpoints of each kind give PyTorch's hidden states on both backends, alone and in padded batches. */
import { afterAll, expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder } from '../../src/model/encoder.ts';
import { recogniseModel } from '../../src/model/recognise.ts';
import { asBatch, golden, modelFiles, relativeError, type Golden } from './model-fixtures.ts';

const width = 32;
const layers = 4;
let gpu: Gpu | null = null;

afterAll(() => gpu?.device.destroy());

/** The largest error of the classification token over texts and layers. */
function worst(values: Float32Array, { texts, hidden }: Golden, rows: readonly number[]): number {
  const errors = rows.flatMap((text, row) =>
    Array.from({ length: layers }, (_, layer) => {
      const start = (row * layers + layer) * width;
      const from = layer * texts[text].ids.length * width;
      return relativeError(values.subarray(start, start + width), hidden[text].subarray(from, from + width));
    }),
  );
  return Math.max(...errors);
}

test.each(
  (['wasm', 'webgpu'] as const).flatMap((backend) =>
    ['bert-bin', 'bert-bin-legacy', 'bert-bin-sharded'].map((name) => [backend, name] as const),
  ),
)('%s: %s', async (backend, name) => {
  const { source } = await recogniseModel(await modelFiles(name));
  if (!source) throw new Error(`${name} was not recognised`);
  if (backend === 'webgpu') gpu ??= await openGpu();
  const encoder = await openEncoder(source, { backend, threads: 2, ...(gpu && { gpu: gpu.device }) });
  // The weights are those of this model, in another file format.
  const truth = await golden('bert');
  const all = [...truth.texts.keys()];
  expect(worst(await encoder.run(asBatch(truth.texts, truth.maxLength + 5)), truth, all)).toBeLessThanOrEqual(1e-5);
  for (const text of all) {
    const alone = await encoder.run(asBatch([truth.texts[text]]));
    expect(worst(alone, truth, [text])).toBeLessThanOrEqual(1e-5);
  }
  await encoder.dispose();
});
