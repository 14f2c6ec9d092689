/** JSON lines: an object a line, of values or of lists of words and labels. */
import { nameOf } from '../../base/bytes.ts';
import { badFile } from '../../base/errors.ts';
import { jsonlTable } from '../../format/jsonl.ts';
import { unpackedName, type DataContent, type DataFormat, type DataHead } from '../data-format.ts';
import { proseOrTable, tableContent } from '../table-source.ts';

export const jsonLines: DataFormat = {
  name: 'json-lines',
  endings: ['.jsonl', '.ndjson'],
  async sniff(head) {
    const lines = await head.lines();
    const table = jsonlTable(head.file, lines);
    const content = proseOrTable(head, table);
    if (content !== null || !isRoleJson(head) || lines.length < 2) return content;
    return table === null ? severalALine(head, lines[0]) : broken(tableContent(head.file, table));
  },
};

/** Named for a part of a data set: what is wrong with it is said, and it is not called missing. */
function isRoleJson({ name, role }: DataHead): boolean {
  return role !== null && /\.json$/i.test(unpackedName(name));
}

function broken(content: DataContent): DataContent | null {
  return content.kind === 'broken' || content.kind === 'unlabelled' ? content : null;
}

function severalALine({ file }: DataHead, line: string): DataContent | null {
  if (!/^\s*\{.*\}[\s,]*\{/.test(line)) return null;
  const message = `${nameOf(file)} holds several JSON objects in its first line.`;
  const next =
    'Write each on a line of its own (`df.to_json(path, orient="records", lines=True)`), or all as one array.';
  return { kind: 'broken', error: badFile(message, next) };
}
