/** JSON lines: an object a line, of values or of lists of words and labels. */
import { jsonlTable } from '../../format/jsonl.ts';
import type { DataFormat } from '../data-format.ts';
import { proseOrTable } from '../table-source.ts';

export const jsonLines: DataFormat = {
  name: 'json-lines',
  endings: ['.jsonl', '.ndjson'],
  sniff: async (head) => proseOrTable(head, jsonlTable(head.file, await head.lines())),
};
