/**
 * Vectors of subwords as vectors of words: where a file holds a vector a token of the encoder and its tokenizer is there,
 * the tokenizer says which tokens are which word's, and these are joined as when Winnow extracts them itself.
 */
import type { SentenceActivations } from '../../format/activation-file.ts';
import { pooledSpan, type Aggregation } from '../../tokenizer/rows.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { writeMean } from '../matrix.ts';

/** Whether the special tokens of a sentence are among its vectors. */
export type SubwordForm = 'with special tokens' | 'without';

/** How the tokens of a file become words. */
export interface Alignment {
  tokenizer: Tokenizer;
  aggregation: Aggregation;
  form: SubwordForm;
}

interface Subwords {
  /** With special tokens. */
  all: number;
  /** Without. */
  bare: number;
  /** [start, end) of each word, special tokens counted. */
  spans: readonly [number, number][];
}

export function subwordsOf(tokenizer: Tokenizer, words: readonly string[]): Subwords {
  const { ids, spans } = tokenizer.encodeWords(words);
  return { all: ids.length, bare: spans.reduce((sum, [start, end]) => sum + end - start, 0), spans };
}

/** Whether these may be a sentence's tokens in this form, by their number. */
export function fitsForm({ all, bare }: Subwords, tokens: number, form: SubwordForm): boolean {
  return tokens === (form === 'without' ? bare : all);
}

/**
 * One row a word, [words, width], and the words as the file's tokens spell them; without rows where the tokenizer has no
 * subwords for a word, as such a sentence is left out when Winnow extracts it.
 * @param activations [tokens, width], as many tokens as `form` promises.
 */
export function wordActivations(
  { words: tokens, data }: SentenceActivations,
  words: readonly string[],
  { tokenizer, aggregation, form }: Alignment,
  width: number,
): SentenceActivations {
  const { spans } = subwordsOf(tokenizer, words);
  if (spans.some(([start, end]) => start === end)) return { tokens: 0, words: null, data: new Float32Array(0) };
  const before = form === 'without' ? (spans.at(0)?.[0] ?? 0) : 0;
  const rows = new Float32Array(words.length * width);
  for (const [word, span] of spans.entries()) {
    const [from, to] = pooledSpan(span, aggregation);
    writeMean(
      rows.subarray(word * width, (word + 1) * width),
      data.subarray((from - before) * width, (to - before) * width),
    );
  }
  const named = tokens && spans.map(([start, end]) => tokens.slice(start - before, end - before).join(''));
  return { tokens: words.length, words: named, data: rows };
}
