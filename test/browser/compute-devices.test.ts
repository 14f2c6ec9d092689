import * as tf from '@tensorflow/tfjs';
import { expect, test, describe, beforeAll, afterAll } from 'vitest';
import type { Device } from '../../src/compute/device.ts';
import { layerRanges } from '../../src/probe/train.ts';
import { caseNames, devices, gather, golden, goldenTensors, hidden, isRefined, labelsOf } from './probe-golden.ts';
import { ranges, relativeError, specOf, weightsOf, width, type CaseName } from './probe-golden.ts';

let tensors: Map<string, Float32Array>;
beforeAll(async () => {
  tensors = await goldenTensors();
});

/** Trains a case as the golden was; answers with the losses of each epoch. */
async function train(trainer: ReturnType<Device['probeTrainer']>, name: CaseName): Promise<Float64Array[]> {
  const data = tensors.get(isRefined(name) ? 'standardised' : 'activations')!;
  const labels = labelsOf(name, tensors);
  const losses: Float64Array[] = [];
  for (let epoch = 0; epoch < golden.epochs; epoch++) {
    for (let start = 0; start < golden.train; start += golden.batchSize) {
      const count = Math.min(golden.batchSize, golden.train - start);
      const order = Array.from({ length: count }, (_, i) =>
        isRefined(name) ? tensors.get('orders')![epoch * golden.train + start + i] : start + i,
      );
      const batchLabels = labels.slice(0, count).map((_, i) => labels[order[i]]);
      await trainer.step(gather(data, order, width), batchLabels, count);
    }
    losses.push(await trainer.takeLosses());
  }
  return losses;
}

describe.each(devices)('%s', (backend, open) => {
  let device: Device;
  beforeAll(async () => {
    device = await open();
  });
  afterAll(() => device.dispose());

  test('says what it is', () => {
    expect(device.backend).toBe(backend);
    expect(device.adapter === null).toBe(backend !== 'webgpu');
  });

  test.each(caseNames)('trains %s as PyTorch does: weights to 1e-5, losses to 1e-6', async (name) => {
    const trainer = device.probeTrainer(specOf(name, tensors));
    const losses = await train(trainer, name);
    golden.cases[name].forEach((expected, p) => {
      expect(
        relativeError(
          losses.map((all) => all[p]),
          expected.losses,
        ),
      ).toBeLessThan(1e-6);
    });
    const weights = await trainer.weights();
    weightsOf(name, tensors, '').forEach(({ weight, bias }, p) => {
      expect(relativeError(weights[p].weight, weight)).toBeLessThan(1e-5);
      expect(relativeError(weights[p].bias, bias)).toBeLessThan(1e-5);
    });
    trainer.dispose();
  });

  test('trains probes jointly as each by itself (1e-6) and twice the same', async () => {
    const name = 'three-paper';
    const spec = specOf(name, tensors);
    const joint = device.probeTrainer(spec);
    await train(joint, name);
    const together = await joint.weights();
    joint.dispose();
    for (const p of [2, 5]) {
      const single = device.probeTrainer({ ...spec, probes: [ranges[p]], start: [spec.start[p]] });
      await train(single, name);
      const [alone] = await single.weights();
      single.dispose();
      expect(relativeError(together[p].weight, alone.weight)).toBeLessThan(1e-6);
    }
    const again = device.probeTrainer(spec);
    await train(again, name);
    expect(await again.weights()).toEqual(together);
    again.dispose();
  });

  test('keeps a weight at exactly 0 when it starts there and its neuron is 0', async () => {
    const trainer = device.probeTrainer(specOf('three-refined', tensors));
    await train(trainer, 'three-refined');
    const weights = await trainer.weights();
    expect(weights[0].weight.every((w) => w === 0)).toBe(true);
    expect(weights[2].weight[5]).toBe(0);
    trainer.dispose();
  });

  test('scores rows with the weights it has (1e-5)', async () => {
    const spec = specOf('three-paper', tensors);
    const trainer = device.probeTrainer(spec);
    const rows = 37;
    const data = tensors.get('activations')!;
    const scores = await trainer.scores(data.slice(0, rows * width), rows);
    const expected = new Float64Array(rows * ranges.length * 3);
    ranges.forEach(({ first, last }, p) => {
      const features = (last - first + 1) * hidden;
      for (let row = 0; row < rows; row++) {
        for (let k = 0; k < 3; k++) {
          let sum = spec.start[p].bias[k];
          for (let f = 0; f < features; f++) {
            sum += spec.start[p].weight[k * features + f] * data[row * width + first * hidden + f];
          }
          expected[(row * ranges.length + p) * 3 + k] = sum;
        }
      }
    });
    expect(relativeError(scores, expected)).toBeLessThan(1e-5);
    trainer.dispose();
  });

  test.each([
    ['many classes and a width that no tile divides', { layers: 2, hidden: 133, outputs: 70, rows: 21, batchSize: 40 }],
    ['more probes than tiles', { layers: 7, hidden: 20, outputs: 1, rows: 5, batchSize: 8 }],
  ])('handles %s (1e-5)', async (_, { rows, ...shape }) => {
    const { layers, hidden, outputs } = shape;
    const wave = (length: number, pace: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * pace + 1));
    const probes = layerRanges(layers);
    const spec = {
      ...specOf('three-paper', tensors),
      ...{ ...shape, probes, loss: outputs === 1 ? ('squared-error' as const) : ('cross-entropy' as const) },
      start: probes.map(({ first, last }) => ({
        weight: wave(outputs * (last - first + 1) * hidden, 0.37).map((w) => w / 20),
        bias: wave(outputs, 0.2),
      })),
    };
    const data = wave(rows * layers * hidden, 0.013);
    const labels = Int32Array.from({ length: rows }, (_, i) => (i * 7) % Math.max(outputs, 2));
    const { referenceDevice } = await import('../../src/compute/reference/device.ts');
    const trainers = [device, referenceDevice()].map((one) => one.probeTrainer(spec));
    for (const trainer of trainers) for (let i = 0; i < 5; i++) await trainer.step(data, labels, rows);
    const [own, expected] = await Promise.all(trainers.map((trainer) => trainer.weights()));
    own.forEach(({ weight, bias }, p) => {
      expect(relativeError(weight, expected[p].weight)).toBeLessThan(1e-5);
      expect(relativeError(bias, expected[p].bias)).toBeLessThan(1e-5);
    });
    const [losses, expectedLosses] = await Promise.all(trainers.map((trainer) => trainer.takeLosses()));
    expect(relativeError(losses, expectedLosses)).toBeLessThan(1e-5);
    trainers[0].dispose();
  });

  test('sums products of centred columns over blocks (1e-14)', async () => {
    const data = tensors.get('activations')!;
    const mean = Float64Array.from({ length: width }, (_, column) => column / width);
    const sums = await device.columnProducts({ mean, rows: 300 });
    await sums.add(data.slice(0, 130 * width), 130);
    await sums.add(data.slice(130 * width, 300 * width), 170);
    const centred = (row: number, column: number) => data[row * width + column] - mean[column];
    const expected = (i: number, j: number) => {
      let sum = 0;
      for (let row = 0; row < 300; row++) sum += centred(row, i) * centred(row, j);
      return sum;
    };
    const columns = Array.from({ length: width }, (_, i) => i);
    const pairs = columns.flatMap((i) => columns.slice(i + 1).map((j) => expected(i, j)));
    expect(relativeError(sums.products, pairs)).toBeLessThan(1e-14);
    expect(
      relativeError(
        sums.squares,
        columns.map((i) => expected(i, i)),
      ),
    ).toBeLessThan(1e-14);
    sums.dispose();
  });

  test('refuses start weights of another size', () => {
    const spec = specOf('three-paper', tensors);
    const start = spec.start.map((own) => ({ ...own, weight: own.weight.subarray(1) }));
    expect(() => device.probeTrainer({ ...spec, start })).toThrow(/Probe 0 reads layers 0–0 of 4/);
  });
});

test.each(devices.slice(1))('%s keeps no tensor of a batch', async (_, open) => {
  const device = await open();
  const trainer = device.probeTrainer(specOf('three-paper', tensors));
  const data = tensors.get('activations')!.slice(0, 64 * width);
  const labels = Int32Array.from({ length: 64 }, (_, i) => i % 3);
  const round = async () => {
    for (let i = 0; i < 20; i++) await trainer.step(data, labels, 64);
    await trainer.scores(data, 64);
    await trainer.takeLosses();
  };
  await round();
  const before = tf.engine().backend.numDataIds();
  await round();
  expect(tf.engine().backend.numDataIds()).toBe(before);
  trainer.dispose();
  device.dispose();
});
