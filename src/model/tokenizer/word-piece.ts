/** WordPiece: the longest entry that a word starts with, again and again (`models/wordpiece/mod.rs`). */
import { longestEntry, type SubwordModel } from './model.ts';

export interface WordPieceOptions {
  /** Id of a word that cannot be put together. */
  unknown: number;
  /** Stands before every subword but a word's first. */
  prefix: string;
  /** Longer words are unknown; counted in characters. */
  longestWord: number;
}

export class WordPiece implements SubwordModel {
  readonly kind = 'WordPiece';
  readonly vocabulary: ReadonlyMap<string, number>;
  private readonly options: WordPieceOptions;

  constructor(vocabulary: ReadonlyMap<string, number>, options: WordPieceOptions) {
    this.vocabulary = vocabulary;
    this.options = options;
  }

  encode(word: string): readonly number[] {
    const { unknown, prefix, longestWord } = this.options;
    if (word.length > longestWord && Array.from(word).length > longestWord) return [unknown];
    const ids: number[] = [];
    for (let start = 0; start < word.length;) {
      let end = Math.min(word.length, start + longestEntry);
      let id: number | undefined;
      for (; end > start; end--) {
        const part = word.slice(start, end);
        id = this.vocabulary.get(start > 0 ? prefix + part : part);
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown];
      ids.push(id);
      start = end;
    }
    return ids;
  }
}
