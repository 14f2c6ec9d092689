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
 * @param fileWords as many as `dataWords`.
 * @returns the first word that differs, from 0; null where the sentences are the same.
 */
export function firstDifference(fileWords: readonly string[], dataWords: readonly string[]): number | null {
  const different = dataWords.flatMap((word, index) => (isSame(fileWords[index], word) ? [] : [index]));
  // SentencePiece rewrites characters by tables of its own: there a word alone does not make another sentence.
  const tolerated = fileWords.some((word) => word.includes('▁')) ? dataWords.length / 2 : 0;
  return different.length > tolerated ? different[0] : null;
}

function isSame(fileWord: string, dataWord: string): boolean {
  // Between two sentences of a pair the data has a mark of its own.
  if (fileWord === dataWord || dataWord === pairMark.trim() || unknown.test(fileWord)) return true;
  const plain = plainWord(fileWord);
  if (plain === '' || plain === plainWord(dataWord)) return true;
  return fileWord === toByteLevel(dataWord) || fileWord === toByteLevel(` ${dataWord}`);
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
