/** What a run's numbers come to, as the run file has it (protocols.md §13). Page and command line work it out anew. */
import * as v from 'valibot';
import { deltasSchema, thresholdSchema } from '../data/question.ts';
import { count } from '../data/scores.ts';

/** In the order in which they are asked; the first that holds is the verdict. `untested`: the file lacks a test. */
export const verdictKinds = [
  'no-signal',
  'too-little-evidence',
  'one-layer-beats-all',
  'not-enough',
  'weak',
  'untested',
  'clear',
] as const;

export const verdictSchema = v.object({
  kind: v.picklist(verdictKinds),
  sentence: v.string(),
  /** What holds besides, a sentence each. */
  reasons: v.array(v.string()),
  /** The smallest answer that is not worse than the oracle; null where there is none. */
  answer: v.nullable(
    v.object({
      deltas: deltasSchema,
      threshold: thresholdSchema,
      /** From all layers on the finer grid. */
      maxFeatures: v.boolean(),
      neurons: count,
      /** That a kept neuron lies in. */
      layers: v.array(count),
    }),
  ),
});

export type VerdictRecord = v.InferOutput<typeof verdictSchema>;
export type VerdictKind = VerdictRecord['kind'];
export type VerdictAnswer = NonNullable<VerdictRecord['answer']>;
