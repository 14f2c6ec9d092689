/** Rows of texts, however they were cut, as a table: with or without a header, all rows of one width. */
import type { Control } from '../base/abort.ts';
import type { NamedBlob } from '../base/bytes.ts';
import { columnNames, columnPlaces, hasHeader, unevenRow, type TextTable, type TableRow } from './table.ts';

/**
 * @param first rows of one width, at least one of them, a header included
 * @param rowsOf all rows of the file, but for blank ones
 */
export function separatedTable(
  file: NamedBlob,
  place: TextTable['place'],
  first: readonly string[][],
  rowsOf: (control?: Control) => AsyncGenerator<TableRow<string>[]>,
): TextTable {
  const width = first[0].length;
  const header = hasHeader(first);
  const columns = columnNames(header ? first[0] : null, width);
  return {
    columns,
    sample: first.slice(header ? 1 : 0),
    place,
    form: null,
    classes: new Map(),
    lists: null,
    async *read(names, control) {
      const places = columnPlaces(columns, names, file);
      let isHeader = header;
      for await (const rows of rowsOf(control)) {
        const taken: TableRow[] = [];
        for (const { at, cells } of rows) {
          if (cells.length !== width) throw unevenRow(file, `${place} ${at}`, cells.length, width);
          if (!isHeader) taken.push({ at, cells: places.map((column) => cells[column]) });
          isHeader = false;
        }
        yield taken;
      }
    },
  };
}
