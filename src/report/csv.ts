/**
 * Tables and runs as text for files. CSV follows RFC 4180 with full-precision numbers; a missing number is an empty field.
 * Text from files that a spreadsheet would take for a formula is kept from being one.
 */
import type { Role } from '../data/cards.ts';
import { tasks, type TaskName } from '../data/tasks.ts';
import type { RunFile } from '../run/run-file.ts';
import type { Table } from './table.ts';

export function toCsv(table: Table): string {
  const lines = [table.columns.map((column) => textField(column.title)).join(',')];
  for (const row of table.rows) lines.push(row.map((cell) => field(cell.value)).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function field(value: number | string | null): string {
  if (value === null) return '';
  return typeof value === 'number' ? String(value) : textField(value);
}

function textField(text: string): string {
  const safe = /^[=+@\-\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The run file's text, as the page downloads it. */
export function runText(run: RunFile): string {
  return `${JSON.stringify(run, null, 2)}\n`;
}

/** A file name without ending that says which run it is of, in characters that every system takes. */
export function fileStem(run: RunFile): string {
  return stem(`${run.data.task}-${run.model.name}`);
}

/** The same for activations of one data file; its role comes last, where opening them again looks for it. */
export function activationsStem(task: TaskName, model: string, role: Role): string {
  return `${stem(`${task}-${model}`)}-${role}`;
}

/** The same for a file of the published scripts, from its own name. */
export function publishedStem(name: string): string {
  return stem(name.replace(/\.json$/i, ''));
}

function stem(name: string): string {
  return `winnow-${name}`
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .slice(0, 80);
}

/** "SST-2 · minilm-sst2": a run's name on the page. */
export function runTitle(run: RunFile): string {
  return `${tasks[run.data.task].title} · ${run.model.name}`;
}
