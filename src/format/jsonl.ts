/**
 * JSON lines as a table: one object a line, its members being the columns, of single values or of lists; a member that is
 * missing is an empty cell.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { isBlankLine, readLines } from './lines.ts';
import { columnPlaces, listCell, sampleRows, textOf, type TextColumns, type TextTable } from './table.ts';

const columnLimit = 1000;

/** @param lines the first of the file; null unless most are JSON objects, each on a line of its own. */
export function jsonlTable(file: NamedBlob, lines: readonly string[]): TextTable | null {
  const first = lines.filter((line) => !isBlankLine(line)).slice(0, sampleRows);
  const objects = first.flatMap((line) => (line.trimStart().startsWith('{') ? (parsed(line) ?? []) : []));
  // A broken line is spoken of when it is read.
  if (objects.length * 2 <= first.length) return null;
  return objectTable(file, objects, 'Line', (control) => readObjects(file, control));
}

/** A row as an object, and its number. */
export interface ObjectRow {
  at: number;
  object: object;
}

/** @param rowsOf all rows. @returns null where the first objects have no members. */
export function objectTable(
  file: NamedBlob,
  objects: readonly object[],
  place: TextTable['place'],
  rowsOf: (control?: Control) => AsyncGenerator<ObjectRow[]>,
): TextTable | null {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].slice(0, columnLimit);
  if (names.length === 0) return null;
  const valuesOf = (name: string) => objects.map((object) => memberOf(object, name)).filter((value) => value !== null);
  const nested = new Map(names.flatMap((name) => nestedValue(name, valuesOf(name)) ?? []));
  const lists = names.filter((name) => {
    const values = valuesOf(name);
    return !nested.has(name) && values.filter((value) => listCell(value) !== null).length * 2 > values.length;
  });
  const columns = names.filter((name) => !lists.includes(name));
  return {
    ...columnsOf(file, objects, columns, textOf, rowsOf),
    place,
    form: null,
    classes: new Map(),
    lists: lists.length > 0 ? columnsOf(file, objects, lists, listCell, rowsOf) : null,
    nested,
  };
}

/** The first value of a column that mostly holds neither single values nor lists of these; empty lists say nothing. */
function nestedValue(name: string, values: readonly unknown[]): [[string, unknown]] | null {
  const filled = values.filter((value) => !Array.isArray(value) || value.length > 0);
  const odd = filled.filter((value) => textOf(value) === null && listCell(value) === null);
  return odd.length * 2 > filled.length ? [[name, odd[0]]] : null;
}

function columnsOf<C>(
  file: NamedBlob,
  first: readonly object[],
  columns: string[],
  cellOf: (value: unknown) => C,
  rowsOf: (control?: Control) => AsyncGenerator<ObjectRow[]>,
): TextColumns<C> {
  const cellsOf = (object: object, names: readonly string[]) => names.map((name) => cellOf(memberOf(object, name)));
  return {
    columns,
    sample: first.map((object) => cellsOf(object, columns)),
    async *read(names, control) {
      columnPlaces(columns, names, file);
      for await (const rows of rowsOf(control)) {
        yield rows.map(({ at, object }) => ({ at, cells: cellsOf(object, names) }));
      }
    },
  };
}

async function* readObjects(file: NamedBlob, control?: Control): AsyncGenerator<ObjectRow[]> {
  for await (const { firstLine, lines } of readLines(file, control)) {
    yield lines.flatMap((line, index) => {
      if (isBlankLine(line)) return [];
      const at = firstLine + index;
      const object = parsed(line);
      if (object !== null) return { at, object };
      const begin = line.length > 40 ? `${line.slice(0, 39)}…` : line;
      const message = `Line ${at} of ${nameOf(file)} is not a JSON object: it holds \`${begin}\`.`;
      throw new WinnowError('bad-data', message, 'Correct or remove that line, or download the file again.');
    });
  }
}

/** The object that a line holds, or null. */
function parsed(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Own members only: `toString` is no column. */
function memberOf(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name as keyof typeof object] : null;
}
