/** Which columns are read: the user's choice, then the guess from the first file that has any to choose. */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { ColumnChoice, ColumnsCard } from './cards.ts';
import type { Sniffed, Source } from './sniff.ts';
import type { Task } from './tasks.ts';
import { defaultLabels, type TokenLayout } from './token-layout.ts';

/** @returns null where the task or the format leaves no choice. */
export function chooseColumns(
  files: readonly (Sniffed | null)[],
  task: Task,
  choice: ColumnChoice = {},
): ColumnsCard | null {
  if (task.kind === 'glue') return null;
  for (const file of files) {
    if (file?.what.kind !== 'data') continue;
    const { source } = file.what;
    const layout = wordLayout(source);
    if (layout && task.kind === 'labelling') {
      const choices = layout.columns.map(({ name }) => name);
      const label = choice.label ?? defaultLabels(layout, task.name);
      return { choices, text: choice.text ?? layout.words, pair: null, label };
    }
    if (source.form === 'table' && task.kind === 'own' && source.table && source.layout) {
      const { text = source.layout.text, label = source.layout.label ?? text } = choice;
      const guessed = source.layout.pair === text || source.layout.pair === label ? null : source.layout.pair;
      return { choices: source.table.columns, text, pair: choice.pair === undefined ? guessed : choice.pair, label };
    }
  }
  return null;
}

/** Columns of words and their labels; null where a file has none to choose. */
function wordLayout(source: Source): Pick<TokenLayout, 'columns' | 'words'> | null {
  if (source.form === 'tokens') return source.layout;
  return source.form === 'table' ? source.lists : null;
}

/** What is wrong where a task of known labels was named and no column holds them; null where all is well. */
export function noSuchLabels(
  files: readonly (Sniffed | null)[],
  task: Task,
  choice: ColumnChoice = {},
): WinnowError | null {
  if (task.kind !== 'labelling' || task.name === 'labelling' || choice.label !== undefined) return null;
  for (const file of files) {
    const layout = file?.what.kind === 'data' ? wordLayout(file.what.source) : null;
    if (!file || !layout) continue;
    const { columns } = layout;
    if (columns.some((column) => column.task === task.name)) return null;
    const names = columns.map(({ name }) => `\`${name}\``).join(', ');
    const message = `No column of ${nameOf(file)} holds labels of ${task.title}; it has ${names}.`;
    return new WinnowError('bad-data', message, 'Choose the column of labels, or another task.');
  }
  return null;
}
