/**
 * A GLUE task's rows in a table with named columns, as the Hugging Face hub has them: Parquet, CSV or JSON lines in which
 * labels are the numbers of classes.
 */
import type { Control } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import type { TextTable } from '../format/table.ts';
import type { ColumnNames } from './cards.ts';
import { labelReader, labelsInWords } from './layout.ts';
import { absentLabels, evenNumber } from './no-label.ts';
import { rowSpot, SentenceCollector } from './row-collectors.ts';
import { shown, type SentenceRows } from './rows.ts';
import type { GlueName, GlueTask } from './tasks.ts';

/** Names on the hub, where they are not those of the official header. */
const hubColumns: Partial<Record<GlueName, { text: string; pair: string | null }>> = {
  cola: { text: 'sentence', pair: null },
  mrpc: { text: 'sentence1', pair: 'sentence2' },
  mnli: { text: 'premise', pair: 'hypothesis' },
};

/** Classes in the hub's numbering, for tables that do not name them. */
const hubLabels: Partial<Record<GlueName, readonly string[]>> = {
  mnli: ['entailment', 'neutral', 'contradiction'],
  qnli: ['entailment', 'not_entailment'],
  rte: ['entailment', 'not_entailment'],
};

/** Where the task's texts and labels stand; null where the table does not have them. */
export function glueColumns({ columns }: Pick<TextTable, 'columns'>, task: GlueTask): ColumnNames | null {
  const label = [task.header?.label, 'label'].find((name) => name !== undefined && columns.includes(name));
  const official = task.header && { text: task.header.text, pair: task.pair === null ? null : task.header.pair };
  const names = [official, hubColumns[task.name]].find(
    (candidate) =>
      candidate && columns.includes(candidate.text) && (!candidate.pair || columns.includes(candidate.pair)),
  );
  return names && label !== undefined ? { ...names, label } : null;
}

/** @throws WinnowError `bad-data` for a label that the task does not know, with its row; as `TextTable.read`. */
export async function readGlueTable(
  file: File,
  table: TextTable,
  task: GlueTask,
  columns: ColumnNames,
  control: Control,
): Promise<SentenceRows> {
  const isNone = absentLabels(table, columns);
  const isAbsent = (tag: string): boolean => isNone(tag) || tag === '-1' || tag === '-';
  const rows = new SentenceCollector(file, task, table, isAbsent);
  const read = labelReader(task);
  const names = table.classes.get(columns.label) ?? hubLabels[task.name];
  const { text, pair, label } = columns;
  for await (const some of table.read(pair === null ? [text, label] : [text, label, pair], control)) {
    for (const { at, cells } of some) {
      const [first, tag, second = null] = cells;
      const cell = evenNumber(tag?.trim() ?? '');
      if (first === null || (pair !== null && second === null) || isAbsent(cell)) {
        rows.leaveOut(at);
        continue;
      }
      const known = read(cell) === null ? (names?.[Number(cell)] ?? cell) : cell;
      if (read(known) === null) {
        const message = `${rowSpot(file, table, at)} has the label ${shown(cell)}; ${task.title} knows ${labelsInWords(task)}.`;
        throw new WinnowError('bad-data', message, 'Correct that row, or choose classification as the task.');
      }
      rows.add(at, first, second, known);
    }
  }
  return rows.done(task.labels);
}
