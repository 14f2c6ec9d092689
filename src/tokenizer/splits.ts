/** Cuts texts along a pattern, with the five behaviours of Rust's tokenizers (`NormalizedString::split`). */

/** One text's pieces; some may be empty. */
export type Cut = (text: string) => readonly string[];

/** Whether a match, or the text between two, joins the piece before it, which was a match or was none. */
const joins = {
  Removed: () => false,
  Isolated: () => false,
  MergedWithPrevious: (match: boolean, before: boolean) => match && !before,
  MergedWithNext: (match: boolean, before: boolean) => !match && before,
  Contiguous: (match: boolean, before: boolean) => match === before,
};
export type Behavior = keyof typeof joins;
export const behaviors = Object.keys(joins) as Behavior[];

/** Cuts at every match of a global pattern that never matches nothing; `invert` swaps matches with what is between. */
export function splitting(pattern: RegExp, behavior: Behavior, invert = false): Cut {
  return (text) => {
    const pieces: string[] = [];
    let before: boolean | null = null;
    const add = (piece: string, match: boolean): void => {
      if (piece === '') return;
      if (before !== null && joins[behavior](match, before)) pieces[pieces.length - 1] += piece;
      else if (!match || behavior !== 'Removed') pieces.push(piece);
      before = match;
    };
    let done = 0;
    for (const { 0: match, index } of text.matchAll(pattern)) {
      add(text.slice(done, index), invert);
      add(match, !invert);
      done = index + match.length;
    }
    add(text.slice(done), invert);
    return pieces;
  };
}
