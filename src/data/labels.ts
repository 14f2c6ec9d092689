/** What a label cell means: a class number (sorted label strings count from 0), or a score in regression. */
import type { GlueTask } from './tasks.ts';

/** Reads one label cell; null where the task knows no such label. */
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
