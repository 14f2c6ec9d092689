/**
 * The rows of a GLUE file as instances: text, second text, label. Every row is checked against the task; a row that
 * does not fit is an error that names its line, except where the task's official files are known to hold such rows.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { unevenRow } from '../format/table.ts';
import { isBlank, readTsv } from '../format/tsv.ts';
import { columnsInWords, fitsLayout, fittingTasks, labelReader, labelsInWords } from './layout.ts';
import { shown, SizeLimit, type SentenceRows } from './rows.ts';
import { tasks, type GlueTask } from './tasks.ts';

/**
 * Reads all rows of a tsv file of the given task; progress is in bytes.
 * @throws WinnowError `bad-data` for an empty file, another layout, a row or a label that does not fit (with its line);
 * `bad-file` for text that is not UTF-8; `unreadable-file` when the file vanished.
 */
export async function readInstances(file: NamedBlob, task: GlueTask, control: Control = {}): Promise<SentenceRows> {
  if (file.size === 0) throw emptyFile(file);
  const leftOut: number[] = [];
  const result: SentenceRows = {
    ...{ kind: 'sentence', instances: [], labels: task.labels, counts: task.labels?.map(() => 0) ?? null },
    ...{ leftOut, skipped: 0, firstSkipped: null },
    skippedBecause: ['it has a wrong number of columns', 'they have a wrong number of columns'],
  };
  const size = new SizeLimit(file);
  const label = labelReader(task);
  let width: number | null = null;
  for await (const { firstLine, rows } of readTsv(file, control)) {
    if (width === null && !rows.every(isBlank)) width = checkedWidth(rows, file, task);
    const start = firstLine === 1 && task.header !== null ? 1 : 0;
    for (let i = start; i < rows.length; i++) {
      if (!isBlank(rows[i])) addRow(rows[i], firstLine + i, width ?? 0);
    }
  }
  if (result.instances.length === 0) throw noRows(file, result);
  return result;

  function leaveOut(line: number): void {
    leftOut.push(line);
    result.skipped++;
    result.firstSkipped ??= `line ${line}`;
  }

  function addRow(cells: string[], line: number, expected: number): void {
    if (cells.length !== expected) {
      if (task.unevenRows === 'refused') throw unevenRow(file, `Line ${line}`, cells.length, expected);
      leaveOut(line);
      return;
    }
    const cell = cells.at(task.label) ?? '';
    const number = label(cell);
    if (number === null && noLabel.has(cell.trim())) {
      leaveOut(line);
      result.skippedBecause = [
        'it has no label, or a wrong number of columns',
        'they have no label, or a wrong number of columns',
      ];
      return;
    }
    if (number === null) throw unknownLabel(file, line, cell, task);
    if (result.counts !== null) result.counts[number]++;
    const text = cells[task.text];
    const pair = task.pair === null ? null : cells[task.pair];
    size.add(1, text.length + (pair?.length ?? 0));
    result.instances.push({ text, pair, label: number });
  }
}

/** What stands in place of a label: nothing, or that annotators did not agree. */
const noLabel = new Set(['', '-']);

/** Number of columns that every row must have. */
function checkedWidth(rows: string[][], file: NamedBlob, task: GlueTask): number {
  const first = rows.slice(0, 100);
  // Without a header only a table of quite another kind can be told apart here; single rows are checked one by one.
  const wrong = task.header === null ? looksLikeAnother(first, task) : !fitsLayout(first, task);
  if (wrong) throw anotherLayout(file, first, task);
  return task.columns ?? rows[0].length;
}

function looksLikeAnother(rows: string[][], task: GlueTask): boolean {
  return (
    fittingTasks(rows).some((fit) => fit.task !== task.name) || !rows.some((cells) => cells.length === task.columns)
  );
}

export function emptyFile(file: NamedBlob): WinnowError {
  const message = `${nameOf(file)} is empty (${file.size} bytes).`;
  return new WinnowError('bad-data', message, 'The file was probably not copied whole. Copy or download it again.');
}

/** The error for a table that is not laid out as the task wants it; says which task it fits instead, if any. */
function anotherLayout(file: NamedBlob, rows: string[][], task: GlueTask): WinnowError {
  const [other] = fittingTasks(rows);
  if (other) {
    const { title } = tasks[other.task];
    const message = `${nameOf(file)} has the columns of ${title}, not of ${task.title}.`;
    return new WinnowError('bad-data', message, `Choose ${title} as the task, or use the files of ${task.title}.`);
  }
  const [first = []] = rows;
  const line = lineInWords(first, task.header !== null);
  const message = `${nameOf(file)} is not laid out as ${task.title}: its first line holds ${line}; wanted are ${columnsInWords(task)}.`;
  const next = `Use the official tsv files of ${task.title}, or give yours the same columns.`;
  return new WinnowError('bad-data', message, next);
}

/** The first line of a table for a sentence. @param isTabbed whether tabs are to be missed in it. */
export function lineInWords(cells: readonly string[], isTabbed = true): string {
  const untabbed = isTabbed && cells.length === 1 ? ' (no tab in it: columns must be separated by tabs)' : '';
  return cells.slice(0, 6).map(shown).join(', ') + untabbed;
}

function noRows(file: NamedBlob, { skipped, skippedBecause: [it] }: SentenceRows): WinnowError {
  const why = skipped > 0 ? `every row (${skipped}) ${it.replace(/^it /, '')}` : 'it holds no rows of data';
  return new WinnowError('bad-data', `${nameOf(file)} cannot be used: ${why}.`, 'Copy or download the file again.');
}

function unknownLabel(file: NamedBlob, line: number, cell: string, task: GlueTask): WinnowError {
  const message = `Line ${line} of ${nameOf(file)} has the label ${shown(cell)}; ${task.title} knows ${labelsInWords(task)}.`;
  return new WinnowError('bad-data', message, 'Correct that line, or choose the task that these labels belong to.');
}
