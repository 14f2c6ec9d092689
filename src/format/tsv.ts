/**
 * Tab-separated text as GLUE writes it: one row a line, cells between tabs, UTF-8, a quote is an ordinary character and
 * nothing is escaped. Rows keep their place, blank lines included, so that line numbers are those of an editor.
 */
import type { Control } from '../base/abort.ts';
import type { NamedBlob } from '../base/bytes.ts';
import { readFirstLines, readLines, splitLines } from './lines.ts';

/** Consecutive lines, `rows[i]` being line `firstLine + i` (from 1) cut into its cells; a blank line is `['']`. */
export interface TsvRows {
  firstLine: number;
  rows: string[][];
}

/** Cuts text into rows of cells. A line end after the last row starts no further row. */
export function splitRows(text: string): string[][] {
  return splitLines(text).map(cellsOf);
}

export function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] === '';
}

/**
 * The rows of a whole file, some megabytes at a time; progress is in bytes.
 * @throws WinnowError as `readLines`.
 */
export async function* readTsv(file: NamedBlob, control: Control = {}): AsyncGenerator<TsvRows> {
  for await (const { firstLine, lines } of readLines(file, control)) yield { firstLine, rows: lines.map(cellsOf) };
}

/** The rows in the first 64 kB of a file. @throws WinnowError as `readLines`. */
export async function readFirstRows(file: NamedBlob): Promise<string[][]> {
  return (await readFirstLines(file)).map(cellsOf);
}

export function cellsOf(line: string): string[] {
  return line.split('\t');
}
