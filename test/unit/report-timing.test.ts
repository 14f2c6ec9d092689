/** What is said of measured times: on both sides of every border of the sentences, and what figures and tables hold. */
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/report/analysis.ts';
import { unspaced } from '../../src/report/format.ts';
import { timingFinding } from '../../src/report/timing/finding.ts';
import { timingFigures } from '../../src/report/timing/figures.ts';
import { timedParts } from '../../src/report/timing/parts.ts';
import type { SelectionEntry, Timing } from '../../src/run/run-file.ts';
import { spreadOf } from '../../src/timing/spread.ts';
import { madeTiming } from './made-timing.ts';
import { made } from './verdict/made-runs.ts';

/** Three layers of 8, and an answer of so many neurons, the highest in this layer. */
function analysed(timing: Timing | null, layer: number, size = 5): Analysis {
  const probe = { dev: 90, test: 90, pairs: null };
  const run = made({ rows: { dev: 100, test: 100 }, oracle: probe, answers: [{ ...probe, size, layer }] });
  const [entry] = run.selection;
  const neurons = Array.from({ length: size }, (_, index) => ({ layer: index === 0 ? layer : 0, index }));
  const own: SelectionEntry = { ...entry, topLayer: Math.max(1, layer), minimalSet: { ...entry.minimalSet, neurons } };
  return { ...run, shape: { layers: 3, hidden: 8 }, selection: [own], timing };
}

const found = (timing: Timing | null, layer = 1, size = 5): string =>
  unspaced(timingFinding(analysed(timing, layer, size)));

describe('the sentence', () => {
  test('claims less time where the quartiles of both lie apart, with factor, quartiles and place', () => {
    const full = [10, 12, 20, 11, 10];
    const cut = [5, 6.5, 9, 6, 5.5];
    const text = found(madeTiming({ full, cut, fullTraining: full, cutTraining: full.map((ms) => ms / 10) }));
    expect(text).toBe(
      "Cut after layer 1 of 2, an answer takes 0.54 (quartiles 0.50–0.55) of the full model's time: 12.0 ms instead of 22.0 ms. " +
        'A classifier of 5 neurons trains in 0.10 (quartiles 0.10–0.10) of the time that all 24 take: 4 ms instead of 44 ms. ' +
        'Measured on 64 rows of the test part with WebAssembly, 2 threads, Chrome 147.',
    );
  });

  test('claims none as soon as they touch', () => {
    const full = [10, 11, 12, 13, 14];
    const below = found(madeTiming({ full, cut: [9, 10, 10, 10.9, 12] }));
    const touching = found(madeTiming({ full, cut: [9, 10, 10, 11.01, 12] }));
    expect(below).toContain("of the full model's time");
    expect(touching).toContain('the quartiles of both overlap: nothing is shown to be saved');
    expect(touching).not.toContain("of the full model's time");
  });

  test('says so where the part takes longer', () => {
    const text = found(madeTiming({ full: [10, 11, 12], cut: [20, 21, 22] }));
    expect(text).toContain('an answer takes longer than in the full model: 42.0 ms instead of 22.0 ms');
    expect(text).toContain('A classifier of 5 neurons trains longer than one of all 24');
  });

  test('claims nothing of the encoder where a kept neuron lies in the last layer', () => {
    const text = found(madeTiming({ full: [10, 11, 12], cut: [1, 2, 3] }), 2);
    expect(text).toContain('A kept neuron lies in layer 2, the last: the whole encoder runs');
    expect(text).not.toContain("of the full model's time");
  });

  test('names the embeddings, and the graphics adapter', () => {
    const timing = madeTiming({ full: [10, 11, 12], cut: [1, 2, 3] });
    const device = { ...timing.device, backend: 'webgpu', adapter: 'Some GPU' } as const;
    const text = found({ ...timing, device }, 0);
    expect(text).toContain('With the embeddings alone, an answer takes 0.0');
    expect(text).toContain('with WebGPU (Some GPU)');
  });

  test('is empty without times, and without a neuron that is kept', () => {
    expect(found(null)).toBe('');
    expect(found(madeTiming({ full: [2], cut: [1] }), 1, 0)).toBe('');
  });
});

describe('figures', () => {
  const timing = madeTiming({
    full: [10, 12, 20, 11, 10],
    cut: [5, 6.5, 9, 6, 5.5],
    fullTraining: [1000],
    cutTraining: [50],
  });
  const named = (analysis: Analysis, title = 'A') => ({ title, stem: title.toLowerCase(), analysis });

  test('by depth: latency, throughput and padded, medians with half the distance of the quartiles', () => {
    const [depth] = timingFigures([named(analysed(timing, 1))]).figures;
    if (depth.chart.kind !== 'curve') throw new Error('not a curve');
    expect(depth.chart.curves.map(({ title }) => title)).toEqual([
      'one row at a time',
      '16 rows together',
      'one row at a time, padded to 32 tokens',
      '16 rows together, padded to 32 tokens',
    ]);
    const [latency, throughput] = depth.chart.curves;
    expect(throughput.points.map(({ x, y }) => [x, y])).toEqual([
      [0, 0.1],
      [1, 6],
      [2, 11],
    ]);
    expect(throughput.points[2].deviation).toBe(1);
    expect(latency.points[2].y).toBe(22);
    expect(depth.table.rows.map((row) => row[0].value)).toEqual([0, 1, 2]);
    expect(depth.description).toContain('5 rounds');
  });

  test('the device has curves of its own where it told its time', () => {
    const onDevice = structuredClone(timing);
    for (const { depths } of onDevice.encoder!.series) {
      for (const one of depths)
        one.device = { ms: spreadOf([one.layers + 0.5]), dispatches: 10 * one.layers, bytes: 8 };
    }
    const [depth] = timingFigures([named(analysed(onDevice, 1))]).figures;
    if (depth.chart.kind !== 'curve') throw new Error('not a curve');
    const own = depth.chart.curves.filter(({ dashed }) => dashed);
    expect(own).toHaveLength(4);
    expect(own[0].points.map(({ y }) => y)).toEqual([0.5, 1.5, 2.5]);
    expect(depth.table.columns.filter(({ title }) => title === 'dispatches a batch')).toHaveLength(4);
    expect(depth.table.rows[2].map(({ value }) => value)).toContain(20);
  });

  test('training in seconds by features, of as many rows alone', () => {
    const [, training] = timingFigures([named(analysed(timing, 1))]).figures;
    if (training.chart.kind !== 'curve') throw new Error('not a curve');
    const [own, others] = training.chart.curves;
    expect(own.points.map(({ x, y }) => [x, y])).toEqual([
      [5, 0.05],
      [24, 1],
    ]);
    expect(others.title).toMatch(/^made numbers/);
    expect(training.table.rows).toHaveLength(4);
  });

  test('answers as factors: layers alone and with neurons, each part once', () => {
    const analysis = analysed(timing, 1);
    const twice = { ...analysis, selection: [...analysis.selection, { ...analysis.selection[0], threshold: 0.3 }] };
    expect(timedParts(twice).map(({ part }) => part)).toEqual([
      { layers: 1, features: 16 },
      { layers: 1, features: 5 },
    ]);
    const [, , answers] = timingFigures([named(twice)]).figures;
    if (answers.chart.kind !== 'bars') throw new Error('no bars');
    expect(answers.chart.groups.map(unspaced)).toEqual(['layers 0–1, all 16 neurons', '5 neurons of layers 0–1']);
    const [features, classifier] = answers.chart.bars.map(({ values }) => values);
    expect(features).toEqual([0.5416666666666666, 0.5416666666666666]);
    // No classifier of 16 features was timed.
    expect(classifier[0]).toBeNull();
    expect(classifier[1]).toBeLessThan(0.55);
  });

  test('of several results, those without times are passed over', () => {
    const { findings, figures } = timingFigures([
      named(analysed(null, 1)),
      named(analysed(timing, 1), 'B'),
      named(analysed(timing, 0), 'C'),
    ]);
    expect(findings).toHaveLength(2);
    expect(figures.map(({ id }) => id)).toEqual([
      ...['timing-depth', 'timing-training', 'timing-answers'],
      ...['timing-depth-2', 'timing-training-2', 'timing-answers-2'],
    ]);
    expect(figures[0].title).toContain('· B');
  });
});
