/**
 * Classes of characters and changes of case as Rust knows them, where JavaScript's own differ. The Rust tokenizers carry
 * Unicode tables of 2015 for marks, controls and punctuation and the browser its own: characters of small scripts that
 * came later can be classed otherwise.
 */

/** White space: JavaScript's \s counts U+FEFF and leaves out U+0085. */
export const whiteSpace = '\\p{White_Space}';

/** A character of a word: \w of Rust's and Oniguruma's regular expressions. */
export const wordCharacter = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d';

/** BERT's punctuation: Unicode's and every ASCII character that is neither letter, digit nor control. */
export const punctuation = '\\p{P}!-\\/:-@\\[-`{-~';

/** Lower case one character at a time: no final sigma. */
export function lowercase(text: string): string {
  if (!text.includes('Σ')) return text.toLowerCase();
  return Array.from(text, (character) => character.toLowerCase()).join('');
}
