/**
 * Comma-separated text (RFC 4180, by papaparse): cells may be quoted, and a quoted cell may hold line ends; semicolons
 * and bars separate too, found from the first rows or from a line `sep=;` as Excel writes it, and tabs where cells are quoted.
 * A quote within quotes is doubled or has a backslash before it. Rows are counted from 1, a header included.
 */
import Papa from 'papaparse';
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { readLines } from './lines.ts';
import { quotesIn, type Quotes } from './quotes.ts';
import { separatedTable } from './separated.ts';
import { evenRows, type RowForm, type TextTable, type TableRow } from './table.ts';

const separators = [',', ';', '|'];
/** As Excel reads it; some write a tab as two characters. */
export const separatorLine = /^"?sep=(\\t|.)"?$/i;
/** A row that goes on for longer has a quote that is never closed. */
const rowLimit = 4 * 1024 * 1024;

/**
 * @param lines the first of the file.
 * @returns null when they are not rows of two cells or more, most of one width.
 * @throws WinnowError as `quotesIn`.
 */
export async function csvTable(file: NamedBlob, lines: readonly string[]): Promise<TextTable | null> {
  const named = separatorLine.exec(lines[0] ?? '')?.[1].replace('\\t', '\t');
  const tried = named === undefined ? separators : [named];
  const rest = named === undefined ? lines : lines.slice(1);
  const best = (quotes: Quotes): { form: RowForm; rows: string[][] } | null => {
    const forms = tried.map((separator) => ({ separator, quotes, isNamed: named !== undefined }));
    const cuts = forms.flatMap((form) => ({ form, rows: firstRows(rest, form) ?? [] }));
    const widest = cuts.reduce((most, cut) => ((cut.rows[0]?.length ?? 1) > (most.rows[0]?.length ?? 1) ? cut : most));
    return (widest.rows[0]?.length ?? 1) > 1 ? widest : null;
  };
  const found = best('doubled') ?? best('backslash');
  if (found === null) return null;
  const { separator } = found.form;
  const isEscaped = lines.some((line) => line.includes('\\"')) && (await quotesIn(file, separator)) === 'backslash';
  const used = isEscaped
    ? (best('backslash') ?? found)
    : { ...found, form: { ...found.form, quotes: 'doubled' as const } };
  return rowTable(file, used.rows, used.form);
}

/** The same where separator and quotes are known. @returns null as there. */
export function quotedTable(file: NamedBlob, lines: readonly string[], form: RowForm): TextTable | null {
  const rows = firstRows(lines, form);
  return rows === null || rows[0].length < 2 ? null : rowTable(file, rows, form);
}

function rowTable(file: NamedBlob, rows: readonly string[][], form: RowForm): TextTable {
  return { ...separatedTable(file, 'Row', rows, (control) => readRows(file, form, control)), form };
}

function firstRows(lines: readonly string[], form: RowForm): string[][] | null {
  // The last row may go on behind the sample.
  const full = cut(`${lines.join('\n')}\n`, form, true).data.filter(isFull);
  return full.length === 0 ? null : evenRows(full);
}

async function* readRows(file: NamedBlob, form: RowForm, control?: Control): AsyncGenerator<TableRow<string>[]> {
  let at = 0;
  let rest = '';
  const numbered = (rows: readonly string[][]) => rows.filter(isFull).map((cells) => ({ at: ++at, cells }));
  for await (const { firstLine, lines } of readLines(file, control)) {
    const from = firstLine === 1 && form.isNamed ? 1 : 0;
    const text = `${rest}${lines.slice(from).join('\n')}\n`;
    const { data, cursor } = cut(text, form, true);
    rest = text.slice(cursor);
    if (rest.length > rowLimit) {
      const message = `A row of ${nameOf(file)} is longer than ${rowLimit} characters: a quote in it is never closed.`;
      throw badFile(message, 'Close the quote, or save the file separated by tabs, where quotes are text.');
    }
    yield numbered(data);
  }
  yield numbered(cut(rest, form, false).data);
}

/** Rows and where the next one starts; the row at the end of the text is left where it may not be whole. */
function cut(text: string, { separator, quotes }: RowForm, mayGoOn: boolean): { data: string[][]; cursor: number } {
  const escapeChar = quotes === 'backslash' ? '\\' : '"';
  const parser = new Papa.Parser({ delimiter: separator, newline: '\n', quoteChar: '"', escapeChar });
  const { data, meta } = parser.parse(text, 0, mayGoOn) as Papa.ParseResult<string[]>;
  return { data, cursor: meta.cursor };
}

function isFull(cells: readonly string[]): boolean {
  return cells.length > 1 || cells[0] !== '';
}
