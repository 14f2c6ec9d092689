/** What the rows of a part say: a sentence or pair each, or the words of sentences. Rows count as activations do. */
import type { Instance, LabelledSentence } from './rows.ts';

export type PartTexts =
  | { kind: 'sentence'; rows: readonly Pick<Instance, 'text' | 'pair'>[] }
  | {
      kind: 'labelling';
      sentences: readonly Pick<LabelledSentence, 'words'>[];
      /** Words before each sentence, and all of them at the end; one that was left out has none. */
      starts: Uint32Array;
    };

/** What one row says. */
export interface RowText {
  /** A sentence, the first of a pair, or the words around a word; cut where it is long. */
  text: string;
  pair: string | null;
  /** Where rows are words: this one. */
  word: string | null;
}

/** Of a text, and of the words on either side of one: what can be read at a glance. */
const longestText = 400;
const wordsBeside = 12;

export function rowText(texts: PartTexts, row: number): RowText {
  if (texts.kind === 'labelling') {
    const { at, words } = wordsAround(texts, row);
    return { text: words.join(' '), pair: null, word: words[at] };
  }
  const { text, pair } = texts.rows[row];
  return { text: shortened(text), pair: pair === null ? null : shortened(pair), word: null };
}

/** The words near a row's word: its place among them, and the row of the first. */
export function wordsAround(
  { sentences, starts }: Extract<PartTexts, { kind: 'labelling' }>,
  row: number,
): { at: number; first: number; words: string[] } {
  const sentence = sentenceOf(starts, row);
  const start = starts[sentence];
  const from = Math.max(0, row - start - wordsBeside);
  const words = sentences[sentence].words.slice(from, row - start + wordsBeside + 1).map(shortened);
  return { at: row - start - from, first: start + from, words };
}

/** The sentence that a word lies in: the last that starts at or before it and has words. */
function sentenceOf(starts: Uint32Array, row: number): number {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= row) low = middle;
    else high = middle;
  }
  return low;
}

/** Cut between characters, never inside one. */
export function shortened(text: string): string {
  if (text.length <= longestText) return text;
  return `${[...text.slice(0, longestText)].slice(0, -1).join('')}…`;
}
