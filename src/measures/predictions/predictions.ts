/** Predictions and labels as a run file keeps them, and what makes two test parts the same rows. */
import { base64Length, bytesToBase64 } from '../../base/base64.ts';
import { sha256OfLines } from '../../base/hash.ts';
import type { PartTexts } from '../../data/part-texts.ts';
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
    sha256: await rowsHash(part),
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

/** SHA-256 over the rows in their order, of each its texts and its label. */
function rowsHash({ texts, labels }: Pick<ProbePart, 'texts' | 'labels'>): Promise<string> {
  return sha256OfLines(texts ? rowTexts(texts, labels) : Array.from(labels, String));
}

/** A line a sentence; of labelled words those that have a label. */
function* rowTexts(texts: PartTexts, labels: ArrayLike<number>): Generator<string> {
  if (texts.kind === 'sentence') {
    for (const [row, { text, pair }] of texts.rows.entries()) yield JSON.stringify([text, pair, labels[row]]);
    return;
  }
  for (const [sentence, { words }] of texts.sentences.entries()) {
    const [from, to] = [texts.starts[sentence], texts.starts[sentence + 1]];
    if (to > from) yield JSON.stringify([words, Array.from({ length: to - from }, (_, word) => labels[from + word])]);
  }
}
