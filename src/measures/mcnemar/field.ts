/** The minimal set's probe against the oracle on the test rows, once a seed: McNemar's exact (binomial) test, two-sided. */
import * as v from 'valibot';
import { deltasSchema, thresholdSchema } from '../../data/question.ts';
import { count } from '../../data/scores.ts';
import { measureField } from '../field.ts';

const schema = v.object({
  method: v.literal('exact'),
  comparisons: v.array(
    v.object({
      deltas: deltasSchema,
      threshold: thresholdSchema,
      size: count,
      seeds: v.array(v.object({ onlyOracleRight: count, onlyReducedRight: count, p: v.number() })),
    }),
  ),
});

export type McNemar = v.InferOutput<typeof schema>;

export const mcnemarField = measureField(v.optional(schema));
