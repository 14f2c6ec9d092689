/**
 * What the analysis of neurons adds to a run file (from version 2 on). Neurons are model neurons, layer × hidden + index, unless
 * they are given as layer and index; thresholds are cophenetic distances, −1 is no clustering; deltas are per cent.
 */
import * as v from 'valibot';
import { scoreSchema, scoresSchema, splitScores } from '../data/scores.ts';

/** Threshold that means no clustering, as in the published scripts. */
export const noClustering = -1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const counts = v.array(count);
const numbers = v.array(v.number());
const threshold = v.pipe(
  v.number(),
  v.check((c) => c === noClustering || (c > 0 && c < 1), 'a threshold lies between 0 and 1 or is −1'),
);
const delta = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const deltas = v.object({ layers: delta, neurons: delta });

/** Clusters over all layers. */
export const clusteringSchema = v.object({
  threshold,
  clusters: count,
  /** Cluster from 1 of every neuron, 0 for one set aside as constant; empty without clustering. */
  labels: counts,
  /** One neuron a cluster, in cluster order; empty without clustering. */
  representatives: counts,
  constantNeurons: count,
  /** How many clusters span this many layers. */
  windows: v.array(v.object({ window: count, clusters: count })),
  /** Of the probe on the representatives; absent where none was trained. */
  train: v.optional(scoresSchema),
  dev: v.optional(scoresSchema),
  test: v.optional(scoresSchema),
  classes: splitScores.classes,
});

/** Layers, then clusters, then neurons, each as far as its delta lets it. */
export const selectionSchema = v.object({
  deltas,
  threshold,
  topLayer: count,
  /** The probe on what layer selection and clustering leave. */
  base: v.object(splitScores),
  /** Clusters of the neurons of layers 0…topLayer, as in `clustering`; absent without clustering. */
  labels: v.optional(counts),
  /** In cluster order; absent without clustering. */
  representatives: v.optional(counts),
  /** Most important first. */
  ordering: counts,
  /** Largest |w| over classes of the base probe, by `ordering`, four digits; absent in files of the published scripts. */
  weights: v.optional(numbers),
  /** The neurons that each class leans on most, with |w|; one entry for regression. */
  leaders: v.optional(v.array(v.object({ neurons: counts, weights: numbers }))),
  /** Length of the ordering after each step of the share p = 0, 1/1000, …, 1. */
  cutoffs: counts,
  /** Probes retrained on the first neurons of the ordering, by size; the last is the base where it was reached. */
  sizes: v.array(v.object({ neurons: count, ...splitScores })),
  minimalSet: v.object({
    size: count,
    neurons: v.array(v.object({ layer: count, index: count })),
    ...splitScores,
  }),
});

/** Score on the test part, score of a probe trained and tested on a control task, and their difference. */
const selective = { score: scoreSchema, control: scoreSchema, selectivity: scoreSchema };

export const selectivitySchema = v.object({
  /** Labels drawn once a word type, or shuffled over the rows of a sentence task. */
  control: v.picklist(['shuffled-labels', 'word-types']),
  oracle: v.object(selective),
  layers: v.array(v.object({ layer: count, ...selective })),
});

/** Test scores of the oracle, not retrained, when it sees only these many neurons and the mean of all others. */
export const ablationSchema = v.object({
  sizes: v.array(v.object({ neurons: count, top: scoresSchema, bottom: scoresSchema, random: scoresSchema })),
});

/** The minimal set's probe against the oracle on the test rows, once a seed: McNemar's exact (binomial) test, two-sided. */
export const mcnemarSchema = v.object({
  method: v.literal('exact'),
  comparisons: v.array(
    v.object({
      deltas,
      threshold,
      size: count,
      seeds: v.array(v.object({ onlyOracleRight: count, onlyReducedRight: count, p: v.number() })),
    }),
  ),
});

/** For neurons that lead an ordering: the words whose vectors move them most, by mean |z| over the word's train rows. */
export const topWordsSchema = v.array(
  v.object({
    neuron: v.number(),
    words: v.array(
      v.object({
        word: v.string(),
        /** Train rows of the word. */
        count: v.number(),
        /** Mean of the standardised activation. */
        mean: v.number(),
        /** Mean of its size. */
        strength: v.number(),
      }),
    ),
  }),
);

export type ClusteringEntry = v.InferOutput<typeof clusteringSchema>;
export type SelectionEntry = v.InferOutput<typeof selectionSchema>;
export type SizeScores = SelectionEntry['sizes'][number];
export type MinimalSet = SelectionEntry['minimalSet'];
export type Selectivity = v.InferOutput<typeof selectivitySchema>;
export type Ablation = v.InferOutput<typeof ablationSchema>;
export type McNemar = v.InferOutput<typeof mcnemarSchema>;
export type TopWords = v.InferOutput<typeof topWordsSchema>;
