/**
 * Tokens that are cut out of a text before the model sees it, special ones above all (`added_vocabulary.rs`): at each
 * place the longest, from left to right.
 */
import { PrefixIndex } from './prefix-index.ts';
import { whiteSpace, wordCharacter } from './unicode.ts';

export interface AddedToken {
  content: string;
  id: number;
  /** Only where no character of a word stands on either side. */
  singleWord: boolean;
  /** Takes the white space before it along. */
  stripLeft: boolean;
  /** Takes the white space behind it along. */
  stripRight: boolean;
  /** Looked for after normalisation, itself normalised. */
  normalized: boolean;
}

/** A piece of text, or the id of the token that stood there. */
export type Segment = { text: string; start: number } | { id: number };

const startsWithWord = new RegExp(`^[${wordCharacter}]`, 'u');
const endsWithWord = new RegExp(`[${wordCharacter}]$`, 'u');
const leadingSpace = new RegExp(`^${whiteSpace}*`, 'u');
const oneSpace = new RegExp(whiteSpace, 'u');

/**
 * @param contents what to look for, one a token; an empty one is never found
 * @returns a function that cuts a text up; empty pieces are left out.
 */
export function tokenCutter(tokens: readonly AddedToken[], contents: readonly string[]): (text: string) => Segment[] {
  const index = new PrefixIndex(new Map(contents.map((content, place) => [content, place])));
  const longest = (text: string, at: number): { length: number; token: AddedToken } | null => {
    if (!index.startsWith(text.charCodeAt(at))) return null;
    let best: { length: number; token: AddedToken } | null = null;
    index.forEachPrefix(text, at, (length, place) => {
      best = { length, token: tokens[place] };
    });
    return best;
  };
  return (text) => {
    const segments: Segment[] = [];
    let done = 0;
    for (let at = 0; at < text.length;) {
      const match = longest(text, at);
      if (!match) {
        at++;
        continue;
      }
      const end = at + match.length;
      const range = extent(text, at, end, match.token, done);
      at = end;
      if (!range) continue;
      if (range.start > done) segments.push({ text: text.slice(done, range.start), start: done });
      segments.push({ id: match.token.id });
      done = range.end;
    }
    if (done < text.length) segments.push({ text: text.slice(done), start: done });
    return segments;
  };
}

/** What a token found at [start, end) takes of the text, or null where it may not stand; `done` is taken already. */
function extent(text: string, start: number, end: number, token: AddedToken, done: number) {
  if (token.singleWord) {
    const inside = endsWithWord.test(text.slice(Math.max(0, start - 2), start)) || startsWithWord.test(text.slice(end));
    if (inside) return null;
  }
  let first = start;
  if (token.stripLeft) while (first > done && oneSpace.test(text[first - 1])) first--;
  const spaces = token.stripRight ? (leadingSpace.exec(text.slice(end))?.[0].length ?? 0) : 0;
  return { start: Math.max(first, done), end: end + spaces };
}
