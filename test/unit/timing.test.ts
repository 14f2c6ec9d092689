/** Timing without a clock: orders, quartiles (numbers of NumPy), sizes, made numbers, and what answers cost. */
import { describe, expect, test } from 'vitest';
import { madeChunks } from '../../src/timing/made-numbers.ts';
import { measureInRounds, roundOrders, warmUpRounds } from '../../src/timing/rounds.ts';
import { checkMadeSizes, classifierSizes, featureSizes, publishedSizes, trainedRows } from '../../src/timing/sizes.ts';
import { spreadOf } from '../../src/timing/spread.ts';
import { answerSizes, latencyOf, partCosts, throughputOf, wholeModel } from '../../src/timing/costs.ts';
import { checkExtent, timingWork, usualExtent } from '../../src/timing/work.ts';
import { madeTiming } from './made-timing.ts';

describe('quartiles', () => {
  // numpy.quantile(samples, [.25, .5, .75])
  test.each([
    [
      [3, 1, 2, 10],
      [1.75, 2.5, 4.75],
    ],
    [
      [5, 1, 4, 2, 3],
      [2, 3, 4],
    ],
    [[7], [7, 7, 7]],
  ])('of %j', (samples, [lower, median, upper]) => {
    expect(spreadOf(samples)).toEqual({ lower, median, upper, samples });
  });
});

describe('rounds', () => {
  test('each has everything once, in an order of its own, the same for a seed', () => {
    const orders = roundOrders(13, { repeats: 5, seed: 3 });
    expect(orders).toHaveLength(warmUpRounds + 5);
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual([...Array(13).keys()]);
    expect(new Set(orders.map((order) => order.join())).size).toBe(orders.length);
    expect(roundOrders(13, { repeats: 5, seed: 3 })).toEqual(orders);
    expect(roundOrders(13, { repeats: 5, seed: 4 })).not.toEqual(orders);
  });

  test('the first is thrown away; the others are in their order', async () => {
    let calls = 0;
    const ran: number[] = [];
    const contenders = [1, 3].map((cost, index) => ({
      cost,
      measure: () => {
        ran.push(index);
        return Promise.resolve(calls++);
      },
    }));
    const shares: number[] = [];
    const rounds = { repeats: 3, seed: 0 };
    const measured = await measureInRounds(contenders, rounds, { progress: (_d, _t, share) => shares.push(share!) });
    expect(ran).toEqual(roundOrders(2, rounds).flatMap((order) => [...order]));
    // Calls 0 and 1 are of the first round.
    expect(measured.map((values) => values.map((call) => Math.floor(call / 2)))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(shares.at(-1)).toBe(1);
    expect(shares[0]).toBe((ran[0] === 0 ? 1 : 3) / 16);
  });

  test('a round may have turns, each in an order of its own, the parts of one round one after the other', async () => {
    const turnsSeen: number[] = [];
    const ran: number[] = [];
    const contenders = [0, 1, 2].map((index) => ({
      cost: 1,
      measure: (turn: number) => {
        ran.push(index);
        if (index === 0) turnsSeen.push(turn);
        return Promise.resolve(turn);
      },
    }));
    const rounds = { repeats: 2, seed: 1, turns: 4 };
    const measured = await measureInRounds(contenders, rounds);
    expect(roundOrders(3, rounds)).toHaveLength((warmUpRounds + 2) * 4);
    expect(ran).toEqual(roundOrders(3, rounds).flatMap((order) => [...order]));
    expect(turnsSeen).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    // The turns of the first round are thrown away.
    expect(measured).toEqual([0, 1, 2].map(() => [0, 1, 2, 3, 0, 1, 2, 3]));
  });

  test('an abort stops between two measurements', async () => {
    const controller = new AbortController();
    let calls = 0;
    const measure = () => {
      calls += 1;
      if (calls === 3) controller.abort();
      return Promise.resolve(1);
    };
    const measuring = measureInRounds([{ cost: 1, measure }], { repeats: 9, seed: 0 }, { signal: controller.signal });
    await expect(measuring).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toBe(3);
  });
});

describe('sizes', () => {
  test('features: those of the answers and powers of 4 up to all, each once', () => {
    expect(featureSizes([42, 64, 0, 2000], 1536)).toEqual([1, 4, 16, 42, 64, 256, 1024, 1536]);
    expect(featureSizes([], 1)).toEqual([1]);
  });

  test('rows: whole batches, fewer where a row costs more, never more than there are', () => {
    const usual = { all: 2688, classes: 2, epochs: 10, batchSize: 128 };
    expect(trainedRows(60_000, usual)).toBe(4096);
    expect(trainedRows(100, usual)).toBe(100);
    // 20e9 operations: 4 × 9,984 × (2 + 16) × 10 a row.
    expect(trainedRows(60_000, { ...usual, all: 9984 })).toBe(128 * Math.floor(20e9 / (718_848 * 10) / 128));
    expect(trainedRows(60_000, { ...usual, all: 9984, classes: 2000 })).toBe(128);
  });

  test('classifiers: by features, then by rows and by classes with all features', () => {
    const sizes = classifierSizes([5], { all: 16, rows: 40, classes: 3 });
    expect(sizes).toEqual([
      ...[1, 4, 5, 16].map((features) => ({ features, rows: 40, classes: 3 })),
      ...[10, 20].map((rows) => ({ features: 16, rows, classes: 3 })),
      ...[2, 10].map((classes) => ({ features: 16, rows: 10, classes })),
    ]);
    expect(classifierSizes([], { all: 4, rows: 8, classes: null }).every(({ classes }) => classes === null)).toBe(true);
  });

  test('what nobody can measure is refused with its bounds', () => {
    expect(() => checkMadeSizes(publishedSizes)).not.toThrow();
    const tooWide = { ...publishedSizes, features: [10, 100_000] };
    expect(() => checkMadeSizes(tooWide)).toThrow(
      expect.objectContaining({ code: 'bad-option', message: expect.stringContaining('features') }),
    );
    expect(() => checkMadeSizes({ ...publishedSizes, features: [] })).toThrow(/features.*none/);
    expect(() => checkMadeSizes({ ...publishedSizes, classes: 1 })).toThrow(/classes.*1.*from 2/);
    expect(() => checkExtent(usualExtent)).not.toThrow();
    expect(() => checkExtent({ ...usualExtent, repeats: 0 })).toThrow(/repeats.*0.*from 1 to/);
  });
});

describe('made numbers', () => {
  const size = { rows: 1000, features: 30_000, classes: 3 };

  test('come in chunks of whole batches, labels through all of them', () => {
    const chunks = Array.from(madeChunks(size, { batchSize: 100, seed: 5 }), ({ activations, labels }) => [
      activations.rows,
      labels.length,
      labels[0],
    ]);
    // 10 Mi numbers: 349 rows, so 300.
    expect(chunks).toEqual([...[0, 1, 2].map(() => [300, 300, 0]), [100, 100, 0]]);
  });

  test('differ from chunk to chunk, and are those of the seed', async () => {
    const firsts = async (seed: number): Promise<number[]> => {
      const values: number[] = [];
      const buffers = new Set<unknown>();
      for (const { activations } of madeChunks(size, { batchSize: 100, seed })) {
        const { data } = await activations.block(0);
        values.push(data[0]);
        buffers.add(data.buffer);
        expect(Math.max(Math.abs(data[1]), Math.abs(data[data.length - 1]))).toBeLessThanOrEqual(1);
      }
      expect(buffers.size).toBe(1);
      return values;
    };
    const [first, again, other] = [await firsts(5), await firsts(5), await firsts(6)];
    expect(again).toEqual(first);
    expect(new Set([...first, ...other]).size).toBe(8);
  });
});

describe('costs of parts', () => {
  const whole = wholeModel({ layers: 3, hidden: 8 });
  const timing = madeTiming({
    full: [10, 12, 20, 11, 10],
    cut: [5, 6.5, 9, 6, 5.5],
    fullTraining: [100, 110, 100, 120, 105],
    cutTraining: [10, 10, 12, 11, 10],
  });

  test('are made of the rounds: quartiles of their factors, and of both times (numbers of NumPy)', () => {
    const { features, training, classifier } = partCosts(timing, { layers: 1, features: 5 }, whole);
    expect(features!.ratio).toMatchObject({ lower: 0.5, median: 0.5416666666666666, upper: 0.5454545454545454 });
    expect(features!.own).toMatchObject({ lower: 5.5, median: 6, upper: 6.5 });
    expect(features!.full).toMatchObject({ lower: 10, median: 11, upper: 12 });
    expect(features!.faster).toBe(true);
    expect(training!.ratio.median).toBeCloseTo(0.09523809523809523, 12);
    // 1,000 rows were trained on, and there are 4,000: features of 4,000 rows and four times the training.
    expect(classifier!.own.median).toBe(24_044);
    expect(classifier!.ratio.median).toBeCloseTo(0.5375722543352601, 12);
  });

  test('one answer is the latency and the classifier', () => {
    const { prediction } = partCosts(timing, { layers: 1, features: 5 }, whole);
    expect(prediction!.own.samples[0]).toBeCloseTo(2 * 5 + 0.001, 12);
    expect(prediction!.full.samples[0]).toBeCloseTo(2 * 10 + 0.004, 12);
  });

  test('the full model takes its own time, and is not faster than itself', () => {
    const { features, classifier } = partCosts(timing, whole, whole);
    expect([features!.ratio.median, classifier!.ratio.upper]).toEqual([1, 1]);
    expect(features!.faster).toBe(false);
  });

  test('a part is faster only where the quartiles lie apart', () => {
    const near = (cut: number[]) =>
      partCosts(madeTiming({ full: [10, 11, 12, 13, 14], cut }), { layers: 1, features: 5 }, whole).features!;
    // The full model's lower quartile is 11.
    expect(near([9, 10, 10, 10.9, 12]).faster).toBe(true);
    expect(near([9, 10, 10, 11, 12]).faster).toBe(false);
  });

  test('what was not measured is null', () => {
    const costs = partCosts(timing, { layers: 1, features: 7 }, whole);
    expect(costs).toMatchObject({ training: null, classifier: null, prediction: null });
    expect(costs.features).not.toBeNull();
    const without = partCosts({ ...timing, encoder: null }, { layers: 1, features: 5 }, whole);
    expect(without).toMatchObject({ features: null, classifier: null, prediction: null });
    expect(without.training).not.toBeNull();
  });

  test('latency is of one row, throughput of the best batch, neither padded', () => {
    expect(latencyOf(timing)).toMatchObject({ batch: 1, padded: null });
    expect(throughputOf(timing)).toMatchObject({ batch: 16, padded: null });
  });

  test('an answer is timed as its layers and as its neurons', () => {
    const minimalSet = { size: 2, neurons: [1, 0].map((layer) => ({ layer, index: 0 })) };
    const entry = { topLayer: 1, minimalSet } as Parameters<typeof answerSizes>[0];
    expect(answerSizes(entry, 8)).toEqual([16, 2]);
    const none = { ...entry, minimalSet: { ...entry.minimalSet, size: 0, neurons: [] } };
    expect(answerSizes(none, 8)).toEqual([16]);
  });
});

test('work grows with rounds, and without an encoder there is none of its', () => {
  const load = { ...{ operations: 100, layers: 2, hidden: 8, classes: 2 }, train: 500, epochs: 10, batchSize: 128 };
  const [few, many] = [3, 7].map((repeats) => timingWork({ ...usualExtent, repeats }, load, [5]));
  expect(many.training).toBe(2 * few.training!);
  expect(many.encoding! / few.encoding!).toBeGreaterThan(1.5);
  expect(timingWork(usualExtent, { ...load, operations: 0 }, [])).toMatchObject({ encoding: 0, openings: 0 });
});
