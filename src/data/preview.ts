/** What the data card shows of the rows: the labels, how often each comes up, and the first rows themselves. */
import type { DataCard, DataFileCard } from './cards.ts';
import type { RoleFiles } from './data-set.ts';
import { noLabel } from './no-label.ts';
import type { Rows } from './rows.ts';
import type { LabelledTask, Task } from './tasks.ts';

const previewRows = 5;

/**
 * Labels of the data set and its first rows.
 * @param labelled the task with the train part's labels; null: the data set is not whole, and a file's own labels stand in.
 */
export function previewOf(
  files: RoleFiles,
  task: Task,
  labelled: LabelledTask | null,
): Pick<DataCard, 'labels' | 'preview' | 'sentences'> {
  const data = (files.train ?? files.dev ?? files.test)?.data;
  const ofFile = task.kind === 'glue' ? (task.labels ?? []) : [...(data?.labels ?? [])].sort();
  const result = { labels: [...(labelled ? (labelled.labels ?? []) : ofFile)], preview: [], sentences: [] };
  if (!data) return result;
  const text = (label: number): string => (label === noLabel ? '–' : (data.labels?.[label] ?? String(label)));
  if (data.kind === 'sentence') {
    const first = data.instances.slice(0, previewRows);
    return { ...result, preview: first.map((row) => ({ ...row, label: text(row.label), tokens: [] })) };
  }
  const first = data.sentences.slice(0, previewRows);
  return { ...result, sentences: first.map(({ words, labels }) => ({ words, labels: labels.map(text), tokens: [] })) };
}

/** Rows or words of a file per label of the data set, and those of other labels. */
export function labelCounts(
  rows: Rows | undefined,
  labels: readonly string[],
): Pick<DataFileCard, 'counts' | 'unseen'> {
  if (!rows?.labels || rows.counts === null) return { counts: null, unseen: 0 };
  const numbers = new Map(labels.map((label, number) => [label, number]));
  const counts = labels.map(() => 0);
  let unseen = 0;
  for (const [index, label] of rows.labels.entries()) {
    const number = numbers.get(label);
    if (number === undefined) unseen += rows.counts[index];
    else counts[number] += rows.counts[index];
  }
  return { counts, unseen };
}
