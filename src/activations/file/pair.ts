/**
 * Brings activations that were extracted elsewhere together with their data set: one row a word, or one row a sentence
 * (its first or last token). Files and data must agree sentence by sentence; what disagrees is said with both numbers,
 * because a shift by one would go unnoticed in every score.
 */
import type { Control } from '../../base/abort.ts';
import { WinnowError } from '../../base/errors.ts';
import type { ActivationFile, SentenceActivations } from '../../format/activation-file.ts';
import type { ActivationStore } from '../cache.ts';

export type Pairing = {
  /** The file with the words or sentences, for messages. */
  name: string;
} & (
  | { kind: 'words'; /** Words of each sentence; together the rows. */ words: ArrayLike<number> }
  | {
      kind: 'sentences';
      sentences: number;
      /** Which token stands for a sentence of several. */ token: 'first' | 'last';
    }
);

/** Rows that a pairing makes. */
export function rowsOf(pairing: Pairing): number {
  return pairing.kind === 'sentences' ? pairing.sentences : sum(pairing.words);
}

/**
 * Puts all rows into the store, whose shape is [rowsOf(pairing), layers, hidden] of the file. Progress counts rows.
 * @throws WinnowError `bad-data` when file and data do not agree; as `ActivationFile.sentences`; DOMException AbortError.
 */
export async function fillStore(
  store: ActivationStore,
  file: ActivationFile,
  pairing: Pairing,
  { signal, progress }: Control = {},
): Promise<void> {
  const rows = rowsOf(pairing);
  let chunk = 0;
  for await (const data of pairedChunks(file, pairing, store.chunkRows, { signal })) {
    await store.put(chunk++, data);
    progress?.(Math.min(rows, chunk * store.chunkRows), rows);
  }
}

/**
 * The rows in chunks of `chunkRows`, each [rows of the chunk, layers × hidden] in memory of its own.
 * @throws WinnowError as `fillStore`.
 */
export async function* pairedChunks(
  file: ActivationFile,
  pairing: Pairing,
  chunkRows: number,
  control: Control = {},
): AsyncGenerator<Float32Array> {
  const width = file.layers * file.hidden;
  const rows = rowsOf(pairing);
  let done = 0;
  let chunk = new Float32Array(Math.min(chunkRows, rows) * width);
  let filled = 0;
  for await (const data of pairedRows(file, pairing, control)) {
    for (let from = 0; from < data.length;) {
      const taken = Math.min(data.length - from, chunk.length - filled);
      chunk.set(data.subarray(from, from + taken), filled);
      from += taken;
      filled += taken;
      if (filled < chunk.length) continue;
      yield chunk;
      done += filled / width;
      filled = 0;
      chunk = new Float32Array(Math.min(chunkRows, rows - done) * width);
    }
  }
}

/** Each sentence's rows, [some, layers × hidden], once it is known to fit. */
async function* pairedRows(file: ActivationFile, pairing: Pairing, control: Control): AsyncGenerator<Float32Array> {
  checkCount(file, pairing);
  const width = file.layers * file.hidden;
  const expected = file.unit === 'row' ? rowsOf(pairing) : sentencesOf(pairing);
  let sentence = 0;
  for await (const found of file.sentences(control)) {
    if (sentence === expected) throw tooMany(file, pairing);
    yield rowsOfSentence(found, sentence, file, pairing, width);
    sentence++;
  }
  if (sentence < expected) throw counts(file, sentence, pairing);
}

function rowsOfSentence(
  { tokens, data }: SentenceActivations,
  sentence: number,
  file: ActivationFile,
  pairing: Pairing,
  width: number,
): Float32Array {
  if (file.unit === 'row') return data;
  if (pairing.kind === 'words') {
    if (tokens === pairing.words[sentence]) return data;
    const message = `Sentence ${sentence + 1} has ${tokens} tokens in \`${file.name}\`, but ${pairing.words[sentence]} words in \`${pairing.name}\`.`;
    throw new WinnowError('bad-data', message, 'Leave that sentence out of both files, or extract it again whole.');
  }
  if (tokens === 0) {
    const message = `Sentence ${sentence + 1} of \`${file.name}\` has no token that could stand for it.`;
    throw new WinnowError('bad-data', message, 'Leave that sentence out of both files, or extract it again.');
  }
  return pairing.token === 'first' ? data.subarray(0, width) : data.subarray(data.length - width);
}

/** Before anything is read, where the file knows how many sentences it has. */
function checkCount(file: ActivationFile, pairing: Pairing): void {
  const expected = file.unit === 'row' ? rowsOf(pairing) : sentencesOf(pairing);
  if (file.count !== null && file.count !== expected) throw counts(file, file.count, pairing);
}

function sentencesOf(pairing: Pairing): number {
  return pairing.kind === 'sentences' ? pairing.sentences : pairing.words.length;
}

const sameFiles = 'Check that both were made from the same file, in the same order.';

function counts(file: ActivationFile, found: number, pairing: Pairing): WinnowError {
  const holds = file.unit === 'row' ? `${found} rows` : `${found} sentences`;
  const words = file.unit === 'row' && pairing.kind === 'words';
  const has = words ? `${rowsOf(pairing)} words` : `${sentencesOf(pairing)} sentences`;
  const message = `\`${file.name}\` holds activations of ${holds}, but \`${pairing.name}\` has ${has}.`;
  return new WinnowError('bad-data', message, sameFiles);
}

function tooMany(file: ActivationFile, pairing: Pairing): WinnowError {
  const message = `\`${file.name}\` holds more than the ${sentencesOf(pairing)} sentences of \`${pairing.name}\`.`;
  return new WinnowError('bad-data', message, sameFiles);
}

function sum(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  return total;
}
