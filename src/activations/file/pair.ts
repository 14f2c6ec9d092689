/**
 * Brings activations that were extracted elsewhere together with their data set: one row a word, or one row a sentence
 * (its first or last token). Files and data must agree sentence by sentence; what disagrees is said with both numbers,
 * because a shift by one would go unnoticed in every score.
 */
import type { Control } from '../../base/abort.ts';
import { WinnowError } from '../../base/errors.ts';
import type { ActivationFile, SentenceActivations } from '../../format/activation-file.ts';

export type Pairing = {
  /** The file with the words or sentences, for messages. */
  name: string;
  /** The sentences are the beginning of that file only, so that the activations may be of more. */
  isBeginning: boolean;
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
 * Each sentence's rows in file order, [some, layers × hidden], once it is known to fit.
 * @throws WinnowError `bad-data` when file and data do not agree; as `ActivationFile.sentences`.
 */
export async function* pairedRows(
  file: ActivationFile,
  pairing: Pairing,
  control: Control = {},
): AsyncGenerator<Float32Array> {
  checkCount(file, pairing);
  const width = file.layers * file.hidden;
  const expected = file.unit === 'row' ? rowsOf(pairing) : sentencesOf(pairing);
  let sentence = 0;
  for await (const found of file.sentences(control)) {
    if (sentence === expected && pairing.isBeginning) return;
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

/**
 * Before anything is read, where the file knows how many sentences it has.
 * @throws WinnowError `bad-data` with both numbers.
 */
export function checkCount(file: Pick<ActivationFile, 'name' | 'unit' | 'count'>, pairing: Pairing): void {
  if (file.count === null) return;
  const expected = file.unit === 'row' ? rowsOf(pairing) : sentencesOf(pairing);
  const fits = pairing.isBeginning ? file.count >= expected : file.count === expected;
  if (!fits) throw counts(file, file.count, pairing);
}

/**
 * Rows of each sentence as the file has them: as many as words, or none where whoever extracted left the sentence out.
 * @throws WinnowError as `pairedRows`.
 */
export async function rowsBySentence(
  file: ActivationFile,
  words: Pairing & { kind: 'words' },
  { signal, progress }: Control = {},
): Promise<Int32Array> {
  const rows = Int32Array.from(words.words);
  if (file.unit === 'row') return rows;
  checkCount(file, words);
  let sentence = 0;
  for await (const { tokens } of file.sentences({ signal })) {
    if (sentence === rows.length) break;
    // Any other number is refused when the rows are paired; a sentence without any is left out.
    if (tokens === 0) rows[sentence] = 0;
    sentence++;
    progress?.(sentence, rows.length);
  }
  return rows;
}

function sentencesOf(pairing: Pairing): number {
  return pairing.kind === 'sentences' ? pairing.sentences : pairing.words.length;
}

const sameFiles = 'Check that both were made from the same file, in the same order.';

function counts(file: Pick<ActivationFile, 'name' | 'unit'>, found: number, pairing: Pairing): WinnowError {
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
