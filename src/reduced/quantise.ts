/**
 * Weights in fewer bits. In 8 as ONNX Runtime quantises them: whole numbers from −127 to 127 and a scale for each row or column, its
 * largest absolute number by 127. Source: onnxruntime's `quantize_dynamic` with symmetric weights by channel.
 */
import { WinnowError } from '../base/errors.ts';
import { toFloat16 } from '../format/dtype.ts';
import type { StoredWeight } from '../model/graph/writer.ts';

type Form = NonNullable<StoredWeight['quantised']>;

/**
 * @param values [rows, columns] of the source; the stored matrix where `transposed` is its transpose
 * @param shape of the part that is asked for: of the matrix as it is stored, or of its scales
 */
export function quantise(
  values: Float32Array,
  shape: readonly number[],
  { part, by, transposed }: Form,
): Int8Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  // A scale belongs to a row of the source, but for the columns of a matrix that is stored as it is.
  const byRow = by === 'row' || transposed;
  const count =
    part === 'scales' ? shape.reduce((product, size) => product * size, 1) : by === 'row' ? shape[0] : shape[1];
  const other = values.length / count;
  const [rows, columns] = byRow ? [count, other] : [other, count];
  const scales = new Float32Array(count);
  for (let i = 0; i < values.length; i += 1) {
    const channel = byRow ? Math.floor(i / columns) : i % columns;
    scales[channel] = Math.max(scales[channel], Math.abs(values[i]));
  }
  // A channel of zeros has any scale.
  for (let channel = 0; channel < count; channel += 1) scales[channel] = scales[channel] / 127 || 1;
  if (part === 'scales') return scales;
  const whole = new Int8Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const at = transposed ? column * rows + row : i;
    whole[at] = Math.max(-127, Math.min(127, Math.round(values[i] / scales[byRow ? row : column])));
  }
  return whole;
}

/** @throws WinnowError `bad-option` for numbers beyond its range. */
export function halves(values: Float32Array, name: string): Uint16Array<ArrayBuffer> {
  const rounded = toFloat16(values);
  if (rounded) return rounded;
  const message = `Tensor \`${name}\` has numbers beyond the range of float16.`;
  throw new WinnowError('bad-option', message, 'Choose float32 or int8 for the smaller model.');
}
