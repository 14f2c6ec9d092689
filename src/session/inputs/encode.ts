/**
 * Sources as token ids, and what their outputs are: a sentence with its label, or a word with its own. A labelling
 * sentence that cannot be encoded whole is left out with all its words, and said so.
 */
import type { Control } from '../../base/abort.ts';
import type { Pooling } from '../../base/pooling.ts';
import { noLabel } from '../../data/no-label.ts';
import { encodeRows, encodeSentences, type Aggregation, type EncodedRows, type LeftOut } from '../../tokenizer/rows.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { counted } from '../../report/format.ts';
import type { SourceRows } from './sources.ts';

/** Labels of a source's outputs, one after the other. */
export interface Outputs {
  labels: number[];
  /** The word of each output; null where outputs are sentences. */
  words: string[] | null;
  /** Outputs before each row of the source, and all of them at the end: [rows + 1]. */
  starts: Uint32Array;
}

interface EncodedSource extends Outputs {
  rows: EncodedRows;
  leftOut: LeftOut[];
}

/** @param maxLength tokens that a sentence is cut at, or that a labelling sentence may have. */
export async function encodeSource(
  tokenizer: Tokenizer,
  data: SourceRows,
  { maxLength, pooling, aggregation }: { maxLength: number; pooling: Pooling; aggregation: Aggregation },
  control: Control = {},
): Promise<EncodedSource> {
  if (data.kind === 'sentence') {
    const rows = await encodeRows(tokenizer, data.rows, { maxLength, pooling }, control);
    return { rows, ...outputsOf(data), leftOut: [] };
  }
  const { rows, kept, leftOut } = await encodeSentences(
    tokenizer,
    data.rows,
    aggregation,
    { maxLength, isOutput: (sentence, word) => data.rows[sentence].labels[word] !== noLabel },
    control,
  );
  return { rows, ...outputsOf(data, new Set(kept)), leftOut };
}

/** @param kept rows that have outputs; all when left out. */
export function outputsOf(data: SourceRows, kept: ReadonlySet<number> | null = null): Outputs {
  const starts = new Uint32Array(data.rows.length + 1);
  if (data.kind === 'sentence') {
    data.rows.forEach((_, row) => (starts[row + 1] = row + 1));
    return { labels: data.rows.map(({ label }) => label), words: null, starts };
  }
  const labels: number[] = [];
  const words: string[] = [];
  data.rows.forEach((sentence, row) => {
    if (kept === null || kept.has(row)) {
      sentence.labels.forEach((label, place) => {
        if (label === noLabel) return;
        labels.push(label);
        words.push(sentence.words[place]);
      });
    }
    starts[row + 1] = labels.length;
  });
  return { labels, words, starts };
}

/** What was left out of a file, a sentence for each reason; none when nothing was. */
export function leftOutInWords(name: string, leftOut: readonly LeftOut[], maxLength: number): string[] {
  return (['too-long', 'no-subwords'] as const).flatMap((kind) => {
    const sentences = leftOut.filter(({ reason }) => reason.kind === kind);
    if (sentences.length === 0) return [];
    const words = sentences.reduce((sum, sentence) => sum + sentence.words, 0);
    const size = `${counted(sentences.length, 'sentence')} of \`${name}\` with ${counted(words, 'word')}`;
    return [`${size} left out: ${reasonInWords(sentences[0], maxLength)}.`];
  });
}

function reasonInWords({ sentence, reason }: LeftOut, maxLength: number): string {
  if (reason.kind === 'too-long') {
    return `longer than the ${maxLength} tokens that are used (the first is sentence ${sentence + 1} with ${reason.tokens})`;
  }
  const where = `the first is \`${reason.word}\` in sentence ${sentence + 1}`;
  return `they hold a word that the tokenizer knows no subwords for (${where})`;
}
