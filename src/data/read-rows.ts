/**
 * Reads the rows of one data file for a task, whatever its format, with the columns chosen. A row that cannot be used is
 * left out and counted where data sets have such rows (no label, no words), and refused with its line where they have not.
 */
import type { Control } from '../base/abort.ts';
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { ColumnNames } from './cards.ts';
import { unusable } from './data-format.ts';
import { glueColumns, readGlueTable } from './glue-table.ts';
import { readInstances } from './instances.ts';
import { rowCount, type Rows } from './rows.ts';
import { isOfficial, type DataCandidate } from './sniff.ts';
import type { Task } from './tasks.ts';

/** Words of the train file that are used (Dalvi et al. 2020, appendix): whole sentences, stopping before the one too many. */
export const trainWords = 150_000;

/**
 * @param columns null where the format leaves no choice.
 * @param wordLimit reading ends before the sentence that would exceed it.
 * @throws WinnowError `bad-data` for a file, column, row or label that does not fit, with its line; otherwise as the
 * reader of the format.
 */
export async function readRows(
  { file, content }: DataCandidate,
  task: Task,
  columns: ColumnNames | null,
  wordLimit: number,
  control: Control = {},
): Promise<Rows> {
  // A file of another kind that the user gave a role: the table reader says what is wrong with it.
  if (task.kind === 'glue') {
    const table = content.kind === 'data' && !isOfficial(content.fits) ? content.source.table : null;
    const names = table && glueColumns(table, task);
    if (table === null || names === null) return readInstances(file, task, control);
    return readGlueTable(file, table, task, names, control);
  }
  if (content.kind === 'other') throw unusable(file, task);
  if (content.kind !== 'data') throw content.error;
  const { sentences, words } = content.source;
  const reading = { columns, wordLimit, control };
  const rows = await (task.kind === 'own' ? sentences?.read({ ...reading, task }) : words?.read({ ...reading, task }));
  if (rows === undefined) throw unusable(file, task);
  if (rowCount(rows) === 0) throw noRows(file, rows);
  return rows;
}

function noRows(file: File, { skipped, skippedBecause }: Rows): WinnowError {
  const why =
    skipped > 0 ? `its ${skipped} rows are left out because ${skippedBecause[1]}` : 'it holds no rows of data';
  return new WinnowError('bad-data', `${nameOf(file)} cannot be used: ${why}.`, 'Copy or download the file again.');
}
