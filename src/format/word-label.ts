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
  const others = new LineQueue(labels, signal);
  let last = 0;
  for await (const { firstLine, lines } of readLines(words, { signal, progress })) {
    const beside = await others.take(lines.length);
    const pairs = beside.map((line, index) => ({ at: firstLine + index, words: lines[index], labels: line }));
    if (lines.slice(beside.length).some((line) => !isBlankLine(line)))
      throw shorter(labels, words, firstLine + beside.length - 1);
    yield pairs;
    last = firstLine + lines.length - 1;
  }
  for (let rest = await others.take(1000); rest.length > 0; rest = await others.take(1000)) {
    if (rest.some((line) => !isBlankLine(line))) throw shorter(words, labels, last);
  }
}

/** Hands out the lines of a file in any portions. */
class LineQueue {
  private readonly source: ReturnType<typeof readLines>;
  private waiting: string[] = [];

  constructor(file: NamedBlob, signal: AbortSignal | undefined) {
    this.source = readLines(file, { signal });
  }

  /** The next `count` lines; fewer only at the end of the file. */
  async take(count: number): Promise<string[]> {
    const parts = [this.waiting];
    let held = this.waiting.length;
    while (held < count) {
      const next = await this.source.next();
      if (next.done === true) break;
      parts.push(next.value.lines);
      held += next.value.lines.length;
    }
    const lines = parts.flat();
    this.waiting = lines.slice(count);
    return lines.slice(0, count);
  }
}

function shorter(short: NamedBlob, long: NamedBlob, lines: number): WinnowError {
  const message = `${nameOf(short)} ends after line ${lines}, ${nameOf(long)} goes on: the files do not belong together.`;
  return new WinnowError('bad-data', message, 'Use files of words and labels that have the same lines.');
}
