/**
 * Whether the words that an activation file names are those of the data. NeuroX writes a word as its joined subwords
 * (`play##ing`, `▁the`, `Ġthe`), in lower case or without accents where the tokenizer works so: what tokenizers change
 * is taken away on both sides before words are compared, and a word that the tokenizer did not know says nothing.
 */
import { pairMark } from '../../data/formats/word-label.ts';
import { toByteLevel } from '../../tokenizer/byte-level.ts';

/** Marks of a word, or of a byte in it, that the tokenizer had no piece for. */
const unknown = /\[UNK\]|<unk>|<0x[\da-f]{2}>/i;
/** Where subwords begin or go on, and what tokenizers drop: accents, control characters, white space, what is no text. */
const dropped = /##|@@|<\/w>|▁|[\p{M}\p{C}\s\uFFFD]/gu;

/**
 * @param given words of the file, @param own those of the data: as many.
 * @returns the first word that differs, from 0; null where the sentences are the same.
 */
export function firstDifference(given: readonly string[], own: readonly string[]): number | null {
  const different = own.flatMap((word, index) => (isSame(given[index], word) ? [] : [index]));
  // SentencePiece rewrites characters by tables of its own: there a word alone does not make another sentence.
  const tolerated = given.some((word) => word.includes('▁')) ? own.length / 2 : 0;
  return different.length > tolerated ? different[0] : null;
}

function isSame(given: string, own: string): boolean {
  // Between two sentences of a pair the data has a mark of its own.
  if (given === own || own === pairMark.trim() || unknown.test(given)) return true;
  const plain = plainWord(given);
  if (plain === '' || plain === plainWord(own)) return true;
  return given === toByteLevel(own) || given === toByteLevel(` ${own}`);
}

function plainWord(word: string): string {
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(dropped, '')
    .replaceAll('ς', 'σ')
    .replace(/``|''|[“”„]/g, '"')
    .replace(/[‘’]/g, "'");
}
