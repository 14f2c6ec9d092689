/** In how many directions the rows of each layer vary where they lie (protocols.md §10); null for a constant layer. */
import * as v from 'valibot';
import { count } from '../../data/scores.ts';
import { measureField } from '../field.ts';

const schema = v.object({
  /** Rows that were compared, the first of the train part. */
  rows: count,
  layers: v.array(v.nullable(v.number())),
});

export type IntrinsicDimension = v.InferOutput<typeof schema>;

export const intrinsicDimensionField = measureField(v.optional(schema), ({ layers: found }, { layers }) =>
  found.length === layers ? null : `at intrinsicDimension.layers, ${layers} layers are expected`,
);
