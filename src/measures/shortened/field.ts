/**
 * The model without layers that follow one another (protocols.md §10): what a probe, trained anew, finds in its last layer.
 * Computed by a stage of its own (session/stages/leave-out.ts), for it runs the encoder.
 */
import * as v from 'valibot';
import { count, splitScores } from '../../data/scores.ts';
import { measureField } from '../field.ts';
import { comparedSeeds } from '../mcnemar/field.ts';

const model = v.object({
  /** Layers first + 1 to first + length are left out. */
  first: count,
  ...splitScores,
  /** On the test rows, the probe on the last layer of the whole model in the oracle's place; absent for a regression. */
  seeds: v.optional(comparedSeeds),
});

const schema = v.object({
  /** By how many layers are left out, the fewest first. */
  lengths: v.array(
    v.object({
      length: v.pipe(v.number(), v.integer(), v.minValue(1)),
      /** Without the block that can best be left out by its angular distance. */
      best: model,
      /** Without as many at the top; null: these are the best block. */
      top: v.nullable(model),
    }),
  ),
});

export type Shortened = v.InferOutput<typeof schema>;
export type ShortenedModel = v.InferOutput<typeof model>;

export const shortenedField = measureField(v.optional(schema), ({ lengths }, { layers }) => {
  for (const [place, { length, best, top }] of lengths.entries()) {
    const where = `at shortened.lengths.${place}`;
    if (place > 0 && length <= lengths[place - 1].length) return `${where}, lengths do not go up`;
    if (best.first + length >= layers)
      return `${where}.best, more layers are left out than there are above ${best.first}`;
    if (top && top.first + length !== layers - 1) return `${where}.top, the layers left out are not the top ones`;
  }
  return null;
});
