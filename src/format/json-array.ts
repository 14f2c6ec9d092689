/**
 * A JSON document as a table: an array of objects, read element by element, or an object that holds one (`{"data": […]}`)
 * or its columns (pandas' `to_json`: values by row number, or lists of one length), read whole. Rows are counted from 1.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, readText, type NamedBlob } from '../base/bytes.ts';
import { badFile, WinnowError } from '../base/errors.ts';
import { utf8Pieces } from './encoding.ts';
import { objectTable, type ObjectRow } from './jsonl.ts';
import { sampleRows, type TextTable } from './table.ts';

const elementLimit = 16 * 1024 * 1024;
const wholeLimit = 64 * 1024 * 1024;
const toLines =
  "Write it as JSON lines: `pandas.read_json(path).to_json('train.jsonl', orient='records', lines=True)`.";

/** @returns null for text that is no array of objects. @throws WinnowError `bad-file` for one that is broken at its start. */
export async function jsonArrayTable(file: NamedBlob): Promise<TextTable | null> {
  const first: object[] = [];
  for await (const rows of readArray(file)) {
    for (const { object } of rows) first.push(object);
    if (first.length >= sampleRows) break;
  }
  return first.length === 0
    ? null
    : objectTable(file, first.slice(0, sampleRows), 'Row', (control) => readArray(file, control));
}

/**
 * @returns null for an object that holds no rows in one of these forms.
 * @throws WinnowError `bad-file` for text that is no JSON, `bad-data` for rows in several parts.
 */
export async function jsonObjectTable(file: NamedBlob): Promise<TextTable | null> {
  if (file.size > wholeLimit) return null;
  let value: unknown;
  try {
    value = JSON.parse(await readText(file, wholeLimit));
  } catch (cause) {
    if (cause instanceof WinnowError) throw cause;
    return null;
  }
  const rows = rowsIn(value, file);
  if (rows === null) return null;
  const numbered = rows.map((object, index) => ({ at: index + 1, object }));
  return objectTable(file, rows.slice(0, sampleRows), 'Row', async function* (): AsyncGenerator<ObjectRow[]> {
    yield await Promise.resolve(numbered);
  });
}

function rowsIn(value: unknown, file: NamedBlob): object[] | null {
  if (!isObject(value)) return null;
  const members = Object.entries(value as Record<string, unknown>);
  const lists = members.filter(([, member]) => areObjects(member)) as [string, object[]][];
  if (lists.length > 1) {
    const names = lists.map(([name]) => `\`${name}\``).join(', ');
    const message = `${nameOf(file)} holds several lists of rows: ${names}.`;
    throw new WinnowError('bad-data', message, 'Save each list as a file of its own, named train, dev or test.');
  }
  if (lists.length === 1) return lists[0][1];
  const columns = members.map(([name, member]) => [name, valuesOf(member)] as const);
  const [, first] = columns.at(0) ?? [];
  if (columns.length < 2 || !first?.length || !columns.every(([, values]) => values?.length === first.length))
    return null;
  return first.map((_, row) => Object.fromEntries(columns.map(([name, values]) => [name, values?.[row]])));
}

/** A column as a list, or by the numbers of rows. */
function valuesOf(member: unknown): unknown[] | null {
  if (Array.isArray(member)) return member as unknown[];
  if (!isObject(member)) return null;
  const entries = Object.entries(member as Record<string, unknown>);
  return entries.every(([key]) => /^\d+$/.test(key)) ? entries.map(([, value]) => value) : null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areObjects(value: unknown): value is object[] {
  return Array.isArray(value) && value.length > 0 && (value as unknown[]).every(isObject);
}

/** The objects of an array, some thousands at a time; nothing where the text begins otherwise. */
async function* readArray(file: NamedBlob, control?: Control): AsyncGenerator<ObjectRow[]> {
  const cutter = new ElementCutter(file);
  for await (const piece of utf8Pieces(file, control)) {
    const rows = cutter.take(piece);
    if (rows === null) return;
    yield rows;
  }
  cutter.end();
}

const [quote, backslash, comma, blank] = [0x22, 0x5c, 0x2c, 0x20];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** Cuts an array into its elements by brackets and quotes alone; each is then parsed as JSON. */
class ElementCutter {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private ended = false;
  private begun: Uint8Array[] = [];
  private begunBytes = 0;
  private at = 0;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(private readonly file: NamedBlob) {}

  /** null: this is no array. */
  take(piece: Uint8Array<ArrayBuffer>): ObjectRow[] | null {
    const rows: ObjectRow[] = [];
    let from = 0;
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i];
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === backslash) this.escaped = true;
        else if (byte === quote) this.inString = false;
        continue;
      }
      if (this.depth === 0) {
        if (byte <= blank || (this.at === 0 && [0xef, 0xbb, 0xbf].includes(byte))) continue;
        if (byte !== 0x5b || this.ended) return this.ended ? this.fail('has something behind its end') : null;
        this.depth = 1;
        from = i + 1;
      } else if (byte === quote) this.inString = true;
      else if (opening.has(byte)) this.depth++;
      else if (closing.has(byte)) this.depth--;
      if (this.depth === 1 && byte === comma) {
        rows.push(this.element(piece.subarray(from, i)));
        from = i + 1;
      } else if (this.depth === 0) {
        const last = piece.subarray(from, i);
        if (this.at > 0 || this.begunBytes > 0 || last.some((each) => each > blank)) rows.push(this.element(last));
        this.ended = true;
        from = piece.length;
      }
    }
    if (this.depth > 0 && from < piece.length) {
      this.begun.push(piece.slice(from));
      this.begunBytes += piece.length - from;
      if (this.begunBytes > elementLimit) this.fail(`has a row of more than ${elementLimit} bytes`);
    }
    return rows;
  }

  end(): void {
    if (!this.ended && this.depth > 0) this.fail('ends before its array does');
  }

  private element(rest: Uint8Array): ObjectRow {
    this.at++;
    let text = '';
    try {
      for (const piece of this.begun) text += this.decoder.decode(piece, { stream: true });
      text += this.decoder.decode(rest);
      const object: unknown = JSON.parse(text);
      if (isObject(object)) return { at: this.at, object };
    } catch {
      // said below
    } finally {
      this.begun = [];
      this.begunBytes = 0;
    }
    const begin = text.trim();
    return this.fail(
      `has no JSON object at row ${this.at}: it holds \`${begin.length > 40 ? `${begin.slice(0, 39)}…` : begin}\``,
    );
  }

  private fail(what: string): never {
    throw badFile(`${nameOf(this.file)} ${what}.`, `Correct it, or copy the file again. ${toLines}`);
  }
}
