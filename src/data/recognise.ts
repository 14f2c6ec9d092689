/**
 * Finds the data set among dropped files: content decides format and task, the name only proposes the role, and the
 * user's corrections outrank both. Every file that looks like data is used, asked about, or ignored with a reason;
 * the model's own files are not spoken of. Faults come back as notices; only an abort is thrown.
 */
import type { Control } from '../base/abort.ts';
import { toPlainError, WinnowError, type Notice } from '../base/errors.ts';
import type { MissingNotice, Recognition } from '../base/recognition.ts';
import type { ColumnsCard, Corrections, DataCard, DataFileCard, DroppedFile, Role } from './cards.ts';
import { chooseTask } from './choose-task.ts';
import { askedLabels, chooseColumns, lacksLabels, noSuchLabels, severalLabels } from './columns.ts';
import { dataSet, missingFile, type DataFile, type DataSet, type RoleFiles } from './data-set.ts';
import { pairUp } from './formats/word-label.ts';
import { labelCounts, previewOf } from './preview.ts';
import { doubtfulLabels } from './doubtful-labels.ts';
import { nothingFound } from './no-data.ts';
import { formNotices, textFormOf } from './text-form.ts';
import { readRows, trainWords } from './read-rows.ts';
import { assignRoles, besideData, unlabelled, withoutLabels } from './roles.ts';
import { rowCount, type Rows } from './rows.ts';
import { correctedRole, proposedRole, sniff, type DataCandidate } from './sniff.ts';
import { tasks, type Task } from './tasks.ts';
import { joinShards } from './shards.ts';

/** The files by role, for `dataSet`, and what to say about them. */
export interface DataRecognition extends RoleFiles, Recognition<Role> {
  /** null when nothing says which task it is. */
  card: DataCard | null;
}

export async function recogniseData(
  files: readonly DroppedFile[],
  corrections: Corrections = {},
  { signal }: Pick<Control, 'signal'> = {},
): Promise<DataRecognition> {
  const sniffed: DataCandidate[] = [];
  for (const { file, labels } of pairUp(files)) {
    signal?.throwIfAborted();
    sniffed.push(await sniff(file, labels, corrections.quotes));
  }
  const candidates = joinShards(sniffed);
  const choice = chooseTask(candidates, corrections);
  if (choice === null) return withoutTask(candidates);

  const task = tasks[choice.task];
  const assigned = assignRoles(candidates, choice, corrections);
  const { train, spare, notices, ignored } = assigned;
  let { dev, test } = assigned;
  const columns = chooseColumns([train, dev, test, ...spare], task, corrections.columns);
  const isSecret = (file: DataCandidate | null): file is DataCandidate =>
    file !== null && correctedRole(file.path, corrections) === undefined && lacksLabels(file, task, columns);
  if (dev !== null && isSecret(test)) {
    ignored.push({ path: test.path, reason: withoutLabels(dev) });
    notices.push(unlabelled(test.path, dev));
    test = null;
  } else if (test !== null && isSecret(dev)) {
    ignored.push({ path: dev.path, reason: withoutLabels(test) });
    notices.push(unlabelled(dev.path, test));
    dev = null;
  }
  const inUse = [train, dev, test, ...spare];
  const reader = new Reader(task, columns, notices, signal);
  const roleFiles: RoleFiles = {
    train: await reader.readRole(train, 'train'),
    dev: await reader.readRole(dev, 'dev'),
    test: await reader.readRole(test, 'test'),
  };
  for (const file of spare) await reader.read(file, null);
  const { missing, cards, used } = reader;
  const several = severalLabels(columns, corrections.columns);
  const wrong = noSuchLabels(inUse, task, corrections.columns) ?? askedLabels(inUse, task, corrections);
  if (several !== null && wrong === null) notices.push(several);
  if (wrong !== null) missing.unshift({ ...toPlainError(wrong), path: null, role: null });
  if (train === null) missing.push(absent('train', task));
  if (dev === null && test === null) missing.push(absent(task.kind === 'glue' ? 'dev' : 'test', task));

  const order = [null, 'train', 'dev', 'test'];
  missing.sort((a, b) => order.indexOf(a.role ?? null) - order.indexOf(b.role ?? null));
  const set = tryDataSet(roleFiles, task, corrections);
  if (set !== null) notices.push(...splitNotice(set, roleFiles), ...set.notices);
  const preview = previewOf(roleFiles, task, set?.task ?? null);
  const card: DataCard = {
    task: task.name,
    kind: task.kind,
    candidates: choice.candidates,
    files: cards.map((file) => ({ ...file, ...labelCounts(reader.rows.get(file.path), preview.labels) })),
    columns,
    ...preview,
  };
  return { ...roleFiles, card, used, missing, notices, ignored };
}

/** Reads chosen files in full and notes what it finds on cards and notices. */
class Reader {
  readonly cards: DataFileCard[] = [];
  readonly used = new Map<string, Role | null>();
  readonly missing: MissingNotice<Role>[] = [];
  /** By path. */
  readonly rows = new Map<string, Rows>();

  constructor(
    readonly task: Task,
    readonly columns: ColumnsCard | null,
    readonly notices: Notice[],
    readonly signal: AbortSignal | undefined,
  ) {}

  async readRole(file: DataCandidate | null, role: Role): Promise<DataFile | null> {
    const data = file && (await this.read(file, role));
    return file && data && { path: file.path, file: file.file, labels: file.labels, shards: file.shards, role, data };
  }

  async read(file: DataCandidate, role: Role | null): Promise<Rows | null> {
    const { path, name, labels, shards } = file;
    const parts = [file, ...shards, ...(labels ? [labels] : [])];
    for (const part of parts) this.used.set(part.path, role);
    const bytes = parts.reduce((sum, part) => sum + part.file.size, 0);
    const card: DataFileCard = {
      ...{ path, name, labelPath: labels?.path ?? null, role, rows: 0, words: null, cut: false, skipped: 0, bytes },
      ...{ shardPaths: shards.map((shard) => shard.path), counts: null, unseen: 0, unlabelled: null },
      form: textFormOf(file),
    };
    this.cards.push(card);
    try {
      if (file.content.kind === 'broken' || file.content.kind === 'unlabelled') throw file.content.error;
      const limit = role === 'train' ? trainWords : Infinity;
      const data = await readRows(file, this.task, this.columns, limit, { signal: this.signal });
      this.rows.set(path, data);
      card.rows = rowCount(data);
      if (data.kind === 'labelling') [card.words, card.cut, card.unlabelled] = [data.words, data.cut, data.unlabelled];
      // The encoding is told where the first letter beyond ASCII stands.
      card.form = textFormOf(file);
      this.notices.push(...formNotices(card), ...unlabelledWords(card));
      card.skipped = data.skipped;
      if (data.skipped > 0) this.notices.push(skippedRows(path, data));
      if (data.kind === 'sentence' && this.task.kind === 'own')
        this.notices.push(...doubtfulLabels(path, data, this.columns?.label ?? null));
      if (card.cut) this.notices.push(cutFile(card));
      if (file.absentShards > 0) this.notices.push(absentShards(file));
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
function withoutTask(candidates: readonly DataCandidate[]): DataRecognition {
  const used = new Map<string, Role>();
  const missing: MissingNotice<Role>[] = [];
  const ignored = besideData(candidates);
  for (const { path, content } of candidates) {
    if (content.kind !== 'broken' && content.kind !== 'unlabelled') continue;
    const role = proposedRole(path);
    if (role === null) ignored.push({ path, reason: content.error.message });
    else {
      used.set(path, role);
      missing.push({ ...toPlainError(content.error), path, role });
    }
  }
  if (missing.length === 0) {
    missing.push({ ...nothingFound(candidates), role: null });
  }
  return { card: null, train: null, dev: null, test: null, used, missing, notices: [], ignored };
}

function absent(role: Role, task: Task): MissingNotice<Role> {
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

function absentShards({ path, shards, absentShards: absent }: DataCandidate): Notice {
  const here = shards.length + 1;
  const message = `${absent} of the ${here + absent} files that \`${path}\` is one of by its name are missing; the others are used.`;
  return { code: 'missing-file', message, next: 'Add them, if all of the data should be used.', path };
}

function unlabelledWords({ path, unlabelled }: DataFileCard): Notice[] {
  if (!unlabelled) return [];
  const what = unlabelled === 1 ? '1 word' : `${unlabelled} words`;
  const message = `${what} of \`${path}\` without a label (\`-100\`, \`_\` or nothing) left out; their sentences keep them.`;
  return [{ code: 'bad-data', message, next: 'Nothing to do, unless you expected these words to count.', path }];
}

function skippedRows(path: string, { skipped, firstSkipped, skippedBecause: [it, they] }: Rows): Notice {
  const message =
    skipped === 1
      ? `1 row of \`${path}\` left out: ${it} (${firstSkipped}).`
      : `${skipped} rows of \`${path}\` left out: ${they} (the first is ${firstSkipped}).`;
  return { code: 'bad-data', message, next: 'Nothing to do, unless you expected these rows to count.', path };
}
