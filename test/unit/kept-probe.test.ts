/** The probe that a run file keeps: which seed's, and folded as NumPy folds it. */
import { describe, expect, test } from 'vitest';
import { base64Length, floatsFromBase64, floatsToBase64 } from '../../src/base/base64.ts';
import { foldProbe, keptProbe, medianSeed } from '../../src/probe/kept-probe.ts';
import type { SelectionEntry, SplitScores } from '../../src/run/run-file.ts';
import { withinRoom } from '../../src/session/stages/probe-room.ts';
import golden from '../fixtures/probes/folding.json' with { type: 'json' };

describe('of the seeds, the one with the median dev score', () => {
  test.each([
    [[0.9], 0],
    [[0.8, 0.9], 0],
    [[0.9, 0.8], 1],
    [[0.9, 0.7, 0.8], 2],
    [[0.9, 0.7, 0.8, 0.6], 1],
    [[0.5, 0.5, 0.5], 1],
    [[null, 0.3, -0.2], 2],
    [[null, null], 0],
  ])('of %j it is number %i', (seeds, place) => {
    expect(medianSeed({ seeds })).toBe(place);
  });

  test('is kept with its own scores, of every metric and part', () => {
    const of = (...seeds: (number | null)[]) => ({ mean: null, deviation: null, seeds });
    const scores: SplitScores = {
      train: { accuracy: of(0.1, 0.2, 0.3), f1: of(0.11, 0.21, 0.31) },
      dev: { accuracy: of(0.6, 0.4, 0.5), f1: of(0.1, 0.2, 0.3) },
      test: { accuracy: of(0.7, 0.8, null), f1: of(0.71, 0.81, null) },
    };
    const weights = [1, 2, 3].map((own) => ({ weight: Float32Array.of(own, -own), bias: Float32Array.of(own) }));
    const neurons = Int32Array.of(4, 2);
    const options = { seeds: [7, 8, 9], metrics: ['accuracy', 'f1'], metric: 'accuracy' } as const;
    const kept = keptProbe({ neurons, weights, scores }, null, Int32Array.of(2, 4), options);
    expect(kept).toEqual({
      seed: 9,
      train: { accuracy: 0.3, f1: 0.31 },
      dev: { accuracy: 0.5, f1: 0.3 },
      test: { accuracy: null, f1: null },
      weight: floatsToBase64(Float32Array.of(-3, 3)),
      bias: floatsToBase64(Float32Array.of(3)),
    });
  });
});

describe('folded', () => {
  const neurons = Int32Array.from(golden.mean, (_, neuron) => neuron);
  const columns = Int32Array.from(golden.columns);
  const probe = { weight: Float32Array.from(golden.weight.flat()), bias: Float32Array.from(golden.bias) };
  const standard = {
    mean: Float64Array.from(golden.mean),
    deviation: Float64Array.from(golden.deviation),
    constant: Uint8Array.from(golden.constant),
  };
  const folded = foldProbe(neurons, probe, standard, columns);

  test('the weights are those of NumPy', () => {
    const expected = golden.folded.weight.flat();
    folded.weight.forEach((value, i) => expect(value).toBe(Math.fround(expected[i])));
    // Neuron 5 lies at 700: the bias makes good what rounding its weight takes.
    folded.bias.forEach((value, k) => expect(Math.abs(value - golden.folded.bias[k])).toBeLessThan(2e-4));
  });

  test('raw values give the logits that standardised ones give the probe as it was', () => {
    golden.x.forEach((row, at) =>
      golden.logits[at].forEach((expected, k) => {
        const own = folded.weight.subarray(k * columns.length, (k + 1) * columns.length);
        const logit = own.reduce((sum, weight, j) => sum + weight * row[columns[j]], folded.bias[k]);
        expect(Math.abs(logit - expected)).toBeLessThan(2e-5);
      }),
    );
  });

  test('of raw values only the order changes', () => {
    const same = foldProbe(neurons, probe, null, neurons);
    expect(same).toEqual(probe);
    const turned = foldProbe(neurons, probe, null, neurons.toReversed());
    expect([...turned.weight.subarray(0, 9)]).toEqual([...probe.weight.subarray(0, 9)].reverse());
  });

  test('a neuron that it does not read is a fault', () => {
    expect(() => foldProbe(Int32Array.of(1), probe, null, Int32Array.of(2))).toThrow('neuron 2');
  });
});

test('float32 values survive base64, whatever their number', () => {
  for (const count of [0, 1, 2, 3, 7, 6143, 6144, 20_000]) {
    const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i) * 10 ** ((i % 60) - 30));
    const text = floatsToBase64(values);
    expect(text).toHaveLength(base64Length(4 * count));
    expect(floatsFromBase64(text)).toEqual(values);
    expect(text).toBe(Buffer.from(values.buffer).toString('base64'));
  }
  expect(floatsFromBase64('AAA=')).toBeNull();
  expect(floatsFromBase64('é')).toBeNull();
});

test('probes above 4 MB are left out of all sets, with a word', () => {
  const entry = (characters: number): SelectionEntry => {
    const probe = { seed: 0, train: {}, dev: {}, test: {}, weight: 'A'.repeat(characters), bias: 'AAAAAA==' };
    const minimalSet = { size: 0, neurons: [], train: {}, dev: {}, test: {}, probe };
    return { minimalSet } as unknown as SelectionEntry;
  };
  const said: string[] = [];
  const warn = (text: string): void => void said.push(text);
  const small = [entry(1e6), entry(2e6)];
  expect(withinRoom(small, [], warn)).toEqual(small);
  expect(withinRoom([entry(1e6)], small, warn)[0].minimalSet.probe).toBeUndefined();
  expect(said).toHaveLength(1);
  expect(withinRoom([...small, entry(1.5e6)], [], warn).map(({ minimalSet }) => minimalSet.probe)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(said[1]).toContain('4.5\u202fMB');
});
