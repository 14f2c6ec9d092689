/** Which columns are read: the user's choice, then the guess from the first file that has any to choose. */
import { nameOf } from '../base/bytes.ts';
import { WinnowError, type Notice } from '../base/errors.ts';
import type { ColumnChoice, ColumnsCard, Corrections } from './cards.ts';
import type { DataCandidate } from './sniff.ts';
import { areKept, columnOf } from './table-source.ts';
import type { Task } from './tasks.ts';
import { defaultLabels, openColumns } from './token-layout.ts';

type Candidates = readonly (DataCandidate | null)[];

/** @returns null where the task or the format leaves no choice. */
export function chooseColumns(files: Candidates, task: Task, choice: ColumnChoice = {}): ColumnsCard | null {
  if (task.kind === 'glue') return null;
  for (const file of files) {
    if (file?.content.kind !== 'data') continue;
    const { sentences, words } = file.content.source;
    if (words?.layout && task.kind === 'labelling') {
      const choices = words.layout.columns.map(({ name }) => name);
      const label = choice.label ?? defaultLabels(words.layout, task.name);
      const text = choice.text ?? words.layout.words;
      const labels = openColumns(words.layout).map(({ name }) => name);
      return { choices, text, pair: null, label, labels: labels.length > 0 ? labels : [label] };
    }
    if (sentences?.layout && task.kind === 'own') {
      const { columns: choices, layout } = sentences;
      const { text = layout.text, label = layout.label ?? text } = choice;
      const guessed = layout.pair === text || layout.pair === label ? null : layout.pair;
      const pair = choice.pair === undefined ? guessed : choice.pair;
      return { choices, text, pair, label, labels: layout.labels };
    }
  }
  return null;
}

/** What is wrong where a task of known labels was named and no column holds them; null where all is well. */
export function noSuchLabels(files: Candidates, task: Task, choice: ColumnChoice = {}): WinnowError | null {
  if (task.kind !== 'labelling' || task.name === 'labelling' || choice.label !== undefined) return null;
  for (const file of files) {
    const layout = file?.content.kind === 'data' ? file.content.source.words?.layout : null;
    if (!file || !layout) continue;
    const { columns } = layout;
    if (columns.some((column) => column.task === task.name)) return null;
    const names = columns.map(({ name }) => `\`${name}\``).join(', ');
    const message = `No column of ${nameOf(file)} holds labels of ${task.title}; it has ${names}.`;
    return new WinnowError('bad-data', message, 'Choose the column of labels, or another task.');
  }
  return null;
}

/** Whether a file lacks the column of labels, or every value in it, as test files whose labels are kept secret. */
export function lacksLabels({ content }: DataCandidate, task: Task, columns: ColumnsCard | null): boolean {
  if (content.kind === 'unlabelled') return true;
  if (content.kind !== 'data' || columns === null) return false;
  const { table, words } = content.source;
  if (task.kind === 'labelling') {
    return words?.layout != null && words.layout.columns.every(({ name }) => name !== columns.label);
  }
  if (task.kind !== 'own' || table === null || !table.columns.includes(columns.text)) return false;
  return !table.columns.includes(columns.label) || areKept(columnOf(table, columns.label));
}

/** What to say where another column could be meant as well and nobody chose. */
export function severalLabels(columns: ColumnsCard | null, choice: ColumnChoice = {}): Notice | null {
  if (columns === null || choice.label !== undefined || columns.labels.length < 2) return null;
  const others = columns.labels.filter((name) => name !== columns.label).slice(0, 8);
  const more = columns.labels.length - 1 - others.length;
  const names = others.map((name) => `\`${name}\``).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const message = `Labels are taken from the column \`${columns.label}\`; ${names} could be labels too.`;
  const next =
    'Choose another column of labels on the data card, or with --column NAME, or all of them in turn there, or with --all-columns.';
  return { code: 'bad-data', message, next, path: null };
}

/** What to ask where columns hold labels of several kinds and neither task nor column was named; null where all is clear. */
export function askedLabels(
  files: Candidates,
  task: Task,
  { task: named, columns: choice }: Corrections,
): WinnowError | null {
  if (task.kind !== 'labelling' || named !== undefined || choice?.label !== undefined) return null;
  for (const file of files) {
    const layout = file?.content.kind === 'data' ? file.content.source.words?.layout : null;
    if (!file || !layout) continue;
    const open = openColumns(layout);
    if (open.every(({ entities }) => entities)) return null;
    const names = open.map(({ name }) => `\`${name}\``);
    const message = `${nameOf(file)} has ${names.length} columns of labels: ${names.slice(0, -1).join(', ')} and ${names.at(-1)}.`;
    const next = 'Choose the task, or the column of labels, on the data card (--task, or --column NAME).';
    return new WinnowError('bad-data', message, next);
  }
  return null;
}
