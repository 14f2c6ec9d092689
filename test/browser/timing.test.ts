/**
 * Timing on the tiny BERT: every depth is measured on both backends, and what a graphics device is given grows with it.
 * How long anything takes is never judged here.
 */
import { describe, expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { openDevice } from '../../src/compute/open.ts';
import { openGpu } from '../../src/compute/webgpu/gpu.ts';
import { openEncoder } from '../../src/model/encoder.ts';
import { timeClassifiers, timeMadeClassifiers } from '../../src/timing/classifiers.ts';
import { DeviceClock } from '../../src/timing/device-clock.ts';
import { timeEncoders } from '../../src/timing/encoders.ts';
import { encodeRows } from '../../src/tokenizer/rows.ts';
import { architectureSource } from './architecture-fixtures.ts';
import { golden } from './model-fixtures.ts';

const layers = 3;
const repeats = 2;

async function source(count: number) {
  const model = await architectureSource('bert');
  const { texts, maxLength } = await golden('bert');
  const many = Array.from({ length: count }, (_, row) => texts[row % texts.length]);
  return { model, rows: await encodeRows(model.tokenizer!, many, { maxLength, pooling: 'first' }) };
}

describe.each([true, false])('on WebAssembly, with all depths held: %s', (held) => {
  test('every depth is measured alone, in the best batch and padded, and every encoder is closed', async () => {
    const { model, rows } = await source(6);
    const opened: number[] = [];
    const closed: number[] = [];
    const open = async (depth: number) => {
      opened.push(depth);
      const encoder = await openEncoder(model, { backend: 'wasm', threads: 1, layers: depth });
      const dispose = (): Promise<void> => {
        closed.push(depth);
        return encoder.dispose();
      };
      return { ...encoder, dispose };
    };
    const shares: number[] = [];
    const options = { repeats, seed: 0, padded: 40, held, clock: null };
    const timed = await timeEncoders({ rows, layers, open }, options, {
      progress: (_done, _total, share) => shares.push(share ?? 0),
    });
    expect(timed).toMatchObject({ rows: 6, outputs: 1, tokens: rows.offsets[6] / 6 });
    expect(timed.tried.map(({ batch }) => batch)).toEqual([1, 4]);
    const best = timed.tried[0].ms <= timed.tried[1].ms ? [1] : [1, 4];
    expect(timed.series.map(({ batch, padded }) => [batch, padded])).toEqual(
      best.flatMap((batch) => [
        [batch, null],
        [batch, 40],
      ]),
    );
    for (const { depths } of timed.series) {
      expect(depths.map((depth) => depth.layers)).toEqual([0, 1, 2, 3]);
      for (const { wall, device } of depths) {
        expect(wall.samples).toHaveLength(repeats);
        expect(Math.min(...wall.samples)).toBeGreaterThan(0);
        expect(device).toBeNull();
      }
    }
    expect(closed.toSorted()).toEqual(opened.toSorted());
    expect(new Set(opened)).toEqual(new Set([0, 1, 2, 3]));
    expect(opened.length > 4).toBe(!held);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});

test('on WebGPU the device counts: its time, and dispatches that grow by as many with every layer', async () => {
  const { model, rows } = await source(2);
  const gpu = await openGpu();
  const clock = DeviceClock.of(gpu.device);
  try {
    const open = (depth: number) =>
      openEncoder(model, { backend: 'webgpu', threads: 1, gpu: gpu.device, layers: depth });
    const options = { repeats: 1, seed: 0, padded: null, held: true, clock };
    const timed = await timeEncoders({ rows, layers, open }, options);
    const { depths } = timed.series[0];
    expect(depths.map((depth) => depth.layers)).toEqual([0, 1, 2, 3]);
    const counts = depths.map(({ device }) => device!.dispatches);
    expect(counts[0]).toBeGreaterThan(0);
    // The first layer that runs is the last at depth 1, which asks for one token alone, as later ones at their depth.
    expect(counts[3] - counts[2]).toBe(counts[2] - counts[1]);
    expect(counts[2] - counts[1]).toBeGreaterThan(3);
    for (const { device } of depths) {
      expect(device!.ms.samples).toHaveLength(1);
      expect(device!.bytes).toBeGreaterThan(0);
    }
  } finally {
    clock?.dispose();
    gpu.device.destroy();
  }
}, 120_000);

describe.each(['wasm', 'webgpu'] as const)('classifiers on %s', (backend) => {
  test('are timed by features, rows and classes, on own and on made numbers', async () => {
    const device = await openDevice(backend, { threads: 1 });
    const activations = inMemory(
      Float32Array.from({ length: 40 * 2 * 8 }, (_, i) => Math.sin(i)),
      { rows: 40, layers: 2, hidden: 8 },
    );
    const labels = Int32Array.from({ length: 40 }, (_, row) => row % 2);
    const options = {
      protocol: 'refined' as const,
      ...{ batchSize: 16, epochs: 2 },
      ...{ learningRate: 1e-3, lambda1: 1e-5, lambda2: 1e-5 },
    };
    const sizes = [
      { features: 3, rows: 40, classes: 2 },
      { features: 16, rows: 40, classes: 2 },
      { features: 16, rows: 20, classes: 10 },
    ];
    try {
      const own = await timeClassifiers(device, { activations, labels }, sizes, options, { repeats, seed: 0 });
      expect(own.map(({ features, rows, classes }) => ({ features, rows, classes }))).toEqual(sizes);
      for (const { made, epochs, training, prediction } of own) {
        expect([made, epochs, training.samples.length, prediction!.samples.length]).toEqual([false, 2, 2, 2]);
        expect(Math.min(...training.samples, ...prediction!.samples)).toBeGreaterThan(0);
      }
      const progress: number[] = [];
      const made = { features: [5, 20], rows: 50, classes: 3, epochs: 2 };
      const timed = await timeMadeClassifiers(device, made, options, {
        progress: (done, total) => progress.push(done / total),
      });
      expect(timed.map(({ features, rows, classes, epochs }) => [features, rows, classes, epochs])).toEqual([
        [5, 50, 3, 2],
        [20, 50, 3, 2],
      ]);
      expect(timed.every(({ training }) => training.samples.length === 1 && training.median > 0)).toBe(true);
      // 4 batches an epoch.
      expect(progress).toHaveLength(2 * 2 * 4);
      expect(progress.at(-1)).toBe(1);
    } finally {
      device.dispose();
    }
  }, 60_000);
});
