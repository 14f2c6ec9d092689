/** What tells whether two runs have the same rows of a part, in the same order. */
import { sha256OfLines } from '../base/hash.ts';
import type { PartTexts } from '../data/part-texts.ts';

/**
 * SHA-256 over the rows in their order, of each its texts and its label.
 * @param texts undefined: nothing but labels is known.
 * @param labels a label a row; null: texts alone.
 */
export function rowsHash(texts: PartTexts | undefined, labels: ArrayLike<number> | null): Promise<string> {
  return sha256OfLines(texts ? rowTexts(texts, labels) : Array.from(labels ?? [], String));
}

/** A line a sentence; of labelled words those that have a label. */
function* rowTexts(texts: PartTexts, labels: ArrayLike<number> | null): Generator<string> {
  if (texts.kind === 'sentence') {
    for (const [row, { text, pair }] of texts.rows.entries())
      yield JSON.stringify([text, pair, ...(labels ? [labels[row]] : [])]);
    return;
  }
  for (const [sentence, { words }] of texts.sentences.entries()) {
    const [from, to] = [texts.starts[sentence], texts.starts[sentence + 1]];
    if (to === from) continue;
    yield JSON.stringify([words, labels && Array.from({ length: to - from }, (_, word) => labels[from + word])]);
  }
}
