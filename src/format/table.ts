/**
 * What every table of own data gives, however it is written: named columns (of single values, or of lists), the first
 * rows to tell what is in them, and all rows of chosen columns from front to back, some thousands at a time.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { Quotes } from './quotes.ts';

/** A value as text (numbers as JavaScript writes them); null where there is none, or none that is text or a number. */
export type TextCell = string | null;

/** The texts of a list (numbers as JavaScript writes them); null where there is none, or an element that is neither. */
export type ListCell = string[] | null;

/** How rows are cut into cells. */
export interface RowForm {
  separator: string;
  quotes: Quotes;
  /** Whether the first line names the separator. */
  isNamed: boolean;
}

/** A row with its number from 1, as `TextTable.place` counts. */
export interface TableRow<C = TextCell> {
  at: number;
  /** Of the chosen columns, in the order in which they were named. */
  cells: C[];
}

/** Columns of one kind of cell. */
export interface TextColumns<C> {
  /** In file order, each name once. */
  columns: string[];
  /** The first rows, cells of all columns. */
  sample: C[][];
  /**
   * All rows; progress is in bytes of the file, or in rows where only those are known.
   * @throws WinnowError `bad-data` for a column that is not there or a row of another width, `bad-file` for a damaged
   * file, `unreadable-file` when it vanished; the signal's reason when aborted.
   */
  read(columns: readonly string[], control?: Control): AsyncGenerator<TableRow<C>[]>;
}

export interface TextTable extends TextColumns<TextCell> {
  /** What `at` counts: lines of the file (blank ones and a header too), or rows of data. */
  place: 'Line' | 'Row';
  /** Where a row stands, of a table in several files; without it, under its number in the one file. */
  where?: (at: number) => RowSpot;
  /** How rows of text are cut; null where they are not. */
  form: RowForm | null;
  /** Columns of numbered classes, and the names of the numbers, as Hugging Face's `datasets` keeps them. */
  classes: ReadonlyMap<string, readonly string[]>;
  /** Columns of lists, which are none of the others: words and their labels, one list a sentence. null: there are none. */
  lists: TextColumns<ListCell> | null;
  /** Of columns that hold neither, their cells being empty here: the first such value. */
  nested?: ReadonlyMap<string, unknown>;
}

/** A row's number in the file that it lies in. */
export interface RowSpot {
  at: number;
  file: NamedBlob;
}

export const sampleRows = 200;

/**
 * Where these columns stand among a table's.
 * @throws WinnowError `bad-data` naming the first that is not there.
 */
export function columnPlaces(columns: readonly string[], chosen: readonly string[], file: NamedBlob): number[] {
  return chosen.map((name) => {
    const place = columns.indexOf(name);
    if (place >= 0) return place;
    const message = `${nameOf(file)} has no column \`${name}\`; it has ${named(columns)}.`;
    throw new WinnowError('bad-data', message, 'Choose other columns on the data card, or leave this file out.');
  });
}

function named(columns: readonly string[]): string {
  const first = columns.slice(0, 12).map((name) => `\`${name}\``);
  return first.join(', ') + (columns.length > first.length ? ` and ${columns.length - first.length} more` : '');
}

/** A list as it was parsed. */
export function listCell(value: unknown): ListCell {
  if (!Array.isArray(value)) return null;
  const texts = value.map(textOf);
  return texts.every((text) => text !== null) ? texts : null;
}

/** Rows of a file at most: beyond it memory would end before patience does. */
export const rowLimit = 5_000_000;

/** A single value as it was parsed. */
export function textOf(value: unknown): TextCell {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null;
}

/** Names for columns: those of a header, numbered where one is empty or comes again; without a header all numbered. */
export function columnNames(header: readonly string[] | null, width: number): string[] {
  const taken = new Set<string>();
  return Array.from({ length: width }, (_, index) => {
    const plain = header?.[index]?.trim() || `column ${index + 1}`;
    let name = plain;
    for (let again = 2; taken.has(name); again++) name = `${plain} (${again})`;
    taken.add(name);
    return name;
  });
}

/** Column names that data sets use; a first row that holds one of them is a header. */
const usual =
  /^(idx|index|id|(gold_?)?labels?|scores?|class|category|target|rating|sentiment|stars|quality|text(_?[ab12])?|sentences?_?[12]?|question_?[12]?|premise|hypothesis|review|content|document|comment|tweet|title|query|passage|answer)$/i;

/**
 * Whether the first of these rows names the columns: it holds a usual name, or it has only names (each once, none a
 * number, none long) of which none comes again below.
 */
export function hasHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...below] = rows;
  if (!first) return false;
  const cells = first.map((cell) => cell.trim());
  if (cells.some((name) => usual.test(name))) return true;
  // A column without a name is empty or, as pandas writes it, numbers rows.
  const named = cells.flatMap((name, column) => (name === '' ? [] : { name, column }));
  const names = named.map(({ name }) => name);
  const isUnnamed = (column: number) => below.every((row) => !Number.isNaN(Number(row[column])));
  if (names.length === 0 || cells.some((name, column) => name === '' && !isUnnamed(column))) return false;
  if (new Set(names).size < names.length || below.length === 0) return false;
  if (names.some((name) => name.length > 40 || !Number.isNaN(Number(name)))) return false;
  return named.every(({ name, column }) => below.every((row) => row[column]?.trim() !== name));
}

/**
 * The first rows without those of another width than the first; null unless they are a minority. What is wrong with
 * them is said when they are read.
 */
export function evenRows<Row extends { length: number }>(rows: readonly Row[]): Row[] | null {
  const [first] = rows;
  const even = rows.filter(({ length }) => length === first.length).slice(0, sampleRows);
  return even.length * 2 > Math.min(rows.length, sampleRows) ? even : null;
}

export function unevenRow(file: NamedBlob, place: string, width: number, expected: number): WinnowError {
  const columns = width === 1 ? '1 column' : `${width} columns`;
  const message = `${place} of ${nameOf(file)} has ${columns} where ${expected} are expected.`;
  return new WinnowError('bad-data', message, 'Correct or remove that line, or download the file again.');
}
