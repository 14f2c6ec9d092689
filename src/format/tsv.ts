/**
 * Tab-separated text as GLUE writes it: one row a line, cells between tabs, a quote is an ordinary character and
 * nothing is escaped. Rows keep their place, blank lines included, so that line numbers are those of an editor.
 */
import type { Control } from '../base/abort.ts';
import type { NamedBlob } from '../base/bytes.ts';
import { readLines } from './lines.ts';
import { separatedTable } from './separated.ts';
import { evenRows, type TextTable, type TableRow } from './table.ts';

export function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] === '';
}

/**
 * The rows of a whole file, some megabytes at a time; progress is in bytes.
 * @returns consecutive ones, `rows[i]` being line `firstLine + i` (from 1) cut into its cells; a blank line is `['']`.
 * @throws WinnowError as `readLines`.
 */
export async function* readTsv(
  file: NamedBlob,
  control: Control = {},
): AsyncGenerator<{ firstLine: number; rows: string[][] }> {
  for await (const { firstLine, lines } of readLines(file, control)) yield { firstLine, rows: lines.map(cellsOf) };
}

export function cellsOf(line: string): string[] {
  return line.split('\t');
}

/**
 * With or without a header.
 * @param rows the first of the file; null when they are not a table of two columns or more, most of one width.
 */
export function tsvTable(file: NamedBlob, rows: readonly string[][]): TextTable | null {
  const full = evenRows(rows.filter((cells) => !isBlank(cells)));
  if (full === null || full[0].length < 2) return null;
  const table = separatedTable(file, 'Line', full, (control) => fullRows(file, control));
  return { ...table, form: { separator: '\t', quotes: 'text', isNamed: false } };
}

async function* fullRows(file: NamedBlob, control?: Control): AsyncGenerator<TableRow<string>[]> {
  for await (const { firstLine, rows } of readTsv(file, control)) {
    yield rows.flatMap((cells, index) => (isBlank(cells) ? [] : { at: firstLine + index, cells }));
  }
}
