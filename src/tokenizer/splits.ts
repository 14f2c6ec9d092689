/** Cuts texts along a pattern, with the five behaviours of Rust's tokenizers (`NormalizedString::split`). */

/** One text's pieces; some may be empty. */
export type Cut = (text: string) => readonly string[];

export const behaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
export type Behavior = (typeof behaviors)[number];

interface Part {
  text: string;
  match: boolean;
}

/** Cuts at every match of a global pattern that never matches nothing; `invert` swaps matches with what is between. */
export function splitting(pattern: RegExp, behavior: Behavior, invert = false): Cut {
  return (text) => arrange(partsOf(text, pattern, invert), behavior);
}

function partsOf(text: string, pattern: RegExp, invert: boolean): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (index > done) parts.push({ text: text.slice(done, index), match: invert });
    parts.push({ text: match, match: !invert });
    done = index + match.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done), match: invert });
  return parts;
}

function arrange(parts: readonly Part[], behavior: Behavior): string[] {
  if (behavior === 'Isolated') return parts.map(({ text }) => text);
  if (behavior === 'Removed') return parts.filter(({ match }) => !match).map(({ text }) => text);
  if (behavior === 'MergedWithNext') {
    return joined([...parts].reverse(), (part, before) => part.match && !before, true).reverse();
  }
  if (behavior === 'MergedWithPrevious') return joined(parts, (part, before) => part.match && !before, false);
  return joined(parts, (part, before) => part.match === before, false);
}

/** Joins a part to the one before it where `joins` says so; `before` tells whether that one matched. */
function joined(parts: readonly Part[], joins: (part: Part, before: boolean) => boolean, backwards: boolean): string[] {
  const texts: string[] = [];
  let before = false;
  for (const part of parts) {
    const last = texts.length - 1;
    if (last >= 0 && joins(part, before)) texts[last] = backwards ? part.text + texts[last] : texts[last] + part.text;
    else texts.push(part.text);
    before = part.match;
  }
  return texts;
}
