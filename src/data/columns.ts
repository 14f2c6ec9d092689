/** Which columns are read: the user's choice, then the guess from the first file that has any to choose. */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { ColumnChoice, ColumnsCard } from './cards.ts';
import type { DataCandidate } from './sniff.ts';
import type { Task } from './tasks.ts';
import { defaultLabels } from './token-layout.ts';

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
      return { choices, text: choice.text ?? words.layout.words, pair: null, label };
    }
    if (sentences?.layout && task.kind === 'own') {
      const { columns: choices, layout } = sentences;
      const { text = layout.text, label = layout.label ?? text } = choice;
      const guessed = layout.pair === text || layout.pair === label ? null : layout.pair;
      return { choices, text, pair: choice.pair === undefined ? guessed : choice.pair, label };
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
