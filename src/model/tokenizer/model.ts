/** What cuts one piece of text (a word, mostly) into subwords: WordPiece, BPE or Unigram. */

export interface SubwordModel {
  readonly kind: 'WordPiece' | 'BPE' | 'Unigram';
  readonly vocabulary: ReadonlyMap<string, number>;
  /** @returns ids; the same piece always gives the same. */
  encode(piece: string): readonly number[];
}

/** Entries longer than this are in no vocabulary; it bounds the work at each place of a text. */
export const longestEntry = 512;

const cachedPieces = 200_000;
const longestCached = 64;

/** `model` with a memory for pieces: words repeat, and each is cut once. */
export function remembering(model: SubwordModel): SubwordModel {
  const known = new Map<string, readonly number[]>();
  return {
    kind: model.kind,
    vocabulary: model.vocabulary,
    encode(piece) {
      const before = known.get(piece);
      if (before) return before;
      const ids = model.encode(piece);
      if (piece.length <= longestCached && known.size < cachedPieces) known.set(piece, ids);
      return ids;
    },
  };
}
