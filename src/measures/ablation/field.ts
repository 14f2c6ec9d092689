/** Test scores of the oracle, not retrained, when it sees only these many neurons and the mean of all others. */
import * as v from 'valibot';
import { count, scoresSchema } from '../../data/scores.ts';
import { measureField } from '../field.ts';

const size = v.object({ neurons: count, top: scoresSchema, bottom: scoresSchema, random: scoresSchema });
const schema = v.object({ sizes: v.array(size) });

export type Ablation = v.InferOutput<typeof schema>;

export const ablationField = measureField(v.optional(schema));
