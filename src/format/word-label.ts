/**
 * Two text files line by line side by side: `train.word` with a sentence a line, `train.label` with its labels. What
 * stands on a line is not looked at here.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { isBlankLine, readLines } from './lines.ts';

export interface LinePair {
  /** Line of both files, from 1. */
  at: number;
  words: string;
  labels: string;
}

/**
 * All lines, some thousands at a time, blank ones too; progress is in bytes of the file of words.
 * @throws WinnowError `bad-data` when one file has more lines than the other; otherwise as `readLines`.
 */
export async function* readLinePairs(
  words: NamedBlob,
  labels: NamedBlob,
  { signal, progress }: Control = {},
): AsyncGenerator<LinePair[]> {
  const takeLabels = lineQueue(labels, signal);
  let last = 0;
  for await (const { firstLine, lines } of readLines(words, { signal, progress })) {
    const beside = await takeLabels(lines.length);
    if (!lines.slice(beside.length).every(isBlankLine)) throw shorter(labels, words, firstLine + beside.length - 1);
    yield beside.map((line, index) => ({ at: firstLine + index, words: lines[index], labels: line }));
    last = firstLine + lines.length - 1;
  }
  for (let rest = await takeLabels(1000); rest.length > 0; rest = await takeLabels(1000)) {
    if (!rest.every(isBlankLine)) throw shorter(words, labels, last);
  }
}

/** Hands out the lines of a file in any portions: the next `count`, fewer only at its end. */
function lineQueue(file: NamedBlob, signal: AbortSignal | undefined): (count: number) => Promise<string[]> {
  const source = readLines(file, { signal });
  const waiting: string[] = [];
  return async (count) => {
    while (waiting.length < count) {
      const next = await source.next();
      if (next.done === true) break;
      for (const line of next.value.lines) waiting.push(line);
    }
    return waiting.splice(0, count);
  };
}

function shorter(short: NamedBlob, long: NamedBlob, lines: number): WinnowError {
  const message = `${nameOf(short)} ends after line ${lines}, ${nameOf(long)} goes on: the files do not belong together.`;
  return new WinnowError('bad-data', message, 'Use files of words and labels that have the same lines.');
}
