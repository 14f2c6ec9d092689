/**
 * How short the train labels get when they are sent one block after the other (protocols.md §10), in bits: of every layer,
 * and of the same layer on a control task.
 */
import * as v from 'valibot';
import { count } from '../../data/scores.ts';
import { measureField } from '../field.ts';

const bits = v.pipe(v.number(), v.minValue(0));

const schema = v.object({
  /** Where the blocks end, in rows; the last is all of them. */
  ends: v.array(count),
  /** Of all labels, each with the same probability. */
  uniform: bits,
  /** By layer, each by block; the first block is sent with the same probability for every label. */
  layers: v.array(v.object({ bits: v.array(bits), control: v.array(bits) })),
});

export type CodeLength = v.InferOutput<typeof schema>;

export const codeLengthField = measureField(v.optional(schema), ({ ends, layers: found }, { layers }) => {
  if (found.length !== layers) return `at codeLength.layers, ${layers} layers are expected`;
  const short = found.some(({ bits: own, control }) => own.length !== ends.length || control.length !== ends.length);
  return short ? `at codeLength.layers, ${ends.length} blocks are expected` : null;
});
