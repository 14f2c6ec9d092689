/**
 * Which tasks the first rows of a table fit, by its columns and labels, and what a label cell means. Knows nothing of file
 * names; several tasks may share one layout (RTE and WNLI differ in their labels alone).
 */
import { isBlank } from '../format/tsv.ts';
import { glueNames, tasks, type GlueName, type GlueTask, type TaskName } from './tasks.ts';

export interface Fit<Name extends TaskName = TaskName> {
  task: Name;
  /** Share of these rows whose label the task knows; for tasks without labels of their own, how likely it is. */
  share: number;
}

/** The tasks whose columns these rows have, best match of the labels first, then in table order. */
export function fittingTasks(rows: readonly string[][]): Fit<GlueName>[] {
  return glueNames
    .filter((name) => fitsLayout(rows, tasks[name]))
    .map((name) => ({ task: name, share: labelShare(rows, tasks[name]) }))
    .sort((a, b) => b.share - a.share);
}

/** Whether the rows have the task's columns: its header, or, where there is none, its width and labels in most rows. */
export function fitsLayout(rows: readonly string[][], task: GlueTask): boolean {
  const [first] = rows;
  if (!first) return false;
  if (task.header === null) {
    const read = labelReader(task);
    const full = rows.filter((cells) => !isBlank(cells));
    const fitting = full.filter((cells) => cells.length === task.columns && read(cells.at(task.label) ?? '') !== null);
    return fitting.length > 0 && fitting.length * 2 >= full.length;
  }
  const { text, pair, label } = task.header;
  return (
    first[task.text] === text &&
    (task.pair === null || first[task.pair] === pair) &&
    first.at(task.label) === label &&
    (task.columns === null || first.length === task.columns)
  );
}

/** Whether a header names the sentences of some task, but no label: GLUE's test files. */
export function isUnlabelled(rows: readonly string[][]): boolean {
  const [first] = rows;
  if (!first) return false;
  return glueNames.some((name) => {
    const { header } = tasks[name];
    if (header === null || first.includes(header.label)) return false;
    return first.includes(header.text) && (header.pair === null || first.includes(header.pair));
  });
}

/** The share of rows (header left out) whose label the task knows; 0 without rows. */
function labelShare(rows: readonly string[][], task: GlueTask): number {
  const read = labelReader(task);
  const cells = (task.header === null ? rows : rows.slice(1)).filter((row) => !isBlank(row));
  if (cells.length === 0) return 0;
  return cells.filter((row) => read(row.at(task.label) ?? '') !== null).length / cells.length;
}

/** The columns a task wants, for a sentence. */
export function columnsInWords(task: GlueTask): string {
  if (task.header === null) {
    return `${task.columns} columns without a header, the label in column ${task.label + 1}`;
  }
  const { text, pair, label } = task.header;
  const place = task.label < 0 ? 'last' : `${task.label + 1}`;
  const pairWords = pair === null || task.pair === null ? '' : `, \`${pair}\` (${task.pair + 1})`;
  return `\`${text}\` (column ${task.text + 1})${pairWords} and \`${label}\` (${place})`;
}

/** Reads one label cell as a class number (sorted label strings count from 0) or a score; null: the task knows no such. */
export function labelReader(task: GlueTask): (cell: string) => number | null {
  if (task.labels === null) {
    const [lowest, highest] = task.range;
    return (cell) => {
      const score = cell.trim() === '' ? NaN : Number(cell);
      return score >= lowest && score <= highest ? score : null;
    };
  }
  const numbers = new Map(task.labels.map((label, number) => [label, number]));
  return (cell) => numbers.get(cell) ?? null;
}

/** The labels a task knows, for a sentence: "`0` and `1`", "a score from 0 to 5". */
export function labelsInWords(task: GlueTask): string {
  if (task.labels === null) return `a score from ${task.range[0]} to ${task.range[1]}`;
  const quoted = task.labels.map((label) => `\`${label}\``);
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
