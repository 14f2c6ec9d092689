/**
 * Unigram: the way through a piece whose entries' scores add up to most (`encode_optimized` of
 * `models/unigram/model.rs`: of equal ways the first found, in float64). Unknown characters side by side become one.
 */
import type { SubwordModel } from './model.ts';
import { PrefixIndex } from './prefix-index.ts';

export interface UnigramOptions {
  /** Id of what no entry covers. */
  unknown: number;
  /** Unknown text becomes its UTF-8 bytes where the vocabulary has `<0xNN>` for all of them. */
  byteFallback: boolean;
}

/** An unknown character costs this much more than the worst entry. */
const unknownPenalty = 10;

export class Unigram implements SubwordModel {
  readonly kind = 'Unigram';
  readonly vocabulary: ReadonlyMap<string, number>;
  private readonly scores: Float64Array;
  private readonly unknownScore: number;
  private readonly options: UnigramOptions;
  private readonly index: PrefixIndex;

  /** @param pieces entries with their scores, log probabilities; an entry's place is its id. */
  constructor(pieces: readonly (readonly [string, number])[], options: UnigramOptions) {
    this.vocabulary = new Map(pieces.map(([piece], id) => [piece, id]));
    this.scores = Float64Array.from(pieces, ([, score]) => score);
    this.unknownScore = this.scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty;
    this.options = options;
    this.index = new PrefixIndex(this.vocabulary);
  }

  encode(piece: string): readonly number[] {
    return this.cut(piece).flatMap((part) => this.vocabulary.get(part) ?? this.unknownIds(part));
  }

  /** The parts of the best way, unknown ones joined. */
  private cut(piece: string): string[] {
    const { starts, ids } = this.search(piece);
    const parts: string[] = [];
    let unknownEnd = -1;
    for (let end = piece.length; end > 0; end = starts[end]) {
      const start = starts[end];
      if (ids[end] !== this.options.unknown) {
        parts.push(piece.slice(start, end));
        continue;
      }
      if (unknownEnd < 0) unknownEnd = end;
      if (start > 0 && ids[start] === this.options.unknown) continue;
      parts.push(piece.slice(start, unknownEnd));
      unknownEnd = -1;
    }
    return parts.reverse();
  }

  /** For each place of `piece`: where the last entry of the best way to it starts, and its id. */
  private search(piece: string): { starts: Int32Array; ids: Int32Array } {
    const best = new Float64Array(piece.length + 1);
    const starts = new Int32Array(piece.length + 1).fill(-1);
    const ids = new Int32Array(piece.length + 1);
    for (let start = 0, width = 1; start < piece.length; start += width) {
      width = (piece.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
      let covered = false;
      const reach = (length: number, id: number, score: number): void => {
        const end = start + length;
        if (starts[end] >= 0 && score <= best[end]) return;
        best[end] = score;
        starts[end] = start;
        ids[end] = id;
      };
      this.index.forEachPrefix(piece, start, (length, id) => {
        reach(length, id, this.scores[id] + best[start]);
        if (length === width) covered = true;
      });
      if (!covered) reach(width, this.options.unknown, this.unknownScore + best[start]);
    }
    return { starts, ids };
  }

  private unknownIds(part: string): number[] {
    const { unknown, byteFallback } = this.options;
    return (byteFallback ? byteIds(part, this.vocabulary) : null) ?? [unknown];
  }
}

/** The ids of `<0xNN>` for each UTF-8 byte of `text`, or null when one is not in the vocabulary. */
export function byteIds(text: string, vocabulary: ReadonlyMap<string, number>): number[] | null {
  const ids: number[] = [];
  for (const byte of new TextEncoder().encode(text)) {
    const id = vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    if (id === undefined) return null;
    ids.push(id);
  }
  return ids;
}
