/**
 * From the files of a data set to its three parts (protocols.md §1). With a test and a dev file, each file is a part.
 * Where one of the two is missing, the other is the test part and the train file is split into train and dev, as GLUE's
 * is. Labels are numbered by sorted label string over the train part, GLUE's by the task.
 */
import { WinnowError, type Notice } from '../base/errors.ts';
import type { Corrections, DroppedFile, Role } from './cards.ts';
import { noLabel } from './no-label.ts';
import { rowCount, type Instance, type LabelledSentence, type Rows } from './rows.ts';
import { paperSplit, type RowSplit } from './split.ts';
import { isRegression, withLabels, type LabelledTask, type Task } from './tasks.ts';

/** A file as it will be used, with its rows, so that a run works on exactly what the card showed. */
export interface DataFile extends DroppedFile {
  role: Role;
  /** The file of labels beside a file of words. */
  labels: DroppedFile | null;
  /** The other files of a table that lies in several, in order. */
  shards: DroppedFile[];
  data: Rows;
}

export type RoleFiles = Record<Role, DataFile | null>;

export interface Part<Row> {
  /** Where its rows come from. */
  file: DataFile;
  /** Row numbers of that file, from 0, in the order of the part. */
  order: Int32Array<ArrayBuffer>;
  /** In that order, labels numbered as `task.labels`; −1 is a label that the train part lacks. */
  rows: Row[];
}

export type DataParts<Row> = Record<Role, Part<Row>>;

interface Common {
  task: LabelledTask;
  /** How the rows of the train file became train and dev; null where dev is a file of its own. */
  split: RowSplit | null;
  /** On labels that the train part lacks. */
  notices: Notice[];
  /** Rows, or words in labelling, with such a label. */
  unseen: Record<Role, number>;
}

export type DataSet = Common &
  ({ kind: 'sentence'; parts: DataParts<Instance> } | { kind: 'labelling'; parts: DataParts<LabelledSentence> });

/** File and row numbers of each part. */
interface Plan {
  parts: Record<Role, { file: DataFile; order: Int32Array<ArrayBuffer> }>;
  split: RowSplit | null;
}

/**
 * @param rows of the train file that are used, before any split: sentences or pairs; null: all.
 * @throws WinnowError `missing-file` without a train file or a file to score on, `bad-data` for too few train rows.
 */
export function dataSet(
  files: RoleFiles,
  task: Task,
  rows: number | null = null,
  { unseenAs, wordLimit }: Pick<Corrections, 'unseenAs' | 'wordLimit'> = {},
): DataSet {
  const plan = planOf(files, task, rows, wordLimit ?? Infinity);
  const { kind } = plan.parts.train.file.data;
  const labels = task.kind === 'glue' || isRegression(task) ? [] : trainLabels(plan);
  const labelled = withLabels(task, labels);
  const unseen = new Unseen(labelled, unseenAs ?? null);
  const common = { task: labelled, split: plan.split, unseen: unseen.counts };
  if (kind === 'sentence') {
    const parts = partsOf(plan, instancesOf, (instance, number) => {
      const label = number(instance.label);
      return label === instance.label ? instance : { ...instance, label };
    });
    return { ...common, kind, parts, notices: unseen.notices(plan) };
  }
  const parts = partsOf(plan, sentencesOf, ({ words, labels: old }, number) => ({ words, labels: old.map(number) }));
  return { ...common, kind, parts, notices: unseen.notices(plan) };

  function partsOf<Row>(
    { parts: planned }: Plan,
    rowsOf: (file: DataFile) => readonly Row[],
    relabel: (row: Row, number: (label: number) => number) => Row,
  ): DataParts<Row> {
    const partOf = (role: Role): Part<Row> => {
      const { file, order } = planned[role];
      const all = rowsOf(file);
      const number = unseen.counting(role, file);
      return { file, order, rows: Array.from(order, (row) => relabel(all[row], number)) };
    };
    return { train: partOf('train'), dev: partOf('dev'), test: partOf('test') };
  }
}

function planOf({ train, dev, test }: RoleFiles, task: Task, rows: number | null, wordLimit: number): Plan {
  const scored = test ?? dev;
  if (train === null) throw missingFile('train', task);
  if (scored === null) throw missingFile(task.kind === 'glue' ? 'dev' : 'test', task);
  const count = Math.min(rows ?? Infinity, rowCount(train.data));
  const take = (file: DataFile, order = inOrder(rowCount(file.data))) => ({
    file,
    order: notLonger(file, order, wordLimit),
  });
  const tested = take(scored);
  if (test !== null && dev !== null) {
    return { parts: { train: take(train, inOrder(count)), dev: take(dev), test: tested }, split: null };
  }
  const split = paperSplit(count);
  return { parts: { train: take(train, split.train), dev: take(train, split.dev), test: tested }, split };
}

function inOrder(count: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: count }, (_, row) => row);
}

/** @throws WinnowError `bad-data` when no sentence is left. */
function notLonger({ file, data }: DataFile, order: RowSplit['order'], wordLimit: number): RowSplit['order'] {
  if (data.kind === 'sentence' || wordLimit === Infinity) return order;
  const left = order.filter((row) => data.sentences[row].words.length <= wordLimit);
  if (left.length > 0) return left;
  const message = `Every sentence of \`${file.name}\` has more than ${wordLimit} words.`;
  throw new WinnowError('bad-data', message, 'Raise the limit of words (`max_sent_l`), or use another file.');
}

function instancesOf({ data }: DataFile): readonly Instance[] {
  if (data.kind === 'sentence') return data.instances;
  throw new WinnowError('internal', 'Sentences and words were mixed in one data set.', 'Report it with your files.');
}

function sentencesOf({ data }: DataFile): readonly LabelledSentence[] {
  if (data.kind === 'labelling') return data.sentences;
  throw new WinnowError('internal', 'Words and sentences were mixed in one data set.', 'Report it with your files.');
}

/** The labels of the train part, sorted by code unit. */
function trainLabels({ parts: { train } }: Plan): string[] {
  const { data } = train.file;
  const used = new Set<number>();
  for (const row of train.order) {
    if (data.kind === 'sentence') used.add(data.instances[row].label);
    else for (const label of data.sentences[row].labels) if (label !== noLabel) used.add(label);
  }
  return Array.from(used, (number) => data.labels?.[number] ?? '').sort();
}

/** Numbers labels by the task's list and counts those that it lacks. */
class Unseen {
  readonly counts: Record<Role, number> = { train: 0, dev: 0, test: 0 };
  private readonly names: Record<Role, Set<string>> = { train: new Set(), dev: new Set(), test: new Set() };

  /** @param standIn the label that they count as; null: none. */
  constructor(
    private readonly task: LabelledTask,
    private readonly standIn: string | null,
  ) {}

  /** From a file's own label number to the task's; scores stay. */
  counting(role: Role, { data }: DataFile): (label: number) => number {
    const { labels } = this.task;
    if (labels === null || data.labels === null) return (score) => score;
    const numbers = new Map(labels.map((label, number) => [label, number]));
    const names = data.labels;
    const standIn = this.standIn === null ? -1 : (numbers.get(this.standIn) ?? -1);
    const table = names.map((label) => numbers.get(label) ?? standIn);
    return (label) => {
      if (label === noLabel) return noLabel;
      const number = table[label];
      if (!numbers.has(names[label])) {
        this.counts[role]++;
        this.names[role].add(names[label]);
      }
      return number;
    };
  }

  notices({ parts }: Plan): Notice[] {
    const { standIn, task } = this;
    const known = standIn !== null && task.labels?.includes(standIn);
    const fate = known ? `they count as \`${standIn}\`` : 'no probe can predict them, they count as wrong';
    return (['dev', 'test'] as const).flatMap((role) => {
      const count = this.counts[role];
      if (count === 0) return [];
      const names = [...this.names[role]].sort();
      const some = names.slice(0, 5).map((name) => `\`${name.slice(0, 40)}\``);
      const more = names.length > some.length ? ` and ${names.length - some.length} more` : '';
      const unit = parts[role].file.data.kind === 'labelling' ? 'word' : 'row';
      const [units, have] = count === 1 ? [unit, 'has a label'] : [`${unit}s`, 'have labels'];
      const lacking = `${count} ${units} of the ${role} part ${have} that the train part lacks`;
      const message = `${lacking} (${some.join(', ')}${more}): ${fate}.`;
      const next = 'Nothing to do, unless the labels should be the same in all files.';
      return [{ code: 'bad-data' as const, message, next, path: parts[role].file.path }];
    });
  }
}

export function missingFile(role: Role, { title, kind, name }: Task): WinnowError {
  if (role === 'test') {
    const message = `${title} has no file to score on: neither a test nor a dev file was found.`;
    return new WinnowError('missing-file', message, 'Add one, or give one of the files the role test.');
  }
  const file = role === 'dev' && name === 'mnli' ? 'dev_matched.tsv' : `${role}.tsv`;
  const message = `The ${role} file of ${title} is missing.`;
  const next = kind === 'glue' ? `Add \`${file}\`, or give` : `Add a file with "${role}" in its name, or give`;
  return new WinnowError('missing-file', message, `${next} one of the files the role ${role}.`);
}
