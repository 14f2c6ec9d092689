/** Score on the test part, score of a probe trained and tested on a control task, and their difference. */
import * as v from 'valibot';
import { count, scoreSchema } from '../../data/scores.ts';
import { measureField } from '../field.ts';

const scores = { score: scoreSchema, control: scoreSchema, selectivity: scoreSchema };

const schema = v.object({
  /** Labels drawn once a word type, or shuffled over the rows of a sentence task. */
  control: v.picklist(['shuffled-labels', 'word-types']),
  oracle: v.object(scores),
  layers: v.array(v.object({ layer: count, ...scores })),
});

export type Selectivity = v.InferOutput<typeof schema>;

export const selectivityField = measureField(v.optional(schema));
