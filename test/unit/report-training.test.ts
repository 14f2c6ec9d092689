/** How the probes learned, in words and as a figure. */
import { describe, expect, test } from 'vitest';
import { provenanceFinding } from '../../src/report/provenance.ts';
import { trainingFigures, trainingFinding, trainingText } from '../../src/report/training.ts';
import { sampleRun } from '../browser/ui/samples.ts';

const old = sampleRun('tiny');
const curve = (best: number[], level: number) => ({
  train: best.map((epoch) => Array.from({ length: epoch + 3 }, (_, i) => level / (i + 1))),
  dev: best.map((epoch) => Array.from({ length: epoch + 3 }, (_, i) => level + Math.abs(i + 1 - epoch) / 10)),
  best,
});
const run = {
  ...old,
  options: { ...old.options, epochs: 100, patience: 3 },
  training: {
    oracle: curve([2, 4], 0.3),
    layers: [curve([1, 1], 0.69), curve([5, 6], 0.4), curve([100, 100], 0.35), curve([7, 7], 0.38)],
  },
};

test('a file of before says its epochs and shows no losses', () => {
  expect(trainingText(old)).toBe('10 epochs');
  expect(trainingFigures(old, 'tiny', 'tiny', 0)).toEqual([]);
  expect(trainingFinding(old)).toBe('');
  expect(provenanceFinding(old)).toMatch(/^Refined protocol, 2 seeds/);
});

describe('a run that stopped early', () => {
  test('says when training stops, which epochs were best, and what the limit ended', () => {
    expect(trainingText(run)).toBe('until the dev loss has hardly fallen for 3 epochs, at most 100 epochs');
    expect(trainingFinding(run)).toBe(
      'The best weights of the full probe are of epochs 2–4. One of these probes was still getting better when training ended at the limit of 100 epochs.',
    );
  });

  test('shows dev and train losses of the oracle and the best layer, dev losses of the others, and a table', () => {
    const [figure] = trainingFigures(run, 'tiny', 'tiny', 1);
    expect([figure.id, figure.stem]).toEqual(['training-2', 'tiny-training']);
    if (figure.chart.kind !== 'curve') throw new Error('no curve');
    const titles = figure.chart.curves.map(({ title }) => title);
    expect(titles).toEqual([
      ...['layer 0, dev', 'layer 1, dev', 'layer 3, dev'],
      ...['all layers, dev', 'all layers, train', 'layer 2, dev', 'layer 2, train'],
    ]);
    // As far as both seeds went.
    const oracle = figure.chart.curves[3].points;
    expect(oracle).toHaveLength(5);
    expect(oracle[0].y).toBeCloseTo((0.4 + 0.6) / 2, 12);
    expect(oracle[0].deviation).toBeCloseTo(0.1, 12);
    expect(figure.chart.spots?.map(({ x }) => x)).toEqual([2, 4]);
    expect(figure.table.rows).toHaveLength(103);
  });

  test('in the paper protocol there is no dev loss', () => {
    const paper = {
      ...old,
      training: { oracle: { train: [[2, 1]], best: [2] }, layers: [{ train: [[2, 1]], best: [2] }] },
    };
    const [{ chart, description }] = trainingFigures(paper, 'tiny', 'tiny', 0);
    expect(description).toMatch(/^Mean loss on train, with the penalties/);
    expect(chart.kind === 'curve' && chart.curves.map(({ title }) => title)).toEqual([
      'all layers, train',
      'layer 0, train',
    ]);
  });
});
