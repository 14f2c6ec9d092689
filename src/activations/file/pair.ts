/**
 * Brings activations that were extracted elsewhere together with their data set: one row a word, or one row a sentence
 * (its first or last token, or their mean). Files and data must agree sentence by sentence, and word by word where the
 * file names words; what disagrees is said with both numbers or words, because a shift by one would go unnoticed in
 * every score.
 */
import type { Control } from '../../base/abort.ts';
import { WinnowError } from '../../base/errors.ts';
import type { Pooling } from '../../base/pooling.ts';
import { baseName } from '../../base/source-file.ts';
import { shown } from '../../data/rows.ts';
import type { ActivationFile, SentenceActivations } from '../../format/activation-file.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { writeMean } from '../matrix.ts';
import { fitsForm, subwordsOf, wordActivations, type Alignment, type SubwordForm } from './align.ts';
import { firstDifference } from './words.ts';

export type Pairing = {
  /** The file with the words or sentences, for messages. */
  name: string;
  /** The sentences are the beginning of that file only, so that the activations may be of more. */
  isBeginning: boolean;
  /** The words of a sentence, to be compared with those that a file names; null: there is nothing to compare. */
  wordsOf: ((sentence: number) => readonly string[]) | null;
} & (
  | {
      kind: 'words';
      /** Words of each sentence; together the rows. */
      words: ArrayLike<number>;
      /** Whether a word has a label; the rows of others are not stored. */
      isLabelled?: (sentence: number, word: number) => boolean;
      /** How the file's tokens become words; null or absent: a token is a word. */
      alignment?: Alignment | null;
    }
  | {
      kind: 'sentences';
      sentences: number;
      /** What stands for a sentence of several tokens. */ token: Pooling;
    }
);

/**
 * Each sentence's rows in file order, [some, layers × hidden], once it is known to fit.
 * @throws WinnowError `bad-data` when file and data do not agree; as `ActivationFile.sentences`.
 */
export async function* pairedRows(
  file: ActivationFile,
  pairing: Pairing,
  control: Control = {},
): AsyncGenerator<Float32Array> {
  checkSentenceCount(file, pairing);
  const width = file.layers * file.hidden;
  const inOrder = orderedFile(file, pairing);
  const expected = expectedCount(file, pairing);
  let sentence = 0;
  for await (const activations of inOrder.sentences(control)) {
    if (sentence === expected && pairing.isBeginning) return;
    if (sentence === expected) throw tooMany(file, pairing);
    const rows = rowsOfSentence(activations, sentence, file, pairing, width);
    checkFinite(rows, sentence, file);
    yield rows;
    sentence++;
  }
  if (sentence < expected) throw otherCount(file, sentence, pairing);
}

/**
 * Compares the words of a sentence where the file names as many as the data has.
 * @throws WinnowError `bad-data` naming the sentence and the first word that differs.
 */
export function checkWords(
  { words }: SentenceActivations,
  sentence: number,
  file: Pick<ActivationFile, 'name'>,
  { name, kind, wordsOf }: Pairing,
): void {
  if (words === null || wordsOf === null) return;
  // Where the encoder's own tokens are there, the others are subwords.
  if (kind === 'sentences' && words.some(isStandIn)) return;
  const dataWords = wordsOf(sentence);
  if (dataWords.length !== words.length) return;
  const at = firstDifference(words, dataWords);
  if (at === null) return;
  const there = `word ${at + 1} is ${shown(words[at])} in \`${file.name}\``;
  const message = `Sentence ${sentence + 1} is another one: ${there}, but ${shown(dataWords[at])} in \`${name}\`.`;
  throw new WinnowError('bad-data', message, sameFiles);
}

/**
 * Of labelled words there must be a row each, or one a subword of a tokenizer that is there.
 * @returns what is wrong with a sentence, with both numbers.
 */
export function tokenFault(
  { tokens }: Pick<SentenceActivations, 'tokens'>,
  sentence: number,
  file: Pick<ActivationFile, 'name'>,
  pairing: Pairing,
  tokenizer: Tokenizer | null = null,
): WinnowError | null {
  if (pairing.kind !== 'words' || tokens === pairing.words[sentence]) return null;
  const expected = pairing.words[sentence];
  const words = pairing.wordsOf?.(sentence);
  const counts = `Sentence ${sentence + 1} has ${tokens} tokens in \`${file.name}\`, but ${expected} words`;
  if (tokenizer === null || !words) {
    const next = tokens > expected ? perWord : 'Leave that sentence out of both files, or extract it again whole.';
    return new WinnowError('bad-data', `${counts} in \`${pairing.name}\`.`, next);
  }
  const subwords = subwordsOf(tokenizer, words);
  if (subwordForms.some((form) => fitsForm(subwords, tokens, form))) return null;
  return new WinnowError('bad-data', `${counts} ${otherSubwords(subwords, tokenizer)}.`, ownTokenizer);
}

const subwordForms: readonly SubwordForm[] = ['with special tokens', 'without'];

function otherSubwords({ all, bare }: ReturnType<typeof subwordsOf>, { card }: Tokenizer): string {
  return `and ${bare} subwords (${all} with special tokens) by \`${baseName(card.path)}\``;
}

/** @throws WinnowError `bad-data` naming where the first value stands that is no number. */
function checkFinite(rows: Float32Array, sentence: number, { name, unit, layers, hidden }: ActivationFile): void {
  const at = rows.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const inRow = at % (layers * hidden);
  const token = Math.floor(at / (layers * hidden));
  const place = unit === 'row' ? `row ${sentence + 1}` : `word ${token + 1} of sentence ${sentence + 1}`;
  const where = `neuron ${inRow % hidden} of layer ${Math.floor(inRow / hidden)}`;
  const message = `\`${name}\` holds ${rows[at]} where a number should be: ${where} in ${place}.`;
  throw new WinnowError(
    'bad-data',
    message,
    'Extract the activations again, in float32 where they were in half precision.',
  );
}

/** `[CLS]`, `<s>` and the like, or what NeuroX's formats call a sentence without words. */
function isStandIn(token: string): boolean {
  return /^(\[\w+\]|<\/?\w+>|sentence_\d+)$/.test(token);
}

function rowsOfSentence(
  activations: SentenceActivations,
  sentence: number,
  file: ActivationFile,
  pairing: Pairing,
  width: number,
): Float32Array {
  const { tokens, data } = activations;
  if (file.unit === 'row') return data;
  if (pairing.kind === 'words' && pairing.alignment) {
    const ofWords = wordActivations(activations, pairing.wordsOf?.(sentence) ?? [], pairing.alignment, width);
    checkWords(ofWords, sentence, file, pairing);
    return ofWords.data;
  }
  checkWords(activations, sentence, file, pairing);
  const fault = tokenFault(activations, sentence, file, pairing);
  if (fault !== null) throw fault;
  if (pairing.kind === 'words') return data;
  if (tokens === 0) {
    const message = `Sentence ${sentence + 1} of \`${file.name}\` has no token that could stand for it.`;
    throw new WinnowError('bad-data', message, 'Leave that sentence out of both files, or extract it again.');
  }
  return vectorOf(data, width, pairing.token);
}

/** One row of a sentence's, [tokens, width]. */
function vectorOf(data: Float32Array, width: number, token: Pooling): Float32Array {
  switch (token) {
    case 'first':
      return data.subarray(0, width);
    case 'last':
      return data.subarray(data.length - width);
    case 'mean': {
      const mean = new Float32Array(width);
      writeMean(mean, data);
      return mean;
    }
    default:
      return token satisfies never;
  }
}

/**
 * Before anything is read, where the file knows how many sentences it has.
 * @throws WinnowError `bad-data` with both numbers.
 */
export function checkSentenceCount(file: Pick<ActivationFile, 'name' | 'unit' | 'count'>, pairing: Pairing): void {
  if (file.count === null) return;
  const expected = expectedCount(file, pairing);
  const fits = pairing.isBeginning ? file.count >= expected : file.count === expected;
  if (!fits) throw otherCount(file, file.count, pairing);
}

/** The file as its data has the sentences, where it keys them by their words and has no order of its own. */
export function orderedFile<F extends ActivationFile>(file: F, pairing: Pairing): F {
  if (!file.inOrder || pairing.wordsOf === null) return file;
  return { ...file, ...file.inOrder(pairing.wordsOf, sentenceCount(pairing), pairing.name) };
}

/**
 * Rows of each sentence: as many as words, or none where whoever extracted left the sentence out; and in which form the
 * file's tokens are subwords of `tokenizer`, null where they are the words.
 * @throws WinnowError as `pairedRows`; `bad-data` once for a file whose tokens are neither.
 */
export async function rowsBySentence(
  file: ActivationFile,
  pairing: Pairing & { kind: 'words' },
  { signal, progress, tokenizer = null }: Control & { tokenizer?: Tokenizer | null } = {},
): Promise<{ rows: Int32Array; form: SubwordForm | null }> {
  const rows = Int32Array.from(pairing.words);
  if (file.unit === 'row') return { rows, form: null };
  checkSentenceCount(file, pairing);
  const tokens: number[] = [];
  for await (const activations of orderedFile(file, pairing).sentences({ signal })) {
    if (tokens.length === rows.length) break;
    checkWords(activations, tokens.length, file, pairing);
    tokens.push(activations.tokens);
    progress?.(tokens.length, rows.length);
  }
  const others = [...tokens.keys()].filter((at) => tokens[at] > 0 && tokens[at] !== rows[at]);
  const form = others.length === 0 ? null : formOf(tokens, pairing, tokenizer);
  if (form === undefined) throw misaligned(tokens, others, { file, pairing, tokenizer });
  tokens.forEach((count, at) => {
    if (count === 0) rows[at] = 0;
    else if (form !== null && tokenizer && hasNoSubwords(tokenizer, pairing.wordsOf?.(at) ?? [])) rows[at] = 0;
  });
  return { rows, form };
}

/** The form that every sentence fits; undefined: none. */
function formOf(tokens: readonly number[], { wordsOf }: Pairing, tokenizer: Tokenizer | null): SubwordForm | undefined {
  if (tokenizer === null || wordsOf === null) return undefined;
  return subwordForms.find((form) =>
    tokens.every((count, at) => count === 0 || fitsForm(subwordsOf(tokenizer, wordsOf(at)), count, form)),
  );
}

function hasNoSubwords(tokenizer: Tokenizer, words: readonly string[]): boolean {
  return subwordsOf(tokenizer, words).spans.some(([start, end]) => start === end);
}

/** Said once, whatever the number of sentences. */
function misaligned(
  tokens: readonly number[],
  others: readonly number[],
  {
    file,
    pairing,
    tokenizer,
  }: { file: ActivationFile; pairing: Pairing & { kind: 'words' }; tokenizer: Tokenizer | null },
): WinnowError {
  const bySubwords = tokenizer && others.find((at) => tokenFault({ tokens: tokens[at] }, at, file, pairing, tokenizer));
  const first = bySubwords ?? others[0];
  const fault = tokenFault(
    { tokens: tokens[first] },
    first,
    file,
    pairing,
    bySubwords === undefined ? null : tokenizer,
  );
  const { message = '', next = perWord } = fault ?? {};
  if (others.length === 1) return new WinnowError('bad-data', message, next);
  const all = `In ${others.length} of ${tokens.length} sentences \`${file.name}\` has other tokens than words`;
  return new WinnowError('bad-data', `${all}: ${message[0].toLowerCase()}${message.slice(1)}`, next);
}

export function sentenceCount(pairing: Pairing): number {
  return pairing.kind === 'sentences' ? pairing.sentences : pairing.words.length;
}

/** How many of what the file counts the data has. */
function expectedCount({ unit }: Pick<ActivationFile, 'unit'>, pairing: Pairing): number {
  return unit === 'row' ? rowsOf(pairing) : sentenceCount(pairing);
}

/** Rows that a pairing makes. */
export function rowsOf(pairing: Pairing): number {
  if (pairing.kind === 'sentences') return pairing.sentences;
  return Array.from(pairing.words).reduce((sum, words) => sum + words, 0);
}

const perWord =
  'These look like subwords: write one vector a word (the mean, first or last of its subwords, without special tokens), or drop the tokenizer of the model beside them (`tokenizer.json`), or the whole model in their place.';

const ownTokenizer =
  'Drop the tokenizer that they were made with, write one vector a word, or use the whole model in their place.';

const sameFiles = 'Check that both were made from the same file, in the same order.';

function otherCount(file: Pick<ActivationFile, 'name' | 'unit'>, count: number, pairing: Pairing): WinnowError {
  const [held, had] = file.unit === 'row' ? ['rows', pairing.kind] : ['sentences', 'sentences'];
  const expected = expectedCount(file, pairing);
  const message = `\`${file.name}\` holds activations of ${count} ${held}, but \`${pairing.name}\` has ${expected} ${had}.`;
  return new WinnowError('bad-data', message, sameFiles);
}

function tooMany(file: ActivationFile, pairing: Pairing): WinnowError {
  const message = `\`${file.name}\` holds more than the ${sentenceCount(pairing)} sentences of \`${pairing.name}\`.`;
  return new WinnowError('bad-data', message, sameFiles);
}
