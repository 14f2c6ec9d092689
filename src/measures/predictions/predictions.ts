/** Predictions and labels as a run file keeps them, and what makes two test parts the same rows. */
import { base64Length, bytesToBase64 } from '../../base/base64.ts';
import { rowsHash } from '../../probe/rows-hash.ts';
import type { ProbePart } from '../../probe/parts.ts';
import type { Predictions } from './field.ts';

/** Room for all of it in a run file, in characters: 3 seeds of 370,000 rows with up to 255 labels. */
const mostCharacters = 2e6;

/**
 * @param predicted by seed, class numbers, [rows].
 * @param classes labels of the train part.
 * @param most characters of labels and predictions together.
 */
export async function keptPredictions(
  part: ProbePart,
  predicted: readonly ArrayLike<number>[],
  classes: number,
  most = mostCharacters,
): Promise<Predictions> {
  const rows = part.labels.length;
  const width = classes > 255 ? 2 : 1;
  const room = Math.floor(most / base64Length(rows * width)) - 1;
  return {
    rows,
    sha256: await rowsHash(part.texts, part.labels),
    width,
    labels: room > 0 ? packed(part.labels, width) : '',
    predicted: predicted.slice(0, Math.max(0, room)).map((one) => packed(one, width)),
  };
}

/** Little-endian on every machine that has a browser; −1 becomes the largest number. */
function packed(numbers: ArrayLike<number>, width: 1 | 2): string {
  const own = width === 1 ? Uint8Array.from(numbers) : Uint16Array.from(numbers);
  return bytesToBase64(new Uint8Array(own.buffer));
}
