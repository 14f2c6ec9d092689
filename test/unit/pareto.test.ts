/** The figure of all answers: which of them lead, which are crossed out, what choosing one asks; and the tour's numbers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analysisOfRun, type Analysis } from '../../src/report/analysis.ts';
import type { Answered } from '../../src/report/neurons/fates.ts';
import { answersFigure } from '../../src/report/neurons/pareto.ts';
import { answerTo } from '../../src/report/neurons/question.ts';
import { tourSteps } from '../../src/report/tour.ts';
import { checkRun } from '../../src/run/run-file.ts';
import type { SelectionEntry } from '../../src/run/run-file.ts';
import { nearestChoice, stepChoice } from '../../src/ui/chart/curve.ts';

const stored = readFileSync(new URL('../../public/demo/reviews/result.json', import.meta.url), 'utf8');
const demo = analysisOfRun(checkRun(JSON.parse(stored), 'result.json'));

/** The demo's first entry with another size, test score and question. */
function entry(layers: number, size: number, score: number, threshold = -1): SelectionEntry {
  const [model] = demo.selection;
  const accuracy = { mean: score, deviation: 0, seeds: [score, score, score] };
  const { neurons } = model.minimalSet;
  const scores = { train: { accuracy }, dev: { accuracy }, test: { accuracy } };
  const minimalSet = { ...model.minimalSet, ...scores, size, neurons: neurons.slice(0, size) };
  return { ...model, deltas: { layers, neurons: 1 }, threshold, topLayer: 3, minimalSet };
}

function shownFor(analysis: Analysis, question = analysis.selection[0]): Answered {
  return { result: { title: 'a', stem: 'a', analysis }, question, answer: answerTo(analysis, question), map: null };
}

const figureOf = (analysis: Analysis, split: 'test' | 'dev' = 'test') =>
  answersFigure([shownFor(analysis)], 'accuracy', split);

describe('all answers', () => {
  const analysis: Analysis = {
    ...demo,
    mcnemar: null,
    selection: [entry(3, 40, 0.84), entry(2, 40, 0.84), entry(1, 20, 0.85, 0.3), entry(1, 30, 0.83)],
    maxFeatures: { ...entry(0, 10, 0.8), topLayer: 6 },
  };

  it('stand by size, those of the same neurons once with their strictest question', () => {
    const found = figureOf(analysis);
    expect(found?.chart.choices?.map(({ x, y, mark, chosen }) => [x, y, mark, chosen])).toEqual([
      [10, 0.8, 'disc', false],
      [20, 0.85, 'disc', false],
      [30, 0.83, 'ring', false],
      [40, 0.84, 'ring', true],
    ]);
    expect(found?.questions[3]).toEqual({ deltas: { layers: 2, neurons: 1 }, threshold: -1 });
    expect(found?.figure.table.rows[3].map(({ text }) => text)).toContain('2 % and 1 % and 3 % and 1 %');
  });

  it('have a front: every better one is larger', () => {
    const front = figureOf(analysis)?.chart.curves.find(({ stepped }) => stepped);
    expect(front?.points.map(({ x }) => x)).toEqual([10, 20]);
  });

  it('hold the one from all layers, whose question shows it', () => {
    const question = figureOf(analysis)?.questions[0];
    expect(question).toEqual({ deltas: { layers: 0, neurons: 1 }, threshold: -1 });
    expect(question && answerTo(analysis, question)).toMatchObject({ kind: 'trained', topLayer: 6, size: 10 });
  });

  it('are crossed out where the test says that they are worse', () => {
    const worse = { onlyOracleRight: 60, onlyReducedRight: 5, p: 1e-9 };
    const { deltas, threshold } = analysis.selection[3];
    const comparisons = [{ deltas, threshold, size: 30, seeds: [worse, worse, worse] }];
    const found = figureOf({ ...analysis, mcnemar: { method: 'exact', comparisons } });
    expect(found?.chart.choices?.[2]).toMatchObject({
      mark: 'thin-cross',
      title: expect.stringContaining('not enough'),
    });
    expect(found?.figure.description).toContain('One is crossed out');
  });

  it('of a score that nobody has are no figure', () => {
    expect(answersFigure([shownFor(demo)], 'pearson', 'test')).toBeNull();
  });

  it('say most frequent label, oracle and allowed loss as lines, the label on the test part alone', () => {
    const levels = (split: 'test' | 'dev') => figureOf(demo, split)?.chart.levels?.map(({ title }) => title);
    expect(levels('test')).toHaveLength(3);
    expect(levels('dev')).toHaveLength(2);
  });
});

describe('choices', () => {
  it('are stepped through by keys and found by place', () => {
    expect(['Home', 'ArrowLeft', 'ArrowRight', 'End', 'a'].map((key) => stepChoice(3, 1, key))).toEqual([
      0,
      0,
      2,
      2,
      null,
    ]);
    expect([stepChoice(3, null, 'ArrowRight'), stepChoice(3, 2, 'ArrowRight')]).toEqual([0, 2]);
    const choices = figureOf(demo)?.chart.choices ?? [];
    const place = (value: number): number => value;
    expect(nearestChoice(choices, { x: choices[2].x + 1, y: choices[2].y }, place, place)).toBe(2);
  });
});

describe('the tour', () => {
  it('has six steps with the numbers of the result', () => {
    const steps = tourSteps(demo);
    expect(steps).toHaveLength(6);
    const text = steps.map((step) => step.text).join(' ');
    const sizes = demo.selection.map(({ minimalSet }) => minimalSet.size);
    const range = `${Math.min(...sizes)} to ${Math.max(...sizes)} neurons`;
    expect(text).toMatch(new RegExp(`800 test rows and 3 seeds.+${range}.+560 cells.+80 in each of 7 layers`));
    const another = tourSteps({ ...demo, selection: demo.selection.slice(0, 1), mcnemar: null, seeds: 1 });
    expect(another.map((step) => step.text).join(' ')).toMatch(new RegExp(`1 seed.+one answer, ${sizes[0]} neurons`));
  });
});
