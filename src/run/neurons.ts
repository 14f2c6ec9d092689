/**
 * What the analysis of neurons adds to a run file (from version 2 on). Neurons are model neurons, layer × hidden + index, unless
 * they are given as layer and index; thresholds are cophenetic distances, −1 is no clustering; deltas are per cent.
 */
import * as v from 'valibot';
import { deltasSchema as deltas, thresholdSchema as threshold } from '../data/question.ts';
import { count, fraction, scoresSchema, splitScores } from '../data/scores.ts';
import { scoreNames } from '../data/tasks.ts';

/** Neurons are many: entry by entry they are looked at only where one is wrong, to name it. */
function longList(entry: v.GenericSchema<number>, fits: (value: unknown) => boolean): v.GenericSchema<number[]> {
  const whole = v.custom<number[]>(() => true);
  const byEntry = v.array(entry);
  return v.lazy((value) => (Array.isArray(value) && value.every(fits) ? whole : byEntry));
}

const counts = longList(count, (value) => Number.isInteger(value) && (value as number) >= 0);
const numbers = longList(v.number(), (value) => typeof value === 'number' && !Number.isNaN(value));

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

const ownScores = v.record(v.picklist(scoreNames), v.nullable(fraction));
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Little-endian float32. */
const floats = v.pipe(
  v.string(),
  v.check((text) => base64.test(text), 'base64 is expected'),
);

/** Of the seeds' probes the one whose dev score is the median, for raw activations: logits = weight · x + bias. */
export const keptProbeSchema = v.object({
  seed: v.number(),
  /** Its own scores. */
  train: ownScores,
  dev: ownScores,
  test: ownScores,
  /** [outputs, neurons], columns in the order of the set's neurons. */
  weight: floats,
  /** [outputs] */
  bias: floats,
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
    /** Absent in files made before, and where the probes of all sets together would be too large. */
    probe: v.optional(keptProbeSchema),
  }),
});

export type ClusteringEntry = v.InferOutput<typeof clusteringSchema>;
export type SelectionEntry = v.InferOutput<typeof selectionSchema>;
export type SizeScores = SelectionEntry['sizes'][number];
export type KeptProbe = v.InferOutput<typeof keptProbeSchema>;
export type MinimalSet = SelectionEntry['minimalSet'];
