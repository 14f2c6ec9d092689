/**
 * Activations with the sentences that their rows belong to: a labelling sentence has a row a word, a sentence of a
 * sentence task one. Rows lie in blocks that know nothing of sentences; here they are cut again.
 */
import type { Control } from '../../base/abort.ts';
import { WinnowError } from '../../base/errors.ts';
import type { SentenceActivations } from '../../format/activation-file.ts';
import type { Activations } from '../matrix.ts';

export interface ActivationSet {
  activations: Activations;
  /** Rows of each sentence; null: every row is a sentence. */
  lengths: Int32Array<ArrayBuffer> | null;
  /** Words of each sentence, as many as its rows; null: NeuroX's formats call them `sentence_0`, … */
  words: readonly (readonly string[])[] | null;
}

/** @throws WinnowError `internal` for lengths or words that do not fit the rows. */
export function checkSet({ activations, lengths, words }: ActivationSet): void {
  const rows = lengths === null ? activations.rows : lengths.reduce((sum, length) => sum + length, 0);
  const sentences = lengths?.length ?? activations.rows;
  const fits =
    rows === activations.rows &&
    (words === null ||
      (words.length === sentences && words.every((list, index) => list.length === (lengths?.[index] ?? 1))));
  if (fits) return;
  const message = `There are ${activations.rows} rows of activations for ${rows} words.`;
  throw new WinnowError('internal', message, 'This is a fault in Winnow: please report it.');
}

/** Progress counts rows. */
export async function* blocksOf(
  activations: Activations,
  { signal, progress }: Control,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  for (let index = 0; index < activations.blockCount; index++) {
    signal?.throwIfAborted();
    const { start, rows, data } = await activations.block(index);
    yield data as Float32Array<ArrayBuffer>;
    progress?.(start + rows, activations.rows);
  }
}

/** Each block as a Blob of its own, so that the browser can move the bytes out of this process. */
export async function blobsOf(activations: Activations, control: Control): Promise<Blob[]> {
  const blobs: Blob[] = [];
  for await (const block of blocksOf(activations, control)) blobs.push(new Blob([block]));
  return blobs;
}

/** A JSON list of words for each sentence, as UTF-8. */
export function wordBytes(words: NonNullable<ActivationSet['words']>): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(words));
}

/** The rows sentence by sentence; one that lies across blocks is put together. */
export async function* sentencesOf(
  { activations, lengths, words }: ActivationSet,
  control: Control,
): AsyncGenerator<SentenceActivations> {
  const width = activations.layers * activations.hidden;
  const count = lengths?.length ?? activations.rows;
  const sizeOf = (sentence: number): number => (lengths?.[sentence] ?? 1) * width;
  const sentenceOf = (index: number, data: Float32Array): SentenceActivations => {
    const named = words?.[index];
    return { tokens: data.length / width, words: named ? [...named] : null, data };
  };
  let sentence = 0;
  let pending = new Float32Array(0);
  let filled = 0;
  for await (const block of blocksOf(activations, control)) {
    let rest: Float32Array = block;
    if (filled > 0) {
      const taken = Math.min(rest.length, pending.length - filled);
      pending.set(rest.subarray(0, taken), filled);
      filled += taken;
      rest = rest.subarray(taken);
      if (filled < pending.length) continue;
      yield sentenceOf(sentence++, pending);
      filled = 0;
    }
    while (sentence < count && sizeOf(sentence) <= rest.length) {
      const size = sizeOf(sentence);
      yield sentenceOf(sentence++, rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    if (rest.length === 0) continue;
    pending = new Float32Array(sizeOf(sentence));
    pending.set(rest);
    filled = rest.length;
  }
  // Without rows there is no block that would end the sentences that have none.
  while (sentence < count) yield sentenceOf(sentence++, new Float32Array(0));
}
