/** Results made of counts: how many rows, how many of them each probe gets right, which of them only one of two does. */
import { mcnemarExact } from '../../../src/base/binomial.ts';
import { fieldNames } from '../../../src/measures/fields.ts';
import type { Analysis, Measured } from '../../../src/report/analysis.ts';
import type { Score, SplitScores } from '../../../src/data/scores.ts';
import type { SelectionEntry } from '../../../src/run/run-file.ts';

/** A probe's hits on dev and on test; of a regression its correlations. By seed: the test part's. */
export interface MadeProbe {
  dev: number;
  test: number | readonly number[];
}

export interface MadeAnswer extends MadeProbe {
  size: number;
  /** Of the layer that all kept neurons lie in. */
  layer?: number;
  losses?: readonly [layers: number, neurons: number];
  /** Rows that only the oracle and only this probe gets right, by seed; null: the file lacks the test. */
  pairs?: readonly (readonly [number, number])[] | null;
}

export interface MadeRun {
  rows: { dev: number; test: number };
  /** null: regression. */
  classes?: number | null;
  majority?: number | null;
  oracle: MadeProbe;
  /** The only layer besides the embeddings, which vary in no row. */
  single?: MadeProbe & Pick<MadeAnswer, 'pairs'>;
  answers?: readonly MadeAnswer[];
  maxFeatures?: MadeAnswer;
  /** Of the oracle: its selectivity by seed, and the control task's score. */
  control?: { score: number; selectivity: readonly number[] };
  change?: Partial<Analysis>;
}

function score(seeds: readonly number[]): Score {
  const mean = seeds.reduce((sum, one) => sum + one, 0) / seeds.length;
  const variance = seeds.reduce((sum, one) => sum + (one - mean) ** 2, 0) / seeds.length;
  return { mean, deviation: Math.sqrt(variance), seeds: [...seeds] };
}

export function made(run: MadeRun): Analysis {
  const { rows, classes = 2, majority = classes === null ? null : 0.5, oracle, answers = [], control } = run;
  const name = classes === null ? 'pearson' : 'accuracy';
  const scoresOf = ({ dev, test }: MadeProbe): SplitScores => {
    const own = (value: number, all: number) => (classes === null ? value : value / all);
    const seeds = typeof test === 'number' ? [test, test, test] : test;
    const devScore = score(seeds.map(() => own(dev, rows.dev)));
    return {
      train: { [name]: devScore },
      dev: { [name]: devScore },
      test: { [name]: score(seeds.map((one) => own(one, rows.test))) },
    };
  };
  const seedsOf = (pairs: MadeAnswer['pairs']) =>
    (pairs ?? []).map(([a, b]) => ({ onlyOracleRight: a, onlyReducedRight: b, p: mcnemarExact(a, b) }));
  const entryOf = (
    { size, layer = 1, losses: [layers, neurons] = [1, 1], ...probe }: MadeAnswer,
    place: number,
  ): SelectionEntry => ({
    deltas: { layers, neurons },
    // Questions have to differ.
    threshold: place === 0 ? -1 : place / 10,
    topLayer: layer,
    base: scoresOf(oracle),
    ordering: Array.from({ length: 100 }, (_, index) => layer * 100 + index),
    cutoffs: [],
    sizes: [{ neurons: size, ...scoresOf(probe) }],
    minimalSet: { size, neurons: Array.from({ length: size }, (_, index) => ({ layer, index })), ...scoresOf(probe) },
  });
  const mute = { dev: classes === null ? 0 : rows.dev * 0.99, test: classes === null ? 0 : rows.test };
  const single = run.single ?? { dev: oracle.dev, test: oracle.test, pairs: null };
  const selection = answers.map(entryOf);
  const maxFeatures = run.maxFeatures ? { ...entryOf({ losses: [0, 1], ...run.maxFeatures }, 0) } : null;
  const tested = [...answers, ...(run.maxFeatures ? [run.maxFeatures] : []), single].some(({ pairs }) => pairs);
  const fields = Object.fromEntries(fieldNames.map((field) => [field, null])) as Measured;
  return {
    ...fields,
    protocol: 'refined',
    unit: 'row',
    officialDev: false,
    metric: name,
    seeds: scoresOf(oracle).test[name]!.seeds.length,
    classes,
    devFromTrain: true,
    labels: [],
    shape: { layers: 2, hidden: 100 },
    instances: { train: 9 * rows.dev, ...rows },
    majority,
    oracle: scoresOf(oracle),
    layers: {
      individual: [mute, single].map((probe, layer) => ({ layer, ...scoresOf(probe) })),
      concatenated: [mute, oracle].map((probe, layer) => ({ layer, ...scoresOf(probe) })),
    },
    clustering: [],
    selection,
    maxFeatures,
    timing: null,
    cka: {
      biased: [
        [null, null],
        [null, 1],
      ],
      debiased: [
        [null, null],
        [null, 1],
      ],
    },
    ...(tested && {
      mcnemar: {
        method: 'exact',
        comparisons: selection.flatMap(({ deltas, threshold, minimalSet: { size } }, place) =>
          answers[place].pairs ? [{ deltas, threshold, size, seeds: seedsOf(answers[place].pairs) }] : [],
        ),
        ...(run.maxFeatures?.pairs && {
          maxFeatures: { size: run.maxFeatures.size, seeds: seedsOf(run.maxFeatures.pairs) },
        }),
        ...(single.pairs && { bestLayer: { layer: 1, seeds: seedsOf(single.pairs) } }),
        stacks: [],
      },
    }),
    ...(control && {
      selectivity: {
        control: 'shuffled-labels',
        oracle: {
          score: score(control.selectivity.map((one) => one + control.score)),
          control: score(control.selectivity.map(() => control.score)),
          selectivity: score(control.selectivity),
        },
        layers: [],
      },
    }),
    ...run.change,
  };
}
