/** A tab-separated file as a table: as GLUE writes it, so a quote is an ordinary character; with or without a header. */
import type { Control } from '../base/abort.ts';
import type { NamedBlob } from '../base/bytes.ts';
import { separatedTable } from './separated.ts';
import { evenRows, type Table, type TableRow } from './table.ts';
import { isBlank, readTsv } from './tsv.ts';

/** @param rows the first of the file; null when they are not a table of two columns or more, most of one width. */
export function tsvTable(file: NamedBlob, rows: readonly string[][]): Table | null {
  const full = evenRows(rows.filter((cells) => !isBlank(cells)));
  if (full === null || full[0].length < 2) return null;
  return separatedTable(file, 'Line', full, (control) => fullRows(file, control));
}

async function* fullRows(file: NamedBlob, control?: Control): AsyncGenerator<TableRow<string>[]> {
  for await (const { firstLine, rows } of readTsv(file, control)) {
    yield rows.flatMap((cells, index) => (isBlank(cells) ? [] : { at: firstLine + index, cells }));
  }
}
