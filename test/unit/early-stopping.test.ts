import { describe, expect, test } from 'vitest';
import { TrainingClock } from '../../src/probe/clock.ts';
import { epochLimit, StoppingRule } from '../../src/probe/early-stopping.ts';
import { layerProbes } from '../../src/probe/layer-probes.ts';
import { neuronStatistics } from '../../src/probe/statistics.ts';
import { layerRanges, specOf, startOf, train } from '../../src/probe/train.ts';
import type { ProbeOptions } from '../../src/probe/parts.ts';
import { TrainingLog } from '../../src/probe/training-log.ts';
import type { Device, LayerRange } from '../../src/compute/device.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';
import { warnOfLimit } from '../../src/session/stages/training-limit.ts';
import { hidden, layers, planted } from '../fixtures/planted.ts';

function taken(dev: readonly (readonly number[])[], options: { epochs: number; patience?: number }): StoppingRule {
  const rule = new StoppingRule(dev.length, options);
  const probes = [...dev.keys()];
  for (let epoch = 0; !rule.isOver; epoch++) {
    const losses = Float64Array.from(dev, (own) => own[epoch] ?? 0);
    rule.take(probes, losses, losses);
  }
  return rule;
}

describe('when training ends', () => {
  test('three epochs after the best, each probe by itself; later ones do not count', () => {
    const rule = taken(
      [
        [5, 4, 4, 6, 4.5, 1],
        [5, 4, 3, 4, 2, 3, 3, 3, 1],
      ],
      { epochs: 100, patience: 3 },
    );
    expect(rule.curves.map(({ best }) => best)).toEqual([2, 5]);
    expect(rule.curves.map(({ dev }) => dev)).toEqual([
      [5, 4, 4, 6, 4.5],
      [5, 4, 3, 4, 2, 3, 3, 3],
    ]);
    expect(rule.limited).toBe(0);
  });

  test('a loss that falls by less than 0.3 % is no better, unless small falls add up', () => {
    const slow = [4, 3.995, 3.991, 3.989, 1];
    const steady = [4, 3.995, 3.989, 3.985, 3.98, 3.977, 3.974];
    const { curves } = taken([slow, steady], { epochs: 100, patience: 3 });
    expect(curves.map(({ best }) => best)).toEqual([1, 4]);
    expect(curves.map(({ dev }) => dev)).toEqual([slow.slice(0, 4), steady]);
  });

  test('with the last epoch that is allowed, which is said where it was the best', () => {
    const rule = taken(
      [
        [5, 4, 3, 2],
        [5, 4, 3, 3.5],
      ],
      { epochs: 4, patience: 3 },
    );
    expect(rule.curves.map(({ best }) => best)).toEqual([4, 3]);
    expect(rule.limited).toBe(1);
    const said: string[] = [];
    const log = new TrainingLog();
    log.add({ weights: 1, weightEpochs: 4, limited: rule.limited });
    const options = { epochs: 4, log } as ProbeOptions;
    warnOfLimit({ warn: (text) => said.push(text) }, options);
    warnOfLimit({ warn: (text) => said.push(text) }, options, 1);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^One probe was still getting better when training ended at the limit of 4 epochs: /);
  });

  test('a loss that is not a number is never the lowest', () => {
    expect(taken([[2, NaN, NaN, NaN]], { epochs: 9, patience: 3 }).curves[0].best).toBe(1);
  });

  test('100 epochs or 20,000 steps, and one epoch in any case', () => {
    expect([450, 25_600, 60_614, 10_000_000].map((rows) => epochLimit(rows, 128))).toEqual([100, 100, 42, 1]);
  });
});

test('progress never passes its total and ends there, whatever is expected', async () => {
  const parts = planted({ train: 120, dev: 30, test: 20 });
  const options: ProbeOptions = {
    ...{ classes: 2, protocol: 'refined', seeds: [0, 1], epochs: 60, patience: 3, batchSize: 32 },
    ...{ learningRate: 0.03, lambda1: 1e-5, lambda2: 1e-5, metrics: ['accuracy'] },
    log: new TrainingLog(),
  };
  const counts: [number, number][] = [];
  const { curves } = await layerProbes(referenceDevice(), parts, options, {
    progress: (done, total) => counts.push([done, total]),
  });
  expect(counts.every(([done, total], i) => done === i + 1 && done <= total)).toBe(true);
  expect(counts[counts.length - 1][0]).toBe(counts[counts.length - 1][1]);
  const passes = curves.map((own) => Math.max(...own.map(({ dev }) => dev.length)));
  expect(counts).toHaveLength(passes.reduce((sum, epochs) => sum + epochs * (4 + 1) + 4 + 1 + 1, 0));
  const epochs = options.log!.takeEpochs()!;
  expect(epochs).toBeGreaterThan(1);
  expect(epochs).toBeLessThanOrEqual(Math.max(...passes));
  expect(options.log!.takeEpochs()).toBeNull();
});

test('a second seed is expected to take as long as the first', () => {
  const parts = planted({ train: 120, dev: 30, test: 20 });
  const totals: number[] = [];
  const options = { batchSize: 32, epochs: 100, seeds: [0, 1], patience: 3 } as unknown as ProbeOptions;
  const clock = new TrainingClock(parts, options, { progress: (_, total) => totals.push(total) });
  clock.epochDone(1, 3);
  void clock.tick();
  clock.epochDone(7, 0);
  void clock.tick();
  // Scores of both seeds, seven epochs of the second one, the tick before and the tick itself.
  expect(totals[1]).toBe(1 + 6 + 7 * 5 + 6);
  expect(totals[1]).toBeLessThan(totals[0]);
});

test('a probe learns with others what it learns alone: which layers are still read changes nothing', async () => {
  const parts = planted({ train: 120, dev: 30, test: 20 });
  const { activations, labels } = parts.train;
  const options: ProbeOptions = {
    ...{ classes: 2, protocol: 'refined', seeds: [0], epochs: 60, patience: 3, batchSize: 32 },
    ...{ learningRate: 0.3, lambda1: 1e-5, lambda2: 1e-5, metrics: ['accuracy'] },
  };
  const standard = await neuronStatistics(activations);
  const device = referenceDevice();
  const widths: number[] = [];
  const watched: Device = {
    ...device,
    probeTrainer(spec) {
      widths.push(spec.layers);
      return device.probeTrainer(spec);
    },
  };
  const learn = (on: Device, ranges: LayerRange[]) => {
    const start = ranges.map(({ first, last }) =>
      startOf(0, (last - first + 1) * hidden, options, { constant: null, labels }),
    );
    const clock = new TrainingClock(parts, options, {});
    return train(on, specOf(activations, options, ranges, start), parts, options, { seed: 0, standard, clock });
  };
  const ranges = layerRanges(layers);
  const together = await learn(watched, ranges);
  expect(Math.min(...widths)).toBeLessThan(layers);
  for (const [probe, range] of ranges.entries()) {
    const alone = await learn(device, [range]);
    expect(alone.curves[0].best).toBe(together.curves[probe].best);
    // Weights go from trainer to trainer in float32.
    together.weights[probe].weight.forEach((weight, j) => expect(weight).toBeCloseTo(alone.weights[0].weight[j], 5));
  }
});
