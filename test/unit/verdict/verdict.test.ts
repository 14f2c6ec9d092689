/**
 * Verdicts of made runs, each kind from both sides of its border. Where borders lie is SciPy's word (tools/goldens/verdicts.py):
 * the fewest hits that are more than chance gives, and the fewest rows that make McNemar's test significant.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRun } from '../../../src/run/run-file.ts';
import type { VerdictKind } from '../../../src/run/verdict.ts';
import { analysisOfRun, runSubject, type Analysis } from '../../../src/report/analysis.ts';
import { answerTo } from '../../../src/report/neurons/question.ts';
import { firstQuestion } from '../../../src/report/verdict/headline.ts';
import { unspaced } from '../../../src/report/format.ts';
import { plainText, verdictOf, verdictRecord } from '../../../src/report/verdict/verdict.ts';
import { made, type MadeAnswer, type MadeRun } from './made-runs.ts';

const golden = JSON.parse(readFileSync(new URL('../../fixtures/verdicts/verdicts.json', import.meta.url), 'utf8')) as {
  leastHits: [number, number, number][];
  leastPairs: [number, number][];
};
const leastHits = (rows: number): [share: number, hits: number] => {
  const [, share, hits] = golden.leastHits.find(([own]) => own === rows)!;
  return [share, hits];
};
const leastPairs = (a: number): number => golden.leastPairs.find(([own]) => own === a)![1];

const said = (analysis: Analysis) => {
  const { kind, phrases, reasons } = verdictOf(analysis, 'SST-2 with tiny');
  return { kind, sentence: plainText(phrases), reasons: reasons.map(unspaced).join(' ') };
};

/** An answer beside an oracle of 800 of 1,000 test rows. */
const kept = (test: MadeAnswer['test'], pairs: MadeAnswer['pairs'], size = 10): MadeAnswer => ({
  size,
  dev: 880,
  test,
  pairs,
});
const usual: MadeRun = {
  rows: { dev: 1000, test: 1000 },
  oracle: { dev: 900, test: 800 },
  answers: [
    kept(798, [
      [20, 18],
      [20, 18],
      [20, 18],
    ]),
  ],
};
/** A single layer of 400 of 1,000 rows alone right, its own. */
const alone = (own: number, other: number): MadeRun['single'] => ({
  dev: 890,
  test: 800 + own - other,
  pairs: [
    [other, own],
    [other, own],
    [other, own],
  ],
});
const threeTimes = (a: number, b: number): [number, number][] => [
  [a, b],
  [a, b],
  [a, b],
];

/** Oracle of the fewest hits above the most frequent label, less `fewer`; dev rows in plenty. */
const signal = (rows: number, fewer: number): MadeRun => {
  const [majority, hits] = leastHits(rows);
  const test = hits - fewer;
  return {
    rows: { dev: 100_000, test: rows },
    majority,
    classes: Math.max(2, Math.ceil(1 / majority)),
    oracle: { dev: 50_000, test },
    answers: [{ size: 5, dev: 50_000, test, pairs: threeTimes(0, 0) }],
  };
};

const correlation = (r: number, rows: number, answer = r): MadeRun => ({
  rows: { dev: 2000, test: rows },
  classes: null,
  oracle: { dev: 0.8, test: r },
  answers: [{ size: 5, dev: 0.8, test: answer }],
});

const table: [string, MadeRun, VerdictKind][] = [
  // No signal, from both sides, n from 20 to 60,000.
  ['20 rows, a hit too few', signal(20, 1), 'no-signal'],
  ['20 rows, hits enough', signal(20, 0), 'clear'],
  ['872 rows, a hit too few', signal(872, 1), 'no-signal'],
  ['872 rows, hits enough', signal(872, 0), 'weak'],
  ['2,000 words of many labels, a hit too few', signal(2000, 1), 'no-signal'],
  ['2,000 words of many labels, hits enough', signal(2000, 0), 'weak'],
  ['60,000 words, a hit too few', { ...signal(60_000, 1), change: { unit: 'word' } }, 'no-signal'],
  ['60,000 words, well above', { ...signal(60_000, -600), change: { unit: 'word' } }, 'clear'],
  [
    'one test row, right',
    {
      ...usual,
      rows: { dev: 1000, test: 1 },
      oracle: { dev: 900, test: 1 },
      answers: [{ size: 5, dev: 900, test: 1, pairs: threeTimes(0, 0) }],
    },
    'no-signal',
  ],
  ['a test part of one label', { ...usual, majority: 1, oracle: { dev: 900, test: 1000 } }, 'no-signal'],
  [
    'a test part without the most frequent label, guessed',
    { ...usual, majority: 0, oracle: { dev: 900, test: 510 } },
    'no-signal',
  ],
  ['a test part without the most frequent label, known', { ...usual, majority: 0 }, 'clear'],
  ['seeds of which one alone is above', { ...usual, oracle: { dev: 900, test: [560, 505, 506] } }, 'no-signal'],
  [
    'seeds of which two are above',
    { ...usual, oracle: { dev: 900, test: [560, 560, 505] }, answers: [kept([560, 560, 505], threeTimes(0, 0))] },
    'clear',
  ],
  ['no better than its control task', { ...usual, control: { score: 0.79, selectivity: [0.03, 0, 0] } }, 'no-signal'],
  ['better than its control task', { ...usual, control: { score: 0.7, selectivity: [0.1, 0.11, 0.09] } }, 'clear'],
  [
    'one seed, not more than its control task',
    {
      ...usual,
      oracle: { dev: 900, test: [800] },
      answers: [kept([800], [[2, 2]])],
      control: { score: 0.79, selectivity: [0.01] },
    },
    'no-signal',
  ],
  [
    'one seed, more than its control task',
    {
      ...usual,
      oracle: { dev: 900, test: [800] },
      answers: [kept([800], [[2, 2]])],
      control: { score: 0.7, selectivity: [0.1] },
    },
    'clear',
  ],
  ['a regression whose interval holds 0', correlation(0.09, 400), 'no-signal'],
  ['a regression whose interval does not', correlation(0.11, 400), 'clear'],
  ['a regression that goes the wrong way', correlation(-0.5, 400), 'no-signal'],
  ['a regression of three rows', correlation(0.99, 3), 'no-signal'],
  ['a perfect regression', correlation(1, 50), 'clear'],
  // Too little evidence.
  [
    'dev rows of which 1 % is less than three',
    { ...usual, rows: { dev: 333, test: 1000 }, oracle: { dev: 299, test: 800 } },
    'too-little-evidence',
  ],
  [
    'dev rows of which 1 % is three',
    {
      ...usual,
      rows: { dev: 400, test: 1000 },
      oracle: { dev: 300, test: 800 },
      answers: [{ ...kept(798, threeTimes(20, 18)), dev: 300 }],
    },
    'clear',
  ],
  [
    'a small loss among many dev rows',
    { ...usual, answers: [{ ...kept(798, threeTimes(20, 18)), losses: [1, 0.25] }] },
    'too-little-evidence',
  ],
  [
    'a loss large enough for few dev rows',
    {
      ...usual,
      rows: { dev: 40, test: 1000 },
      oracle: { dev: 36, test: 800 },
      answers: [{ ...kept(798, threeTimes(20, 18)), dev: 36, losses: [10, 10] }],
    },
    'clear',
  ],
  ['an oracle that is worth nothing on dev', { ...usual, oracle: { dev: 0, test: 800 } }, 'too-little-evidence'],
  ['a regression of 20 dev rows', { ...correlation(0.8, 1500), rows: { dev: 20, test: 1500 } }, 'too-little-evidence'],
  // One layer beats all.
  ['a layer better by one pair too few', { ...usual, single: alone(leastPairs(20) - 1, 20) }, 'clear'],
  ['a layer better by pairs enough', { ...usual, single: alone(leastPairs(20), 20) }, 'one-layer-beats-all'],
  [
    'a layer better in one seed of three',
    {
      ...usual,
      single: {
        dev: 890,
        test: 803,
        pairs: [
          [3, 12],
          [9, 9],
          [9, 9],
        ],
      },
    },
    'clear',
  ],
  [
    'a layer better than a correlation’s interval',
    { ...correlation(0.6, 1500), single: { dev: 0.9, test: 0.64 } },
    'one-layer-beats-all',
  ],
  ['a layer within a correlation’s interval', { ...correlation(0.6, 1500), single: { dev: 0.9, test: 0.62 } }, 'clear'],
  // Not enough.
  [
    'an answer worse by one pair too few',
    { ...usual, answers: [kept(785, threeTimes(leastPairs(20) - 1, 20))] },
    'clear',
  ],
  ['an answer worse by pairs enough', { ...usual, answers: [kept(784, threeTimes(leastPairs(20), 20))] }, 'not-enough'],
  [
    'an answer worse in two seeds of three',
    {
      ...usual,
      answers: [
        kept(
          [780, 780, 800],
          [
            [25, 5],
            [25, 5],
            [9, 9],
          ],
        ),
      ],
    },
    'not-enough',
  ],
  [
    'an answer worse in one seed and better in another',
    {
      ...usual,
      answers: [
        kept(
          [780, 820, 800],
          [
            [25, 5],
            [5, 25],
            [9, 9],
          ],
        ),
      ],
    },
    'clear',
  ],
  [
    '60,000 words, a small loss for certain',
    {
      ...usual,
      rows: { dev: 10_000, test: 60_000 },
      majority: 0.2,
      classes: 40,
      oracle: { dev: 9500, test: 57_000 },
      answers: [{ size: 10, dev: 9450, test: 56_700, pairs: threeTimes(500, 200) }],
      change: { unit: 'word' },
    },
    'clear',
  ],
  [
    '60,000 words, more than was allowed',
    {
      ...usual,
      rows: { dev: 10_000, test: 60_000 },
      majority: 0.2,
      classes: 40,
      oracle: { dev: 9500, test: 57_000 },
      answers: [{ size: 10, dev: 9450, test: 55_500, pairs: threeTimes(2000, 500) }],
      change: { unit: 'word' },
    },
    'not-enough',
  ],
  ['a correlation below the interval', correlation(0.6, 1500, 0.5), 'not-enough'],
  ['a correlation within the interval', correlation(0.6, 1500, 0.595), 'clear'],
  // Weak.
  [
    'an answer that keeps less than it should, by few rows',
    {
      ...usual,
      rows: { dev: 1000, test: 200 },
      oracle: { dev: 900, test: 160 },
      answers: [{ size: 10, dev: 890, test: 156, pairs: threeTimes(9, 5) }],
    },
    'weak',
  ],
  [
    'an answer that keeps what it should',
    {
      ...usual,
      rows: { dev: 1000, test: 200 },
      oracle: { dev: 900, test: 160 },
      answers: [{ size: 10, dev: 890, test: 157, pairs: threeTimes(8, 5) }],
    },
    'clear',
  ],
  [
    'an answer whose interval reaches the most frequent label',
    { ...usual, majority: 0.775, answers: [kept(798, threeTimes(20, 18))] },
    'weak',
  ],
  [
    'an answer of no neurons',
    { ...usual, majority: 0.79, oracle: { dev: 900, test: 815 }, answers: [kept(790, threeTimes(90, 65), 0)] },
    'weak',
  ],
  // A file that lacks tests.
  ['an answer that was not tested', { ...usual, answers: [kept(790, null)] }, 'untested'],
  [
    'an answer that was not tested, of too few rows apart to be worse',
    { ...usual, answers: [kept(796, null)] },
    'clear',
  ],
  ['a layer that was not tested', { ...usual, single: { dev: 900, test: 850 } }, 'untested'],
  ['a file without rows', { ...usual, change: { instances: null, majority: null, mcnemar: null } }, 'untested'],
  // Several answers.
  [
    'the smallest answer is worse, a larger one is not',
    { ...usual, answers: [kept(700, threeTimes(120, 20), 3), kept(800, threeTimes(9, 9), 60)] },
    'clear',
  ],
  [
    'every answer is worse',
    { ...usual, answers: [kept(700, threeTimes(120, 20), 3), kept(720, threeTimes(100, 20), 60)] },
    'not-enough',
  ],
];

describe('the verdict of a run', () => {
  it.each(table)('of %s', (_name, run, kind) => expect(said(made(run))).toMatchObject({ kind }));

  it.each(table)('of %s claims no more than it is', (_name, run, kind) => {
    const { sentence, reasons } = said(made(run));
    const words = `${sentence} ${reasons}`;
    expect(sentence).toContain('SST-2 with tiny');
    if (kind !== 'clear') expect(sentence).not.toMatch(/\bneeds\b/);
    if (kind === 'no-signal') expect(words).not.toMatch(/\bneeds?\b|\bbest\b|\benough\b|necessary/);
    // More than all is luck.
    expect(words).not.toMatch(/1\d\d\.\d % of the full/);
    expect(words).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});

describe('the sentence', () => {
  it('names what is needed, where it lies and what it reaches', () => {
    expect(said(made(usual)).sentence).toBe(
      "SST-2 with tiny needs 10 of 200 neurons (5.0 %), all in layer 1: 99.7 % of the full probe's accuracy (79.8 % against 80.0 %).",
    );
  });

  it('says that the model does not show the task, with scores and test', () => {
    expect(said(made(signal(872, 1))).sentence).toMatch(
      /^SST-2 with tiny: this model does not show the task\. The full probe is right on 53\.7 % of 872 test rows, always giving the most frequent train label on 50\.9 %: chance alone can give as much \(exact one-sided binomial test, p = 0\.05\d\)\.$/,
    );
    expect(said(made(correlation(0.09, 400))).sentence).toContain('95 % interval, −0.008 to 0.186, holds 0');
    expect(said(made({ ...usual, control: { score: 0.79, selectivity: [0.03, 0, 0] } })).sentence).toContain(
      'on its control task, whose labels mean nothing, 79.0 %: the difference (1.0 % ± 1.4 %) is no more than chance gives',
    );
  });

  it('says so of the probe on all layers only where one layer shows the task', () => {
    const { sentence, reasons } = said(
      made({ ...signal(872, 1), single: { dev: 40_000, test: 600, pairs: threeTimes(40, 172) } }),
    );
    expect(sentence).toContain('the probe on all layers does not show the task');
    expect(reasons).toContain('Layer 1 by itself is above chance (68.8 % on test)');
    expect(reasons).toContain('Layer 1 alone scores more than all layers together');
  });

  it('says how many dev rows would do', () => {
    const few = { ...usual, rows: { dev: 45, test: 1000 }, oracle: { dev: 40, test: 800 } };
    const { sentence, reasons } = said(made(few));
    expect(sentence).toBe(
      'SST-2 with tiny: the full probe shows the task, but 45 dev rows are too few to tell a loss of 1 % of its score: that is 0.4 rows, and it has to be at least 3, which takes 338 dev rows (3 380 rows in the train file, a tenth of which is dev).',
    );
    expect(reasons).toContain(
      'Of the computed answers the smallest that is not worse than the full probe: 10 of 200 neurons',
    );
    const own = said(made({ ...few, change: { devFromTrain: false } }));
    expect(own.sentence).toMatch(/which takes 338 dev rows\.$/);
    expect(said(made({ ...usual, oracle: { dev: 0, test: 800 } })).sentence).toContain('no number of rows would do');
  });

  it('names the layer that beats all, with both scores', () => {
    expect(said(made({ ...usual, single: alone(leastPairs(20), 20) })).sentence).toMatch(
      /^SST-2 with tiny: layer 1 alone beats all layers together \(81\.6 % against 80\.0 % accuracy on test; McNemar’s exact test, p = 0\.04\d\)\. To compute it takes layers 0–1\.$/,
    );
  });

  it('says that an answer is not enough, and that none is', () => {
    const lost = { ...usual, answers: [kept(784, threeTimes(leastPairs(20), 20))] };
    expect(said(made(lost)).sentence).toContain(
      'SST-2 with tiny: 10 of 200 neurons (5.0 %), all in layer 1, are not enough',
    );
    const none = { ...usual, answers: [kept(700, threeTimes(120, 20), 3), kept(720, threeTimes(100, 20), 60)] };
    expect(said(made(none)).sentence).toContain('none of the computed answers is enough');
    expect(verdictOf(made(none), 'SST-2 with tiny').answer).toBeNull();
  });

  it('does not praise chance', () => {
    const more = { ...usual, answers: [kept(811, threeTimes(10, 21))] };
    expect(said(made(more)).sentence).toContain("no less than the full probe's accuracy (81.1 % against 80.0 %)");
  });

  it('names the tests that a file lacks', () => {
    const bare = made({ ...usual, change: { instances: null, majority: null, mcnemar: null, seeds: 1 } });
    expect(said(bare).sentence).toContain('whether that is enough was not tested');
    expect(said(bare).reasons).toContain(
      'This file does not hold the number of rows and the test of this answer against the full probe.',
    );
    expect(said(bare).reasons).toContain('From one seed');
  });

  it('says that a loss over what was allowed may be chance', () => {
    const [, run] = table.find(([name]) => name === 'an answer that keeps less than it should, by few rows')!;
    expect(said(made(run)).sentence).toMatch(
      /on 200 test rows they keep 97\.5 %.*; the difference may be chance \(McNemar’s exact test, p = 0\.424\), which more test rows would tell\.$/,
    );
  });

  it('says that a certain loss is within what was allowed', () => {
    const [, run] = table.find(([name]) => name === '60,000 words, a small loss for certain')!;
    expect(said(made(run)).sentence).toContain(
      'a real loss (McNemar’s exact test, p < 0.001), but with 95 % confidence less than the 2 % (1 % by layers, 1 % by neurons) that was allowed',
    );
  });

  it('says that an ordering is no better than chance', () => {
    const seeds = (...values: number[]) => ({ accuracy: { mean: 0, deviation: 0, seeds: values } });
    const curve = (top: number[]) => ({
      sizes: [
        { neurons: 5, top: seeds(...top), bottom: seeds(0, 0, 0), random: seeds(0.6, 0.6, 0.6) },
        { neurons: 100, top: seeds(0.8, 0.8, 0.8), bottom: seeds(0, 0, 0), random: seeds(0.8, 0.8, 0.8) },
      ],
    });
    expect(said(made({ ...usual, change: { ablation: curve([0.61, 0.59, 0.62]) } })).reasons).toContain(
      'The order of the neurons is no better than chance, so that others may do as well: without retraining, the top ones score +0.7 ± 1.2 points compared with as many random ones (mean over all sizes and 3 seeds)',
    );
    expect(said(made({ ...usual, change: { ablation: curve([0.5, 0.49, 0.51]) } })).reasons).toContain(
      'The order of the neurons is worse than chance, so that others do better: without retraining, the top ones score −10.0 ± 0.8 points',
    );
    expect(said(made({ ...usual, change: { ablation: curve([0.71, 0.7, 0.72]) } })).reasons).toBe(
      'The model shows the task: the full probe is right on 80.0 % of 1 000 test rows, the most frequent train label on 50.0 %.',
    );
  });
});

describe('the headline', () => {
  const finer = {
    ...usual,
    answers: [kept(800, threeTimes(9, 9), 60)],
    maxFeatures: kept(797, threeTimes(20, 17), 20),
  };

  it('is the smallest of all answers that pass, the finer grid too', () => {
    const analysis = made(finer);
    expect(verdictOf(analysis, 'x').answer).toMatchObject({
      neurons: 20,
      maxFeatures: true,
      deltas: { layers: 0, neurons: 1 },
    });
    const question = firstQuestion(analysis)!;
    expect(answerTo(analysis, question)).toMatchObject({ kind: 'trained', size: 20 });
    expect(verdictOf(analysis, 'x').basis).toContain('on the finer grid of sizes');
  });

  it('goes by layers, then by dev score, where sizes are equal', () => {
    const equal = made({
      ...usual,
      answers: [
        { ...kept(800, threeTimes(9, 9)), layer: 1 },
        { ...kept(800, threeTimes(9, 9)), layer: 0 },
      ],
    });
    expect(verdictOf(equal, 'x').answer).toMatchObject({ layers: [0] });
    const better = made({
      ...usual,
      answers: [kept(800, threeTimes(9, 9)), { ...kept(800, threeTimes(9, 9)), dev: 890 }],
    });
    expect(verdictOf(better, 'x').answer).toMatchObject({ threshold: 0.1 });
  });

  it('of another question is the verdict of that', () => {
    const analysis = made({ ...usual, answers: [kept(700, threeTimes(120, 20), 3), kept(800, threeTimes(9, 9), 60)] });
    const question = { deltas: { layers: 1, neurons: 1 }, threshold: -1 };
    const asked = { question, answer: answerTo(analysis, question), left: null };
    expect(verdictOf(analysis, 'x', asked).kind).toBe('not-enough');
    expect(plainText(verdictOf(analysis, 'x', asked).phrases)).toContain(
      '3 of 200 neurons (1.5 %), all in layer 1, are not enough',
    );
    expect(verdictOf(analysis, 'x').kind).toBe('clear');
  });

  it('says how sure its score is', () => {
    expect(unspaced(verdictOf(made(usual), 'x').basis)).toBe(
      'Asked for: a loss of less than 1 % by layers and 1 % by neurons, without clustering. Chosen on 1 000 dev rows (held out of the train file), scored on 1 000 test rows: the 10 kept neurons have accuracy 79.8 ± 0.0 % over 3 seeds, 95 % interval 77.2–82.2 %. To compute them takes layers 0–1.',
    );
  });

  it('never has a constant layer as the best', () => {
    // The embeddings, one vector in every row, score 99 % on dev by giving one label.
    const { reasons, sentence } = said(made(usual));
    expect(sentence + reasons).not.toContain('layer 0');
  });

  it('is about layers where nobody looked at neurons', () => {
    expect(said(made({ ...usual, answers: [] })).sentence).toContain('SST-2 with tiny needs none of the layers');
  });
});

describe('the stored demo', () => {
  const run = parseRun(
    readFileSync(new URL('../../../public/demo/reviews/result.json', import.meta.url), 'utf8'),
    'result.json',
  );

  it('has the verdict of its own numbers', () => {
    const analysis = analysisOfRun(run);
    const { kind, answer } = verdictOf(analysis, runSubject(run));
    const passing = (run.selection ?? []).filter(({ deltas, threshold, minimalSet }) => {
      const test = run.mcnemar?.comparisons.find(
        (one) =>
          one.threshold === threshold && one.deltas.layers === deltas.layers && one.deltas.neurons === deltas.neurons,
      );
      const worse = (test?.seeds ?? []).filter(
        ({ p, onlyOracleRight, onlyReducedRight }) => p < 0.05 && onlyOracleRight > onlyReducedRight,
      );
      return minimalSet.size > 0 && test !== undefined && worse.length < test.seeds.length / 2;
    });
    const finer = run.maxFeatures?.minimalSet.size ?? Infinity;
    const smallest = Math.min(...passing.map(({ minimalSet }) => minimalSet.size));
    if (finer > smallest) expect(answer?.neurons).toBe(smallest);
    expect(kind).toBe('clear');
    expect(run.verdict === undefined || run.verdict.kind === kind).toBe(true);
  });

  it('is written into the run file as the page says it', () => {
    const { sentence, answer } = verdictRecord(run);
    expect(parseRun(JSON.stringify({ ...run, verdict: verdictRecord(run) }), 'x').verdict).toMatchObject({
      sentence,
      answer,
    });
  });
});
