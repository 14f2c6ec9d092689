/** A JSON array of objects, or an object that holds rows or columns, as pandas and many hand-made sets write them. */
import { WinnowError } from '../../base/errors.ts';
import { jsonArrayTable, jsonObjectTable } from '../../format/json-array.ts';
import type { DataContent, DataFormat, DataHead } from '../data-format.ts';
import { tableContent } from '../table-source.ts';

export const jsonArray: DataFormat = {
  name: 'json-array',
  endings: [],
  async sniff(head) {
    const lines = (await head.lines()).filter((line) => line.trim() !== '');
    const first = lines[0]?.trimStart()[0];
    if (first !== '[' && first !== '{') return null;
    // JSON lines begin so as well; one line alone is columns where the name says that it is a document.
    if (first === '{' && isObject(lines[0]) && (lines.length > 1 || !/\.json(\.gz)?$/i.test(head.name))) return null;
    try {
      return named(head, first === '[' ? await jsonArrayTable(head.file) : await jsonObjectTable(head.file));
    } catch (error) {
      // An array named for a role is a data file, however broken; an object may be anything.
      if (error instanceof WinnowError && head.role !== null) return { kind: 'broken', error };
      throw error;
    }
  },
};

function isObject(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function named({ file, role }: DataHead, table: Parameters<typeof tableContent>[1] | null): DataContent | null {
  if (table === null) return null;
  const content = tableContent(file, table);
  return content.kind === 'data' || role !== null ? content : null;
}
