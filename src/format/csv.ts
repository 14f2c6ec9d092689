/**
 * Comma-separated text (RFC 4180, by papaparse): cells may be quoted, and a quoted cell may hold line ends; semicolons
 * and bars separate too, found from the first rows. Rows are counted from 1, a header included.
 */
import Papa from 'papaparse';
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { readLines } from './lines.ts';
import { separatedTable } from './separated.ts';
import { evenRows, type TextTable, type TableRow } from './table.ts';

const separators = [',', ';', '|'];
/** A row that goes on for longer has a quote that is never closed. */
const rowLimit = 4 * 1024 * 1024;

/** @param lines the first of the file; null when they are not rows of two cells or more, most of one width. */
export function csvTable(file: NamedBlob, lines: readonly string[]): TextTable | null {
  const { rows, separator } = firstRows(lines);
  return rows.length === 0 ? null : separatedTable(file, 'Row', rows, (control) => readRows(file, separator, control));
}

/** The separator that gives most columns, all rows of one width, and the first rows cut by it. */
function firstRows(lines: readonly string[]): { rows: string[][]; separator: string } {
  const text = `${lines.join('\n')}\n`;
  let best = { rows: [] as string[][], separator: ',' };
  for (const separator of separators) {
    // The last row may go on behind the sample.
    const { data } = cut(text, separator, true);
    const rows = evenRows(data.filter(isFull));
    if (rows !== null && rows[0].length > (best.rows[0]?.length ?? 1)) best = { rows, separator };
  }
  return best;
}

async function* readRows(file: NamedBlob, separator: string, control?: Control): AsyncGenerator<TableRow<string>[]> {
  let at = 0;
  let rest = '';
  const numbered = (rows: readonly string[][]) => rows.filter(isFull).map((cells) => ({ at: ++at, cells }));
  for await (const { lines } of readLines(file, control)) {
    const text = `${rest}${lines.join('\n')}\n`;
    const { data, cursor } = cut(text, separator, true);
    rest = text.slice(cursor);
    if (rest.length > rowLimit) {
      const message = `A row of ${nameOf(file)} is longer than ${rowLimit} characters: a quote in it is never closed.`;
      throw badFile(message, 'Close the quote, or save the file separated by tabs, where quotes are text.');
    }
    yield numbered(data);
  }
  yield numbered(cut(rest, separator, false).data);
}

/** Rows and where the next one starts; the row at the end of the text is left where it may not be whole. */
function cut(text: string, separator: string, mayGoOn: boolean): { data: string[][]; cursor: number } {
  const parser = new Papa.Parser({ delimiter: separator, newline: '\n', quoteChar: '"' });
  const { data, meta } = parser.parse(text, 0, mayGoOn) as Papa.ParseResult<string[]>;
  return { data, cursor: meta.cursor };
}

function isFull(cells: readonly string[]): boolean {
  return cells.length > 1 || cells[0] !== '';
}
