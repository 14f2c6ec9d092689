/**
 * Neurons ordered without a probe, by how far apart the labels' means are (protocols.md §10), beside the order of the probe on
 * all neurons: what probes on the first N of either score, and how many of them are the same.
 */
import * as v from 'valibot';
import { count, scoresSchema } from '../../data/scores.ts';
import { measureField } from '../field.ts';

const schema = v.object({
  /** The first of its order, layer × hidden + index. */
  leading: v.array(count),
  sizes: v.array(
    v.object({
      neurons: count,
      /** Share of the first N that both orders have. */
      overlap: v.number(),
      /** On the test part, of probes trained on the first N. */
      probeless: scoresSchema,
      probe: scoresSchema,
    }),
  ),
});

export type Probeless = v.InferOutput<typeof schema>;

export const probelessField = measureField(v.optional(schema), ({ leading }, { layers, hidden }) => {
  const beyond = leading.find((neuron) => neuron >= layers * hidden);
  return beyond === undefined ? null : `at probeless, neuron ${beyond} is named, but there are ${layers * hidden}`;
});
