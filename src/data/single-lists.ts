/**
 * Columns of lists of one value, as annotation tools write labels (`"label": ["pos"]`): that value is the cell, and an empty
 * list is an empty cell.
 */
import type { Control } from '../base/abort.ts';
import type { ListCell, TableRow, TextCell, TextTable } from '../format/table.ts';
import { tooManyLabels } from './nested-labels.ts';
import { rowSpot } from './row-collectors.ts';

/** The table with such columns behind those of single values; a list of several further down is refused when it is read. */
export function withSingles(file: File, table: TextTable): TextTable {
  const { lists } = table;
  if (lists === null) return table;
  const singles = lists.columns.filter((_, place) => areSingles(lists.sample.map((cells) => cells[place])));
  if (singles.length === 0) return table;
  const places = lists.columns.map((name, place) => ({ name, place }));
  const kept = places.filter(({ name }) => !singles.includes(name));
  const moved = places.filter(({ name }) => singles.includes(name));
  const single = (list: ListCell, at: number, name: string): TextCell => {
    if (list === null || list.length < 2) return list?.[0] ?? null;
    throw tooManyLabels(file, table, { column: name, values: list, where: rowSpot(file, table, at) });
  };
  return {
    ...table,
    columns: [...table.columns, ...singles],
    sample: lists.sample.map((cells, row) => [
      ...(table.sample[row] ?? []),
      ...moved.map(({ place }) => cells[place]?.[0] ?? null),
    ]),
    lists:
      kept.length === 0
        ? null
        : {
            ...lists,
            columns: kept.map(({ name }) => name),
            sample: lists.sample.map((cells) => kept.map(({ place }) => cells[place])),
          },
    async *read(names: readonly string[], control?: Control): AsyncGenerator<TableRow[]> {
      const chosen = names.filter((name) => singles.includes(name));
      const others = names.filter((name) => !singles.includes(name));
      if (chosen.length === 0) {
        yield* table.read(names, control);
        return;
      }
      // Both go through the file in the same steps.
      const beside = others.length === 0 ? null : table.read(others, { signal: control?.signal });
      for await (const rows of lists.read(chosen, control)) {
        const next = await beside?.next();
        const besides = next?.done === false ? next.value : [];
        yield rows.map(({ at, cells }, row) => {
          const cellOf = (name: string): TextCell => {
            const place = chosen.indexOf(name);
            return place < 0 ? besides[row].cells[others.indexOf(name)] : single(cells[place], at, name);
          };
          return { at, cells: names.map(cellOf) };
        });
      }
    },
  };
}

function areSingles(lists: readonly ListCell[]): boolean {
  return lists.every((list) => list === null || list.length < 2) && lists.some((list) => list?.length === 1);
}
