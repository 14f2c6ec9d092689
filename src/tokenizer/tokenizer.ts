/** A tokenizer as everything behind it knows it: text → token ids. Its kinds are the other files of this room. */

/** What the page shows about a tokenizer. */
export interface TokenizerCard {
  path: string;
  /** e.g. "WordPiece". */
  kind: string;
  vocabulary: number;
}

export interface Encoding {
  ids: number[];
  typeIds: number[];
}

export interface WordEncoding extends Encoding {
  /** [start, end) in ids, one a word, special tokens counted; a word without subwords has start === end. */
  spans: [number, number][];
}

export interface Padding {
  side: 'right' | 'left';
  id: number;
  typeId: number;
}

export interface Tokenizer {
  readonly card: TokenizerCard;
  /** Special tokens included; `maxLength` counts them. */
  encode(text: string, pair: string | null, maxLength: number): Encoding;
  /** The same as subwords, for a preview. */
  tokens(text: string, pair: string | null, maxLength: number): string[];
  /** Words tokenised one by one, special tokens added, never cut. */
  encodeWords(words: readonly string[]): WordEncoding;
  /** The subwords of one word as `encodeWords` makes them, for a preview. */
  wordTokens(word: string): string[];
  /** Where the classification token stands. */
  readonly classification: 'first' | 'last';
  readonly padding: Padding;
  /** Something that is worth saying of its files. */
  readonly remark: string | null;
}
