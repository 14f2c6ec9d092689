/**
 * What the full probe gives every test row, so that two results on the same rows can be held against each other row by row.
 * Class numbers, little-endian, in base64: a byte a row, or two where there are more than 255 labels. Classification only.
 */
import * as v from 'valibot';
import { base64Length } from '../../base/base64.ts';
import { measureField } from '../field.ts';

/** Class numbers. */
const packed = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/));

const schema = v.object({
  /** Of the test part. */
  rows: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Of their texts and labels, in their order: equal where two results have the same test rows. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** Bytes a class number; the largest such number stands for a label that the train part lacks. */
  width: v.picklist([1, 2]),
  labels: packed,
  /** By seed; only those of the first seeds where not all have room, and none where not even one has. */
  predicted: v.array(packed),
});

export type Predictions = v.InferOutput<typeof schema>;

export const predictionsField = measureField(v.optional(schema), ({ rows, width, labels, predicted }) => {
  const length = base64Length(rows * width);
  const isWhole = [labels, ...predicted].every((text) => text.length === length);
  return isWhole || (labels === '' && predicted.length === 0) ? null : `at predictions, ${rows} rows are expected`;
});
