/**
 * What transformers' code says of a model type's tokenizer and no file does: needed where a folder holds a bare
 * vocabulary, or a tokenizer that adds no special tokens. Each is said in the model type's own module.
 */
import type { TokenizerKind } from './files.ts';
import type { SpecialTokens } from './settings.ts';
import { badTokenizer } from './spec.ts';
import type { TemplateText } from './template.ts';

/** A piece of a SentencePiece model and its score. */
export type Piece = readonly [string, number];

export interface TokenizerConvention {
  /** Not known where it is not said. */
  vocabulary?: VocabularyConvention;
  /**
   * Which token stands for the text: `first` for certain, `last` where the tokenizer adds none of its own. Where it is not
   * said, the last where the tokenizer adds one there alone, else the first.
   */
  pooling?: 'first' | 'last';
}

/** How a tokenizer is made from a bare vocabulary: WordPiece, BPE on bytes, or a Unigram model of SentencePiece. */
export interface VocabularyConvention {
  kind: Exclude<TokenizerKind, 'tokenizer.json'>;
  tokens: SpecialTokens;
  /** Further tokens that are cut out of a text. */
  more?: readonly string[];
  template: TemplateText;
  /** The mask takes the white space before it along. */
  maskStrips?: boolean;
  /** A folder whose config.json names no model type is taken for one of this. */
  standard?: boolean;
  /** SentencePiece: the vocabulary in the order of its ids; the file's where it is not said. */
  pieces?(pieces: readonly Piece[]): readonly Piece[];
  /** SentencePiece: id of unknown text; the file's where it is not said. */
  unknown?: number;
  /**
   * SentencePiece: quotes, accents and case are evened out as in the original code of XLNet and ALBERT, where a number's
   * comma also is a piece of its own; whether capitals are lowered when no file says, and whether `keep_accents` beside a
   * tokenizer.json has an effect.
   */
  plain?: { lowers: boolean; accents?: boolean };
}

export interface TokenizerModel {
  /** As config.json names it; null when it names none. */
  type: string | null;
  /** By model type. */
  conventions: ReadonlyMap<string, TokenizerConvention>;
}

/**
 * @param file for messages
 * @throws WinnowError `bad-tokenizer` for a model type that is not known to have such a vocabulary: its numbers would be
 * wrong without a sign of it.
 */
export function vocabularyConvention(
  kind: VocabularyConvention['kind'],
  { type, conventions }: TokenizerModel,
  file: string,
): VocabularyConvention {
  const known = [...conventions].flatMap(([type, { vocabulary }]) =>
    vocabulary?.kind === kind ? [{ type, vocabulary }] : [],
  );
  const found = known.find((entry) => (type === null ? entry.vocabulary.standard : entry.type === type));
  if (found) return found.vocabulary;
  const kin = [...new Set(known.map(({ vocabulary }) => vocabulary))];
  const names = kin.flatMap((shared) =>
    known.filter(({ vocabulary }) => vocabulary === shared).map(({ type }) => type),
  );
  const message = `From ${file} alone Winnow makes tokenizers of ${names.join(', ')}, and the model is of the type "${type ?? 'none'}".`;
  throw badTokenizer(`${message} Its tokenizer.json would do.`);
}
