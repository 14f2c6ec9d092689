/**
 * Finds the data set among dropped files: content decides format and task, the name only proposes the role, and the
 * user's corrections outrank both. Every file that looks like data is used, asked about, or ignored with a reason;
 * the model's own files are not spoken of. Faults come back as notices; only an abort is thrown.
 */
import type { Control } from '../base/abort.ts';
import { toPlainError, WinnowError, type Notice } from '../base/errors.ts';
import type { Corrections, DataCard, DataFileCard, DroppedFile, PreviewRow, Role } from './cards.ts';
import { chooseTask } from './choose-task.ts';
import { readInstances, type Instance, type Instances } from './instances.ts';
import { assignRoles, besideData } from './roles.ts';
import { proposedRole, sniff, type Sniffed } from './sniff.ts';
import { tasks, type Task } from './tasks.ts';

/** A file as it will be used, with its rows, so that a run works on exactly what the card showed. */
export interface DataFile extends DroppedFile {
  role: Role;
  data: Instances;
}

/** Stands between the user and a run: a file that is absent or cannot be used; `role` null concerns both. */
export interface MissingNotice extends Notice {
  role: Role | null;
}

export interface Recognised {
  /** null when nothing says which task it is. */
  card: DataCard | null;
  train: DataFile | null;
  dev: DataFile | null;
  missing: MissingNotice[];
  notices: Notice[];
  ignored: { path: string; reason: string }[];
}

const previewRows = 5;

export async function recogniseData(
  files: readonly DroppedFile[],
  corrections: Corrections = {},
  { signal }: Pick<Control, 'signal'> = {},
): Promise<Recognised> {
  const found: Sniffed[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    found.push(await sniff(file));
  }
  const choice = chooseTask(found, corrections);
  if (choice === null) return withoutTask(found);

  const task = tasks[choice.task];
  const { train, dev, spare, notices, ignored } = assignRoles(found, choice, corrections);
  const reader = new Reader(task, notices, signal);
  const result: Recognised = {
    card: null,
    train: await reader.readRole(train, 'train'),
    dev: await reader.readRole(dev, 'dev'),
    missing: reader.missing,
    notices,
    ignored,
  };
  for (const file of spare) await reader.read(file, null);
  const first = (result.train ?? result.dev)?.data.instances ?? [];
  result.card = {
    task: task.name,
    candidates: choice.candidates,
    files: reader.cards,
    labels: [...(task.labels ?? [])],
    preview: first.slice(0, previewRows).map((instance) => previewOf(instance, task)),
  };
  return result;
}

/** Reads chosen files in full and notes what it finds on cards and notices. */
class Reader {
  readonly cards: DataFileCard[] = [];
  readonly missing: MissingNotice[] = [];

  constructor(
    readonly task: Task,
    readonly notices: Notice[],
    readonly signal: AbortSignal | undefined,
  ) {}

  async readRole(file: Sniffed | null, role: Role): Promise<DataFile | null> {
    if (file === null) {
      this.missing.push(absent(role, this.task));
      return null;
    }
    const data = await this.read(file, role);
    return data && { path: file.path, file: file.file, role, data };
  }

  async read(file: Sniffed, role: Role | null): Promise<Instances | null> {
    const { path, name } = file;
    const card: DataFileCard = { path, name, role, rows: 0, skipped: 0, bytes: file.file.size, counts: null };
    this.cards.push(card);
    try {
      if (file.what.kind === 'broken' || file.what.kind === 'unlabelled') throw file.what.error;
      const data = await readInstances(file.file, this.task, { signal: this.signal });
      card.rows = data.instances.length;
      card.skipped = data.skipped;
      card.counts = data.counts;
      if (data.skipped > 0) this.notices.push(skippedRows(path, data));
      return data;
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      const notice = { ...toPlainError(error), path };
      if (role === null) this.notices.push(notice);
      else this.missing.push({ ...notice, role });
      return null;
    }
  }
}

/** No labelled table: what can be said are the faults of the files that are named as one. */
function withoutTask(found: readonly Sniffed[]): Recognised {
  const result: Recognised = {
    card: null,
    train: null,
    dev: null,
    missing: [],
    notices: [],
    ignored: besideData(found),
  };
  for (const { path, name, what } of found) {
    if (what.kind !== 'broken' && what.kind !== 'unlabelled') continue;
    const role = proposedRole(name);
    if (role === null) result.ignored.push({ path, reason: what.error.message });
    else result.missing.push({ ...toPlainError(what.error), path, role });
  }
  if (result.missing.length === 0) {
    const message = 'No data set was found among these files.';
    const next = 'Add the folder of a GLUE task with its train.tsv and dev.tsv.';
    result.missing.push({ code: 'missing-file', message, next, path: null, role: null });
  }
  return result;
}

function absent(role: Role, task: Task): MissingNotice {
  const name = role === 'dev' && task.name === 'mnli' ? 'dev_matched.tsv' : `${role}.tsv`;
  const message = `The ${role} file of ${task.title} is missing.`;
  const next = `Add \`${name}\`, or give one of the files the role ${role}.`;
  return { code: 'missing-file', message, next, path: null, role };
}

function skippedRows(path: string, { skipped, firstSkippedLine }: Instances): Notice {
  const message =
    skipped === 1
      ? `1 row of \`${path}\` left out: it has a wrong number of columns (line ${firstSkippedLine}).`
      : `${skipped} rows of \`${path}\` left out: they have a wrong number of columns (the first is line ${firstSkippedLine}).`;
  return { code: 'bad-data', message, next: 'Nothing to do, unless you expected these rows to count.', path };
}

function previewOf({ text, pair, label }: Instance, task: Task): PreviewRow {
  return { text, pair, label: task.labels?.[label] ?? String(label), tokens: [] };
}
