/**
 * The layout of `all_results.json` as the published scripts write it (protocols.md §9). Scores are by class name and
 * `__OVERALL__`; indices count neurons of the filtered matrix. The pipeline puts selections under pairs of deltas; the
 * clustering and "max features" scripts leave out the pairs and the layers.
 */
import * as v from 'valibot';

type ScoresByName = Record<string, number | null>;

/** By class name, which may be any: a record would leave `constructor` out, and answer for `toString` with a function. */
const scores = v.pipe(
  v.custom<ScoresByName>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    ({ received }) => `Invalid type: Expected Object but received ${received}`,
  ),
  v.transform((value) => new Map(Object.entries(value))),
  v.map(v.string(), v.nullable(v.number())),
  v.transform((value) => Object.assign(Object.create(null), Object.fromEntries(value)) as ScoresByName),
);
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const indices = v.array(index);

export const probeSchema = v.looseObject({
  name: v.string(),
  train_scores: scores,
  dev_scores: scores,
  test_scores: scores,
});

/** With it stand probes under `selected-N`, which are checked as they are read. */
const neuronSelectionSchema = v.looseObject({
  clustering_threshold: v.optional(v.number()),
  clusters: v.optional(indices),
  independent_neurons: v.optional(indices),
  base_results: probeSchema,
  ordering: v.optional(indices),
  minimal_neuron_set_size: v.optional(index),
  minimal_neuron_set: v.optional(indices),
});

const score = v.nullable(v.number());
const layerSelectionSchema = v.looseObject({
  selected_top_layer: v.looseObject({
    selected_top_layer: index,
    train_score: score,
    dev_score: score,
    test_score: score,
  }),
  neuron_selection: v.record(v.string(), neuronSelectionSchema),
});

const top = { data_split: v.optional(v.looseObject({ all_idx: indices, train_idx: indices, dev_idx: indices })) };

export const pipelineSchema = v.looseObject({
  ...top,
  baseline: probeSchema,
  independent_layerwise: v.array(probeSchema),
  incremental_layerwise: v.array(probeSchema),
  selection: v.record(v.string(), layerSelectionSchema),
});

export const flatSchema = v.looseObject({
  ...top,
  baseline: probeSchema,
  selection: v.record(v.string(), neuronSelectionSchema),
});

export type PublishedProbe = v.InferOutput<typeof probeSchema>;
export type PublishedSelection = v.InferOutput<typeof neuronSelectionSchema>;
export type PipelineResults = v.InferOutput<typeof pipelineSchema>;
export type FlatResults = v.InferOutput<typeof flatSchema>;

export const overall = '__OVERALL__';
