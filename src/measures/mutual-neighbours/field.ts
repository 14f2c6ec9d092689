/** How many nearest rows two layers share (protocols.md §10): [layers, layers], null where a layer is constant. */
import * as v from 'valibot';
import { count } from '../../data/scores.ts';
import { measureField, pairsSchema, squareGap } from '../field.ts';

const schema = v.object({
  /** Rows that were compared, the first of the train part. */
  rows: count,
  /** Neighbours of each. */
  nearest: count,
  shares: pairsSchema,
});

export type MutualNeighbours = v.InferOutput<typeof schema>;

export const mutualNeighboursField = measureField(v.optional(schema), ({ shares }, shape) =>
  squareGap(shares, 'mutualNeighbours.shares', shape),
);
