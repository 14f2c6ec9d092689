/** What a result says in words. The layer that the published scripts chose comes from their own scores, rounded to six digits. */
import { describe, expect, it } from 'vitest';
import { pairsFinding } from '../../src/report/layer-pairs.ts';
import { layersFinding, selectLayer, type LayerResult } from '../../src/report/layers/answer.ts';
import { bestLayer } from '../../src/report/layers/single.ts';
import { layerChart } from '../../src/report/layers/figure.ts';
import type { SplitScores } from '../../src/run/run-file.ts';

function all(mean: number | null): SplitScores {
  const scores = { accuracy: { mean, deviation: 0, seeds: [mean] } };
  return { train: scores, dev: scores, test: scores };
}

function result(oracle: number | null, individual: (number | null)[], concatenated: (number | null)[]): LayerResult {
  const entries = (means: (number | null)[]) => means.map((mean, layer) => ({ layer, ...all(mean) }));
  return {
    protocol: 'refined',
    oracle: all(oracle),
    individual: entries(individual),
    concatenated: entries(concatenated),
  };
}

/** Dev accuracy of minilm-sst2 on SST-2 by the published scripts, whose three delta pairs all chose layer 5. */
const published = result(
  0.96882,
  [0.553526, 0.563276, 0.56293, 0.553526, 0.898985, 0.966592, 0.969166],
  [0.553526, 0.554863, 0.565702, 0.561346, 0.884633, 0.965306, 0.96882],
);

describe('LayerSelector', () => {
  it.each([1, 2, 3])('chooses as the published scripts did at %d %%', (delta) =>
    expect(selectLayer(published, 'accuracy', delta)).toBe(5),
  );

  it('is strict: exactly the target is not enough', () => {
    expect(selectLayer(result(1, [1, 1], [0.75, 1]), 'accuracy', 25)).toBe(1);
    expect(selectLayer(result(1, [1, 1], [0.75, 1]), 'accuracy', 26)).toBe(0);
  });

  it('allows a negative score to be worse, not better', () => {
    expect(selectLayer(result(-0.5, [0, 0, 0], [-0.6, -0.504, -0.5]), 'accuracy', 1)).toBe(1);
  });

  it('asks of a negative score what the published scripts ask: to be better', () => {
    const negative = result(-0.5, [0, 0, 0, 0], [-0.6, -0.504, -0.49, -0.5]);
    expect(selectLayer(negative, 'accuracy', 1)).toBe(1);
    expect(selectLayer({ ...negative, protocol: 'paper' }, 'accuracy', 1)).toBe(2);
  });

  it('needs all layers when a score is not defined', () => {
    expect(selectLayer(result(null, [0, 0], [0, 0]), 'accuracy', 1)).toBe(1);
    expect(selectLayer(result(0.5, [null, 0], [null, 0.5]), 'accuracy', 1)).toBe(1);
  });
});

describe('findings', () => {
  it('the best single layer and what each tolerated loss needs', () => {
    const none = new Set<number>();
    expect(bestLayer(published.individual, 'dev', 'accuracy', none)).toEqual({ layer: 6, value: 0.969166 });
    expect(bestLayer(published.individual, 'dev', 'accuracy', new Set([6]))).toMatchObject({ layer: 5 });
    const facts = { isSignal: true, constant: none };
    const text = layersFinding(published, 'accuracy', 'test', facts).replaceAll('\u2060', '');
    expect(text).toContain('The best single layer by dev is 6 (96.9\u202f% on test, all layers together 96.9\u202f%)');
    expect(text).toContain('layers 0–5 at 1, 2 and 3 %');
    const silent = layersFinding(published, 'accuracy', 'test', { ...facts, isSignal: false });
    expect(silent).not.toMatch(/best|need|enough/);
    expect(silent).toContain('each by itself scores 55.4\u202f% to 96.9\u202f%');
  });

  it('the most and the least alike layers, constant ones aside', () => {
    const matrix = [
      [null, null, null],
      [null, 1, 0.25],
      [null, 0.25, 1],
    ];
    expect(pairsFinding(matrix)).toBe(
      'Layers 1 and 2 (0.250) are the only two that can be compared. ' +
        'Layer 0 is the same vector in every row and has no similarity.',
    );
    expect(pairsFinding([[null]])).toContain('Layer 0 is the same vector');
  });
});

describe('the layer chart', () => {
  const options = { metric: 'accuracy', split: 'test', majority: 0.5, label: 'Score by layer' } as const;

  it('has two series, the oracle, three bands and the choices of one run', () => {
    const chart = layerChart([{ title: 'a', result: published }], options);
    expect(chart.curves.map(({ title }) => title)).toEqual(['single layer', 'layers 0 to k']);
    expect(chart.xDomain).toEqual([0, 6]);
    const [oracle, majority] = chart.levels ?? [];
    expect(oracle?.y).toBe(0.96882);
    expect(oracle?.bands).toHaveLength(3);
    for (const [index, delta] of [3, 2, 1].entries())
      expect(oracle?.bands?.[index]).toBeCloseTo(0.96882 * (1 - delta / 100), 12);
    expect(majority?.y).toBe(0.5);
    expect(chart.marks).toEqual([{ title: '1, 2, 3 %', x: 5 }]);
    expect(chart.legend?.map(({ title }) => title)).toEqual([
      'layers 0 to k together',
      'each layer alone',
      'all layers (oracle)',
      '1, 2, 3 % below',
      'smallest within that loss',
      'most frequent label',
    ]);
    expect(chart.yDomain[0]).toBeLessThan(0.5);
    expect(chart.yDomain[1]).toBeLessThanOrEqual(1);
  });

  it('leaves bands and choices out when runs are compared, and points that are not defined', () => {
    const half = result(0.9, [null, 0.9], [0.5, 0.9]);
    const chart = layerChart(
      [
        { title: 'a', result: published },
        { title: 'b', result: half },
      ],
      options,
    );
    const oracles = (chart.levels ?? []).filter(({ title }) => title === 'all layers (oracle)');
    expect(oracles.map(({ bands }) => bands)).toEqual([undefined, undefined]);
    expect(chart.marks).toEqual([]);
    expect(chart.curves[2]?.points.map((point) => point.x)).toEqual([1]);
    expect(chart.curves.map(({ tone, dashed }) => [tone, dashed])).toEqual([
      [0, true],
      [0, false],
      [1, true],
      [1, false],
    ]);
  });

  it('shows the whole range of the score when there is nothing to show', () => {
    const nothing = result(null, [null], [null]);
    expect(layerChart([{ title: 'a', result: nothing }], { ...options, majority: null }).yDomain).toEqual([0, 1]);
  });
});
