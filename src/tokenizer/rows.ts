/**
 * Rows of token ids packed for the encoder: texts with one output each, labelling sentences with one a word. What a
 * tokenizer does is behind its interface; this knows no kind of them.
 */
import { yieldToEvents, type Control } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import type { Pooling } from '../base/pooling.ts';
import type { Encoding, Tokenizer } from './tokenizer.ts';

/**
 * Many rows packed: row r holds ids[offsets[r] … offsets[r + 1]). Output o is the mean of the vectors of tokens
 * [pooledFrom[o], pooledTo[o]) counted in `ids`; outputs of row r are outputOffsets[r] … outputOffsets[r + 1]. A sentence
 * has one output (its first or last token, or all), a labelling sentence one a word.
 */
export interface EncodedRows {
  rows: number;
  offsets: Uint32Array;
  ids: Int32Array;
  typeIds: Uint8Array;
  outputs: number;
  outputOffsets: Uint32Array;
  pooledFrom: Uint32Array;
  pooledTo: Uint32Array;
}

export interface TextRow {
  text: string;
  pair: string | null;
}

/** Which subwords stand for a word: the last, the first, or the mean of all. */
export type Aggregation = 'last' | 'first' | 'average';

/** A labelling sentence that is not encoded, and why. */
export interface LeftOut {
  /** Its place among the sentences given. */
  sentence: number;
  /** Words that are lost with it. */
  words: number;
  reason: { kind: 'too-long'; tokens: number } | { kind: 'no-subwords'; word: string };
}

interface EncodedSentences {
  rows: EncodedRows;
  /** The sentences that the rows hold, by their place among those given. */
  kept: Int32Array;
  leftOut: LeftOut[];
}

const rowsAtOnce = 512;

/**
 * Encodes all rows, each with what stands for it; progress counts rows.
 * @throws WinnowError `bad-data` for a row without a single token.
 */
export async function encodeRows(
  tokenizer: Tokenizer,
  rows: readonly TextRow[],
  { maxLength, pooling }: { maxLength: number; pooling: Pooling },
  control: Control = {},
): Promise<EncodedRows> {
  const list: Row[] = [];
  await inSteps(rows, control, ({ text, pair }, row) => {
    const encoding = tokenizer.encode(text, pair, maxLength);
    if (encoding.ids.length === 0) {
      const message = `Row ${row + 1} has no tokens: its text is empty, and the tokenizer adds no special tokens.`;
      throw new WinnowError('bad-data', message, 'Take the row out of the file, or use a model with special tokens.');
    }
    const { length } = encoding.ids;
    const span: Record<Pooling, [number, number]> = { first: [0, 1], last: [length - 1, length], mean: [0, length] };
    list.push([encoding, [span[pooling]]]);
  });
  return packed(list);
}

/**
 * Encodes labelling sentences, one output a word, but for words that `isOutput` says no of. A sentence beyond `maxLength` tokens, or with a word that has no
 * subwords, is left out as a whole and reported: its other words could not be told from what the paper's scripts do.
 * Progress counts sentences.
 */
export async function encodeSentences(
  tokenizer: Tokenizer,
  sentences: readonly { words: readonly string[] }[],
  aggregation: Aggregation,
  { maxLength, isOutput = () => true }: { maxLength: number; isOutput?: (sentence: number, word: number) => boolean },
  control: Control = {},
): Promise<EncodedSentences> {
  const list: Row[] = [];
  const kept: number[] = [];
  const leftOut: LeftOut[] = [];
  await inSteps(sentences, control, ({ words }, sentence) => {
    const encoding = tokenizer.encodeWords(words);
    const empty = encoding.spans.findIndex(([start, end]) => start === end);
    if (empty >= 0) {
      leftOut.push({ sentence, words: words.length, reason: { kind: 'no-subwords', word: words[empty] } });
    } else if (encoding.ids.length > maxLength) {
      leftOut.push({ sentence, words: words.length, reason: { kind: 'too-long', tokens: encoding.ids.length } });
    } else {
      kept.push(sentence);
      const spans = encoding.spans.filter((_, word) => isOutput(sentence, word));
      list.push([encoding, spans.map((span) => pooledSpan(span, aggregation))]);
    }
  });
  return { rows: packed(list), kept: Int32Array.from(kept), leftOut };
}

/** Which tokens of a word, [start, end), stand for it. */
export function pooledSpan([start, end]: [number, number], aggregation: Aggregation): [number, number] {
  if (aggregation === 'last') return [end - 1, end];
  return aggregation === 'first' ? [start, start + 1] : [start, end];
}

/** Works through a list with pauses in which an abort is heard. */
async function inSteps<T>(
  list: readonly T[],
  { signal, progress }: Control,
  work: (item: T, index: number) => void,
): Promise<void> {
  for (let index = 0; index < list.length; index += 1) {
    if (index % rowsAtOnce === 0) {
      progress?.(index, list.length);
      await yieldToEvents();
      signal?.throwIfAborted();
    }
    work(list[index], index);
  }
  progress?.(list.length, list.length);
}

/** One row, and [start, end) of each output in it. */
type Row = readonly [Encoding, [number, number][]];

/** Lays rows one behind the other. */
function packed(list: readonly Row[]): EncodedRows {
  const rows = list.length;
  const offsets = sums(list.map(([{ ids }]) => ids.length));
  const outputOffsets = sums(list.map(([, spans]) => spans.length));
  const outputs = outputOffsets[rows];
  const ids = new Int32Array(offsets[rows]);
  const typeIds = new Uint8Array(offsets[rows]);
  const pooledFrom = new Uint32Array(outputs);
  const pooledTo = new Uint32Array(outputs);
  list.forEach(([encoding, spans], row) => {
    ids.set(encoding.ids, offsets[row]);
    typeIds.set(encoding.typeIds, offsets[row]);
    spans.forEach(([start, end], index) => {
      pooledFrom[outputOffsets[row] + index] = offsets[row] + start;
      pooledTo[outputOffsets[row] + index] = offsets[row] + end;
    });
  });
  return { rows, offsets, ids, typeIds, outputs, outputOffsets, pooledFrom, pooledTo };
}

/** 0, then the sum of all lengths so far. */
function sums(lengths: readonly number[]): Uint32Array {
  const result = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, index) => (result[index + 1] = result[index] + length));
  return result;
}
