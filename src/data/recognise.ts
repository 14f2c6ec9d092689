/**
 * Finds the data set among dropped files: content decides format and task, the name only proposes the role, and the
 * user's corrections outrank both. Every file that looks like data is used, asked about, or ignored with a reason;
 * the model's own files are not spoken of. Faults come back as notices; only an abort is thrown.
 */
import type { Control } from '../base/abort.ts';
import { toPlainError, WinnowError, type Notice } from '../base/errors.ts';
import type { ColumnsCard, Corrections, DataCard, DataFileCard, DroppedFile, Role } from './cards.ts';
import { chooseTask } from './choose-task.ts';
import { chooseColumns, noSuchLabels } from './columns.ts';
import { dataSet, missingFile, type DataFile, type DataSet, type RoleFiles } from './data-set.ts';
import { labelCounts, previewOf } from './preview.ts';
import { readRows, trainWords } from './read-rows.ts';
import { assignRoles, besideData } from './roles.ts';
import type { Rows } from './rows.ts';
import { proposedRole, sniff, type Sniffed } from './sniff.ts';
import { tasks, type Task } from './tasks.ts';
import { joinShards } from './shards.ts';
import { pairUp } from './word-label.ts';

/** Stands between the user and a run: a file that is absent or cannot be used; `role` null concerns all. */
export interface MissingNotice extends Notice {
  role: Role | null;
}

/** The files by role, for `dataSet`, and what to say about them. */
export interface Recognised extends RoleFiles {
  /** null when nothing says which task it is. */
  card: DataCard | null;
  missing: MissingNotice[];
  notices: Notice[];
  ignored: { path: string; reason: string }[];
}

export async function recogniseData(
  files: readonly DroppedFile[],
  corrections: Corrections = {},
  { signal }: Pick<Control, 'signal'> = {},
): Promise<Recognised> {
  const sniffed: Sniffed[] = [];
  for (const { file, labels } of pairUp(files)) {
    signal?.throwIfAborted();
    sniffed.push(await sniff(file, labels));
  }
  const found = joinShards(sniffed);
  const choice = chooseTask(found, corrections);
  if (choice === null) return withoutTask(found);

  const task = tasks[choice.task];
  const { train, dev, test, spare, notices, ignored } = assignRoles(found, choice, corrections);
  const inUse = [train, dev, test, ...spare];
  const columns = chooseColumns(inUse, task, corrections.columns);
  const reader = new Reader(task, columns, notices, signal);
  const roleFiles: RoleFiles = {
    train: await reader.readRole(train, 'train'),
    dev: await reader.readRole(dev, 'dev'),
    test: await reader.readRole(test, 'test'),
  };
  for (const file of spare) await reader.read(file, null);
  const { missing, cards } = reader;
  const wrong = noSuchLabels(inUse, task, corrections.columns);
  if (wrong !== null) missing.unshift({ ...toPlainError(wrong), path: null, role: null });
  if (train === null) missing.push(absent('train', task));
  if (dev === null && test === null) missing.push(absent(task.kind === 'glue' ? 'dev' : 'test', task));

  const order = [null, 'train', 'dev', 'test'];
  missing.sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  const set = tryDataSet(roleFiles, task, corrections);
  if (set !== null) notices.push(...splitNotice(set, roleFiles), ...set.notices);
  const preview = previewOf(roleFiles, task, set?.task ?? null);
  const rows = new Map(reader.rows);
  const card: DataCard = {
    task: task.name,
    kind: task.kind,
    candidates: choice.candidates,
    files: cards.map((file) => ({ ...file, ...labelCounts(rows.get(file.path), preview.labels) })),
    columns,
    ...preview,
  };
  return { ...roleFiles, card, missing, notices, ignored };
}

/** Reads chosen files in full and notes what it finds on cards and notices. */
class Reader {
  readonly cards: DataFileCard[] = [];
  readonly missing: MissingNotice[] = [];
  /** By path. */
  readonly rows: [string, Rows][] = [];

  constructor(
    readonly task: Task,
    readonly columns: ColumnsCard | null,
    readonly notices: Notice[],
    readonly signal: AbortSignal | undefined,
  ) {}

  async readRole(file: Sniffed | null, role: Role): Promise<DataFile | null> {
    const data = file && (await this.read(file, role));
    return file && data && { path: file.path, file: file.file, labels: file.labels, shards: file.shards, role, data };
  }

  async read(file: Sniffed, role: Role | null): Promise<Rows | null> {
    const { path, name, labels, shards } = file;
    const bytes = [file, ...shards, ...(labels ? [labels] : [])].reduce((sum, one) => sum + one.file.size, 0);
    const card: DataFileCard = {
      ...{ path, name, labelPath: labels?.path ?? null, role, rows: 0, words: null, cut: false, skipped: 0, bytes },
      ...{ shardPaths: shards.map((shard) => shard.path), counts: null, unseen: 0 },
    };
    this.cards.push(card);
    try {
      if (file.what.kind === 'broken' || file.what.kind === 'unlabelled') throw file.what.error;
      const limit = role === 'train' ? trainWords : Infinity;
      const data = await readRows(file, this.task, this.columns, limit, { signal: this.signal });
      this.rows.push([path, data]);
      card.rows = data.kind === 'sentence' ? data.instances.length : data.sentences.length;
      if (data.kind === 'labelling') [card.words, card.cut] = [data.words, data.cut];
      card.skipped = data.skipped;
      if (data.skipped > 0) this.notices.push(skippedRows(path, data));
      if (card.cut) this.notices.push(cutFile(card));
      if (file.absentShards > 0) this.notices.push(absentShards(file));
      return data;
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      const counted = shards.length > 0 && /^(Line|Row) \d/.test(error.message);
      const next = counted ? `${error.next} Rows are counted over all ${shards.length + 1} files.` : error.next;
      const notice = { ...toPlainError(error), next, path };
      if (role === null) this.notices.push(notice);
      else this.missing.push({ ...notice, role });
      return null;
    }
  }
}

/** Null where a file is missing, which is said elsewhere, or there are too few rows, which the run will say. */
function tryDataSet(files: RoleFiles, task: Task, corrections: Corrections): DataSet | null {
  try {
    return dataSet(files, task, null, corrections);
  } catch (error) {
    if (error instanceof WinnowError) return null;
    throw error;
  }
}

/** No labelled table: what can be said are the faults of the files that are named as one. */
function withoutTask(found: readonly Sniffed[]): Recognised {
  const result: Recognised = {
    card: null,
    train: null,
    dev: null,
    test: null,
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
    const next = 'Add a folder with files of sentences and labels, named train, dev and test.';
    result.missing.push({ code: 'missing-file', message, next, path: null, role: null });
  }
  return result;
}

function absent(role: Role, task: Task): MissingNotice {
  return { ...toPlainError(missingFile(role, task)), path: null, role };
}

/** What becomes of a data set without a file for each part; GLUE's is always so and the page says it. */
function splitNotice({ split, task, parts }: DataSet, { test }: RoleFiles): Notice[] {
  if (split === null || task.kind === 'glue') return [];
  const dev = `90 % of \`${parts.train.file.path}\` (shuffled) are train and the rest dev`;
  const message = test
    ? `There is no dev file: ${dev}.`
    : `There is no test file: \`${parts.test.file.path}\` is the test part, ${dev}.`;
  const next = 'Add the file that is missing, if you have it.';
  return [{ code: 'missing-file', message, next, path: null }];
}

function cutFile({ path, rows, words }: DataFileCard): Notice {
  const message = `The first ${rows} sentences (${words} words) of \`${path}\` are used: the limit is ${trainWords} words.`;
  return { code: 'bad-data', message, next: 'Nothing to do: more words would hardly change a probe.', path };
}

function absentShards({ path, shards, absentShards: absent }: Sniffed): Notice {
  const here = shards.length + 1;
  const message = `${absent} of the ${here + absent} files that \`${path}\` is one of by its name are missing; the others are used.`;
  return { code: 'missing-file', message, next: 'Add them, if all of the data should be used.', path };
}

function skippedRows(path: string, { skipped, firstSkipped, skippedBecause: [it, they] }: Rows): Notice {
  const message =
    skipped === 1
      ? `1 row of \`${path}\` left out: ${it} (${firstSkipped}).`
      : `${skipped} rows of \`${path}\` left out: ${they} (the first is ${firstSkipped}).`;
  return { code: 'bad-data', message, next: 'Nothing to do, unless you expected these rows to count.', path };
}
