/** A tab-separated file as a table: as GLUE writes it, so a quote is an ordinary character; with or without a header. */
import type { NamedBlob } from '../base/bytes.ts';
import { columnNames, columnPlaces, evenRows, hasHeader, unevenRow, type Table, type TableRow } from './table.ts';
import { isBlank, readTsv } from './tsv.ts';

/** @param rows the first of the file; null when they are not a table of two columns or more, most of one width. */
export function tsvTable(file: NamedBlob, rows: readonly string[][]): Table | null {
  const full = evenRows(rows.filter((cells) => !isBlank(cells)));
  if (full === null || full[0].length < 2) return null;
  const width = full[0].length;
  const header = hasHeader(full);
  const columns = columnNames(header ? full[0] : null, width);
  return {
    columns,
    sample: header ? full.slice(1) : full,
    place: 'Line',
    lists: null,
    async *read(wanted, control) {
      const places = columnPlaces(columns, wanted, file);
      let isHeader = header;
      for await (const { firstLine, rows: some } of readTsv(file, control)) {
        const taken: TableRow[] = [];
        for (const [index, cells] of some.entries()) {
          if (isBlank(cells)) continue;
          const at = firstLine + index;
          if (cells.length !== width) throw unevenRow(file, `Line ${at}`, cells.length, width);
          if (!isHeader) taken.push({ at, cells: places.map((place) => cells[place]) });
          isHeader = false;
        }
        yield taken;
      }
    },
  };
}
