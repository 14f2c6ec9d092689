/**
 * Tokens that are cut out of a text before the model sees it, special ones above all (`added_vocabulary.rs`): at each
 * place the longest, from left to right.
 */
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
  /** Of no text: what decodes leaves it out. */
  special: boolean;
}

/** A piece of text, or the id of the token that stood there. */
type Segment = { text: string; start: number } | { id: number };

const startsWithWord = new RegExp(`^[${wordCharacter}]`, 'u');
const endsWithWord = new RegExp(`[${wordCharacter}]$`, 'u');
const leadingSpace = new RegExp(`^${whiteSpace}*`, 'u');
const oneSpace = new RegExp(whiteSpace, 'u');

/**
 * @param contents what to look for, one a token; an empty one is never found, of equal ones the last counts
 * @returns a function that cuts a text up; empty pieces are left out.
 */
export function tokenCutter(tokens: readonly AddedToken[], contents: readonly string[]): (text: string) => Segment[] {
  const byContent = new Map(contents.map((content, place) => [content, tokens[place]]));
  const longestAt = prefixFinder([...byContent.keys()]);
  return (text) => {
    const segments: Segment[] = [];
    let done = 0;
    for (let at = 0; at < text.length;) {
      const content = longestAt(text, at);
      const token = byContent.get(content);
      if (content === '' || !token) {
        at++;
        continue;
      }
      const range = extent(text, at, at + content.length, token, done);
      at += content.length;
      if (!range) continue;
      if (range.start > done) segments.push({ text: text.slice(done, range.start), start: done });
      segments.push({ id: token.id });
      done = range.end;
    }
    if (done < text.length) segments.push({ text: text.slice(done), start: done });
    return segments;
  };
}

/**
 * A function that finds the longest of `entries` that a text goes on with at a place, '' where there is none. Memory is
 * the entries', however long they are.
 */
function prefixFinder(entries: readonly string[]): (text: string, at: number) => string {
  const sorted = entries.filter((entry) => entry !== '').sort();
  const firstUnits = new Set(sorted.map((entry) => entry.charCodeAt(0)));
  /** Of each entry the place of the longest other that it starts with, −1 where there is none. */
  const shorter = new Int32Array(sorted.length);
  const prefixFrom = (text: string, from: number): number => {
    let place = from;
    while (place >= 0 && !text.startsWith(sorted[place])) place = shorter[place];
    return place;
  };
  sorted.forEach((entry, place) => (shorter[place] = prefixFrom(entry, place - 1)));
  const reach = sorted.reduce((most, { length }) => Math.max(most, length), 0);
  return (text, at) => {
    if (!firstUnits.has(text.charCodeAt(at))) return '';
    const rest = text.slice(at, at + reach);
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle] <= rest) low = middle + 1;
      else high = middle;
    }
    return sorted[prefixFrom(rest, low - 1)] ?? '';
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
