/**
 * What every activation file gives: sentences in file order, each [tokens, layers, hidden] float32, read one at a time
 * so that a file of any size passes through. Which token stands for a sentence, and whether the tokens fit the words of
 * a data set, is decided where the file meets its data (`activations/file/pair.ts`).
 */
import type { Control } from '../base/abort.ts';
import { nameOf } from '../base/bytes.ts';
import { badFile, type WinnowError } from '../base/errors.ts';

export interface SentenceActivations {
  tokens: number;
  /** As many as tokens; null where the file does not say them. */
  words: string[] | null;
  /** [tokens, layers, hidden] */
  data: Float32Array;
}

/** The axes behind the tokens, alike in all sentences. */
export interface SentenceShape {
  /** As many as the file holds; whether the first is the embeddings is not said in it. */
  readonly layers: number;
  readonly hidden: number;
}

export interface ActivationFile extends SentenceShape {
  readonly name: string;
  /** Of an array [rows, columns], which does not say how many layers its columns are; null where the file does. */
  readonly columns: number | null;
  /** What the file calls its layers, where it numbers them; absent or null: 0, 1, … */
  readonly layerIndices?: readonly number[] | null;
  /** `row`: the file knows nothing of sentences, and each row comes as a sentence of one token. */
  readonly unit: 'sentence' | 'row';
  /** Sentences (or rows); null where only reading to the end would tell (JSON lines). */
  readonly count: number | null;
  /**
   * Progress is in sentences, where these are counted, else in bytes.
   * @throws WinnowError `bad-file` at the first sentence that is not as promised, `unreadable-file` as `readSlice`.
   */
  sentences(control?: Control): AsyncGenerator<SentenceActivations>;
  /**
   * Of a file that keys sentences by their words: count and sentences as `wordsOf` has them. Absent: it has an order.
   * @param name of the data, for messages.
   */
  inOrder?(
    wordsOf: (sentence: number) => readonly string[],
    count: number,
    name: string,
  ): Pick<ActivationFile, 'count' | 'sentences'>;
  /** Gives back what the open file holds; nothing can be read afterwards. */
  close(): void;
}

/** Most that one sentence may take in memory: 3,300 tokens of bert-base. */
export const sentenceLimitBytes = 128 * 2 ** 20;

/**
 * Refuses sizes from a file before anything is allocated for them.
 * @param subject to begin a sentence with, e.g. "Sentence 3 of `x.hdf5`".
 * @throws WinnowError `bad-file`.
 */
export function checkSentenceSize(subject: string, tokens: number, { layers, hidden }: SentenceShape): void {
  const sizeBytes = tokens * layers * hidden * Float32Array.BYTES_PER_ELEMENT;
  if (layers > 0 && hidden > 0 && sizeBytes <= sentenceLimitBytes) return;
  const shape = `${tokens} tokens × ${layers} layers × ${hidden} neurons`;
  const message =
    sizeBytes > sentenceLimitBytes
      ? `${subject} has ${shape}, which is ${sizeBytes} bytes; a sentence may have ${sentenceLimitBytes}.`
      : `${subject} has ${shape}: there is nothing to analyse.`;
  throw badFile(message, 'Check the file, or extract the activations again.');
}

/** @throws WinnowError `bad-file` when a sentence has other layers or neurons than those before it. */
export function checkSameShape(subject: string, { layers, hidden }: SentenceShape, expected: SentenceShape): void {
  if (layers === expected.layers && hidden === expected.hidden) return;
  const message = `${subject} has ${layers} layers of ${hidden} neurons, those before it ${expected.layers} of ${expected.hidden}.`;
  throw badFile(message, 'Extract all sentences with the same model and the same layers.');
}

/** The error for a file that holds no sentence at all. */
export function noSentences(file: { readonly name?: string }): WinnowError {
  const message = `${nameOf(file)} holds no activations.`;
  return badFile(message, 'Check that the extraction was finished, or copy the file again.');
}
