/**
 * What the analysis of neurons adds to a run file (from version 2 on). Neurons are model neurons, layer × hidden + index, unless
 * they are given as layer and index; thresholds are cophenetic distances, −1 is no clustering; deltas are per cent.
 */
import * as v from 'valibot';
import { scoreSchema, scoresSchema, splitScores } from './run-scores.ts';

const numbers = v.array(v.number());

/** Clusters over all layers. */
export const clusteringSchema = v.object({
  threshold: v.number(),
  clusters: v.number(),
  /** Cluster from 1 of every neuron, 0 for one set aside as constant; empty without clustering. */
  labels: numbers,
  /** One neuron a cluster, in cluster order; empty without clustering. */
  representatives: numbers,
  constantNeurons: v.number(),
  /** How many clusters span this many layers. */
  windows: v.array(v.object({ window: v.number(), clusters: v.number() })),
  /** Of the probe on the representatives; absent where none was trained. */
  train: v.optional(scoresSchema),
  dev: v.optional(scoresSchema),
  test: v.optional(scoresSchema),
  classes: splitScores.classes,
});

/** Layers, then clusters, then neurons, each as far as its delta lets it. */
export const selectionSchema = v.object({
  deltas: v.object({ layers: v.number(), neurons: v.number() }),
  threshold: v.number(),
  topLayer: v.number(),
  /** The probe on what layer selection and clustering leave. */
  base: v.object(splitScores),
  /** Clusters of the neurons of layers 0…topLayer, as in `clustering`; absent without clustering. */
  labels: v.optional(numbers),
  /** In cluster order; absent without clustering. */
  representatives: v.optional(numbers),
  /** Most important first. */
  ordering: numbers,
  /** Largest |w| over classes of the base probe, by `ordering`, four digits; absent in files of the published scripts. */
  weights: v.optional(numbers),
  /** The neurons that each class leans on most, with |w|; one entry for regression. */
  leaders: v.optional(v.array(v.object({ neurons: numbers, weights: numbers }))),
  /** Length of the ordering after each step of the share p = 0, 1/1000, …, 1. */
  cutoffs: numbers,
  /** Probes retrained on the first neurons of the ordering, by size; the last is the base where it was reached. */
  sizes: v.array(v.object({ neurons: v.number(), ...splitScores })),
  minimalSet: v.object({
    size: v.number(),
    neurons: v.array(v.object({ layer: v.number(), index: v.number() })),
    ...splitScores,
  }),
});

/** Score on the test part, score of a probe trained and tested on a control task, and their difference. */
const selective = { score: scoreSchema, control: scoreSchema, selectivity: scoreSchema };

export const selectivitySchema = v.object({
  /** Labels drawn once a word type, or shuffled over the rows of a sentence task. */
  control: v.picklist(['shuffled-labels', 'word-types']),
  oracle: v.object(selective),
  layers: v.array(v.object({ layer: v.number(), ...selective })),
});

/** Test scores of the oracle, not retrained, when it sees only these many neurons and the mean of all others. */
export const ablationSchema = v.object({
  sizes: v.array(v.object({ neurons: v.number(), top: scoresSchema, bottom: scoresSchema, random: scoresSchema })),
});

/** The minimal set's probe against the oracle on the test rows, once a seed: McNemar's exact (binomial) test, two-sided. */
export const mcnemarSchema = v.object({
  method: v.literal('exact'),
  comparisons: v.array(
    v.object({
      deltas: v.object({ layers: v.number(), neurons: v.number() }),
      threshold: v.number(),
      size: v.number(),
      seeds: v.array(v.object({ onlyOracleRight: v.number(), onlyReducedRight: v.number(), p: v.number() })),
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
