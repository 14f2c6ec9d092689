/** A result as steps: which there are of made runs of every verdict, what they say, and the winnowing that is played. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measuredSection } from '../../src/measures/reports.ts';
import type { Analysis } from '../../src/report/analysis.ts';
import { analysisOfRun, runSubject } from '../../src/report/analysis.ts';
import type { NeuronsChart } from '../../src/report/chart.ts';
import { storedClusters } from '../../src/report/clusters/view.ts';
import { fateMap, fates } from '../../src/report/neurons/fates.ts';
import { answerTo } from '../../src/report/neurons/question.ts';
import { presentSteps, stepInWords, type PresentStep } from '../../src/report/present/steps.ts';
import { winnowedTo } from '../../src/report/present/winnowing.ts';
import { firstQuestion } from '../../src/report/verdict/headline.ts';
import { plainText, verdictOf } from '../../src/report/verdict/verdict.ts';
import { parseRun } from '../../src/run/run-file.ts';
import type { VerdictKind } from '../../src/run/verdict.ts';
import { made, type MadeRun } from './verdict/made-runs.ts';

function stepsOf(analysis: Analysis, canTry = false, subject = 'SST-2 with tiny'): PresentStep[] {
  const result = { title: subject, stem: 'tiny', analysis };
  const question = firstQuestion(analysis);
  const answer = question && answerTo(analysis, question);
  const map = answer && analysis.shape && fateMap(analysis.shape, answer);
  const stored = answer ? storedClusters(analysis, answer.topLayer) : [];
  const clusters = stored.find(({ threshold }) => threshold > 0) ?? null;
  const { metric } = analysis;
  return presentSteps({
    result,
    metric,
    split: 'test',
    similarity: measuredSection('similarity', [result], { metric, split: 'test', compared: false, estimate: 'biased' }),
    answered: question && answer ? { result, question, answer, map } : null,
    clustered: clusters && { result, question: clusters, thresholds: [], tree: null, stored, clusters },
    verdict: verdictOf(analysis, subject),
    canTry,
  });
}

const pairs = (a: number, b: number): [number, number][] => [
  [a, b],
  [a, b],
  [a, b],
];
const usual: MadeRun = {
  rows: { dev: 1000, test: 1000 },
  oracle: { dev: 900, test: 800 },
  answers: [{ size: 10, dev: 880, test: 798, pairs: pairs(20, 18) }],
};
const runs: Record<Exclude<VerdictKind, 'untested'>, MadeRun> = {
  clear: usual,
  weak: { ...usual, answers: [{ size: 10, dev: 880, test: 780, pairs: pairs(60, 40) }] },
  'not-enough': { ...usual, answers: [{ size: 10, dev: 880, test: 700, pairs: pairs(150, 50) }] },
  'no-signal': { ...usual, oracle: { dev: 500, test: 500 } },
  'one-layer-beats-all': { ...usual, single: { dev: 890, test: 850, pairs: pairs(20, 70) } },
  'too-little-evidence': { ...usual, rows: { dev: 100, test: 1000 }, oracle: { dev: 90, test: 800 } },
};

describe('the steps of a result', () => {
  it.each(Object.entries(runs))('say what a result that is %s says', (kind, run) => {
    const analysis = made(run);
    const steps = stepsOf(analysis);
    expect(steps.map(({ name }) => name)).toEqual(['layers', 'similarity', 'remains', 'answer']);
    const answer = steps.find((step) => step.name === 'answer')!;
    expect(answer.name === 'answer' && answer.verdict.kind).toBe(kind);
    expect(answer.name === 'answer' && plainText(answer.verdict.phrases)).toBe(
      plainText(verdictOf(analysis, 'SST-2 with tiny').phrases),
    );
    for (const { name, title, sentences } of steps) {
      expect(title).not.toBe('');
      if (name !== 'answer') expect(sentences.join('')).toMatch(/\.$/);
    }
  });

  it('single out no layer where nothing shows the task', () => {
    const [layers] = stepsOf(made(runs['no-signal']));
    expect(layers.sentences[0]).toContain('does not show the task, so no layer is singled out');
  });

  it('leave out what nobody looked at, never the answer', () => {
    const analysis = made({ ...usual, answers: [], change: { cka: null, layers: null } });
    expect(stepsOf(analysis).map(({ name }) => name)).toEqual(['answer']);
  });

  it.each(['reviews', 'word-roles'])('of the demo %s are all six, with clusters and the field to try it', (name) => {
    const text = readFileSync(new URL(`../../public/demo/${name}/result.json`, import.meta.url), 'utf8');
    const run = parseRun(text, 'result.json');
    const steps = stepsOf(analysisOfRun(run), true, runSubject(run));
    const names = ['layers', 'similarity', 'clusters', 'remains', 'answer', 'try'];
    expect(steps.map((step) => step.name)).toEqual(names);
    expect(steps[2].sentences[0]).toMatch(/^At c = /);
    expect(stepInWords(steps, 1)).toBe('Step 2 of 6: Which layers say the same?');
  });
});

describe('the winnowing', () => {
  const steps = stepsOf(made(usual));
  const end = steps.flatMap((step): NeuronsChart[] => (step.name === 'remains' ? [step.chart] : []))[0];
  const { layers, hidden } = end.shape;
  const codes = (chart: NeuronsChart): number[] =>
    Array.from({ length: layers * hidden }, (_, i) => chart.categoryOf[i]);
  const open = fates.indexOf('open');

  it('begins with every neuron, gives one layer after the other its fates, and ends with them all', () => {
    expect(new Set(codes(winnowedTo(end, 0)))).toEqual(new Set([open]));
    const first = codes(winnowedTo(end, 1));
    expect(first.slice(0, hidden)).toEqual(codes(end).slice(0, hidden));
    expect(new Set(first.slice(hidden))).toEqual(new Set([open]));
    expect(codes(winnowedTo(end, layers))).toEqual(codes(end));
  });

  it('leaves every neuron where it is, and names kept ones only of layers that are through', () => {
    const frames = Array.from({ length: layers + 1 }, (_, done) => winnowedTo(end, done));
    expect(new Set(frames.map(({ order }) => order))).toEqual(new Set([end.order]));
    expect(new Set(frames.map(({ listed }) => String(listed))).size).toBe(1);
    expect(frames.map(({ notes }) => notes)).toEqual([['', ''], [end.notes![0], ''], [...end.notes!]]);
  });
});
