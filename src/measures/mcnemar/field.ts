/**
 * Probes against the oracle on the test rows, once a seed: McNemar's exact (binomial) test, two-sided. What is compared:
 * every answer's minimal set, that of the finer grid, the best single layer by dev, and the smallest stacks of layers.
 */
import * as v from 'valibot';
import { deltasSchema, thresholdSchema } from '../../data/question.ts';
import { count } from '../../data/scores.ts';
import { measureField } from '../field.ts';

/** By seed. */
export const comparedSeeds = v.array(v.object({ onlyOracleRight: count, onlyReducedRight: count, p: v.number() }));
const layer = v.object({ layer: count, seeds: comparedSeeds });

const comparison = v.object({ deltas: deltasSchema, threshold: thresholdSchema, size: count, seeds: comparedSeeds });

const schema = v.object({
  method: v.literal('exact'),
  comparisons: v.array(comparison),
  /** The answer from all layers on the finer grid; absent where it was not asked for, and in older files. */
  maxFeatures: v.optional(v.object({ size: count, seeds: comparedSeeds })),
  /** The single layer with the best dev score, constant ones aside; absent where there is none, and in older files. */
  bestLayer: v.optional(layer),
  /** Layers 0 to `layer` for every tolerated loss of layers, each stack once; absent in older files. */
  stacks: v.optional(v.array(layer)),
});

export type McNemar = v.InferOutput<typeof schema>;
export type Comparison = v.InferOutput<typeof comparison>;
export type SeedComparison = Comparison['seeds'][number];

export const mcnemarField = measureField(v.optional(schema), ({ bestLayer, stacks }, { layers }) => {
  const beyond = [...(bestLayer ? [bestLayer] : []), ...(stacks ?? [])].find((one) => one.layer >= layers);
  return beyond ? `mcnemar compares layer ${beyond.layer}, the model has layers 0 to ${layers - 1}` : null;
});
