/**
 * Tab-separated text as GLUE writes it: one row a line, cells between tabs, UTF-8, a quote is an ordinary character and
 * nothing is escaped. Reads slice by slice and cuts at line ends, so that a file of any size passes through; rows keep
 * their place, blank lines included, so that line numbers are those of an editor.
 */
import type { Control } from '../base/abort.ts';
import { decodeText, nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';

const sliceBytes = 4 * 1024 * 1024;
const lineLimitBytes = 16 * 1024 * 1024;
const lineFeed = 10;

/** Consecutive lines, `rows[i]` being line `firstLine + i` (from 1) cut into its cells; a blank line is `['']`. */
export interface TsvRows {
  firstLine: number;
  rows: string[][];
}

/** Cuts text into rows of cells. A line end after the last row starts no further row. */
export function splitRows(text: string): string[][] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line).split('\t'));
}

export function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] === '';
}

/**
 * The rows of a whole file, some megabytes at a time; progress is in bytes.
 * @throws WinnowError `bad-file` for bytes that are not UTF-8 or a line beyond 16 MB, `unreadable-file` as `readSlice`.
 */
export async function* readTsv(file: NamedBlob, { signal, progress }: Control = {}): AsyncGenerator<TsvRows> {
  let firstLine = 1;
  let start = 0;
  let read = sliceBytes;
  while (start < file.size) {
    signal?.throwIfAborted();
    const end = Math.min(file.size, start + read);
    const bytes = await readSlice(file, start, end);
    const whole = end === file.size ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
    if (whole === 0) {
      read *= 2;
      if (read > lineLimitBytes) throw tooLong(file, firstLine);
      continue;
    }
    const rows = splitRows(decodeText(bytes.subarray(0, whole), file, { position: start, firstLine }));
    yield { firstLine, rows };
    firstLine += rows.length;
    start += whole;
    read = sliceBytes;
    progress?.(start, file.size);
  }
}

/**
 * The rows in the first bytes of a file, whole lines only: enough to tell what it is.
 * @throws WinnowError as `readTsv`.
 */
export async function readFirstRows(file: NamedBlob, limitBytes = 64 * 1024): Promise<string[][]> {
  const bytes = await readSlice(file, 0, Math.min(file.size, limitBytes));
  const whole = bytes.length === file.size ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
  return splitRows(decodeText(bytes.subarray(0, whole), file));
}

function tooLong(file: NamedBlob, line: number): WinnowError {
  const message = `Line ${line} of ${nameOf(file)} is longer than ${lineLimitBytes} bytes: this is not a table of sentences.`;
  return new WinnowError('bad-file', message, 'Check that it is the file its name says.');
}
