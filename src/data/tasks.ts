/**
 * All tasks as one table of three kinds. GLUE: where text, pair and label stand in a row (columns from 0; −1 is the last
 * column), which labels there are; source: GLUE's official tsv files. Own sentences: columns and labels come from the
 * files. Labelling: one label a word, the four tasks of Dalvi et al. 2020 and any other.
 */

export const glueNames = ['sst-2', 'cola', 'mrpc', 'qqp', 'sts-b', 'mnli', 'qnli', 'rte', 'wnli'] as const;
const ownNames = ['classification', 'regression'] as const;
const labellingNames = ['pos', 'chunking', 'ccg', 'sem', 'labelling'] as const;
export const taskNames = [...glueNames, ...ownNames, ...labellingNames] as const;
export type GlueName = (typeof glueNames)[number];
export type OwnName = (typeof ownNames)[number];
export type LabellingName = (typeof labellingNames)[number];
export type TaskName = (typeof taskNames)[number];

/** Scores of protocols.md §3, under the names that run files use. */
export const scoreNames = [
  'accuracy',
  'f1',
  'macro_f1',
  'matthews_corrcoef',
  'accuracy_f1',
  'pearson',
  'spearman',
  'pearson_spearman',
] as const;
export type ScoreName = (typeof scoreNames)[number];

interface TaskFacts<Kind, Name> {
  readonly kind: Kind;
  readonly name: Name;
  readonly title: string;
  readonly metric: ScoreName;
}

interface Layout extends TaskFacts<'glue', GlueName> {
  readonly text: number;
  readonly pair: number | null;
  readonly label: number;
  /** Column names that the header must hold, in the columns above; null for a file without a header. */
  readonly header: { text: string; pair: string | null; label: string } | null;
  /** Columns of every row; null: as many as the header has. */
  readonly columns: number | null;
  /** A row with another number of columns: an error, or left out and reported (the official QQP files hold some). */
  readonly unevenRows: 'refused' | 'skipped';
}

/** Either classes under sorted label strings, or regression on a score within `range`. */
export type GlueTask = Layout &
  (
    | {
        readonly labels: readonly string[];
        /** GLUE's own names, where its files write numbers in their place. */
        readonly labelNames?: readonly string[];
        readonly range: null;
      }
    | { readonly labels: null; readonly range: readonly [lowest: number, highest: number] }
  );

/** One label or score a sentence, in columns of the user's choice. */
export type OwnTask = TaskFacts<'own', OwnName>;

/** One label a word. */
export type LabellingTask = TaskFacts<'labelling', LabellingName>;

export type Task = GlueTask | OwnTask | LabellingTask;

/** A task with the labels of a data set, sorted; null in regression. What a run needs to know. */
export interface LabelledTask extends TaskFacts<Task['kind'], TaskName> {
  readonly labels: readonly string[] | null;
}

/** Whether the task predicts a score in place of a label. */
export function isRegression(task: Task): boolean {
  return task.name === 'regression' || (task.kind === 'glue' && task.labels === null);
}

/** The task under its own labels, or those of the files where it has none. */
export function withLabels(task: Task, labels: readonly string[]): LabelledTask {
  const { kind, name, title, metric } = task;
  const ofFiles = isRegression(task) ? null : labels;
  return { kind, name, title, metric, labels: task.kind === 'glue' ? task.labels : ofFiles };
}

/** What people read in place of a data set's labels: GLUE's own names, where the labels are just the task's numbers. */
export function labelNames(name: TaskName, labels: readonly string[]): readonly string[] {
  const task = tasks[name];
  const names = task.kind === 'glue' && task.labels !== null ? task.labelNames : undefined;
  const same = task.kind === 'glue' && task.labels?.join('\n') === labels.join('\n');
  return names && same ? names : labels;
}

const binary = {
  kind: 'glue',
  pair: null,
  columns: null,
  unevenRows: 'refused',
  labels: ['0', '1'],
  range: null,
  metric: 'accuracy',
} as const;
const entailment = { ...binary, labels: ['entailment', 'not_entailment'] } as const;

const glue: Readonly<Record<GlueName, GlueTask>> = {
  'sst-2': {
    ...binary,
    ...{ name: 'sst-2', title: 'SST-2', text: 0, label: 1 },
    labelNames: ['negative', 'positive'],
    header: { text: 'sentence', pair: null, label: 'label' },
  },
  cola: {
    ...binary,
    ...{ name: 'cola', title: 'CoLA', text: 3, label: 1, columns: 4 },
    labelNames: ['unacceptable', 'acceptable'],
    header: null,
  },
  mrpc: {
    ...binary,
    ...{ name: 'mrpc', title: 'MRPC', text: 3, pair: 4, label: 0 },
    labelNames: ['not_equivalent', 'equivalent'],
    header: { text: '#1 String', pair: '#2 String', label: 'Quality' },
  },
  qqp: {
    ...binary,
    ...{ name: 'qqp', title: 'QQP', text: 3, pair: 4, label: 5, columns: 6 },
    labelNames: ['not_duplicate', 'duplicate'],
    unevenRows: 'skipped',
    header: { text: 'question1', pair: 'question2', label: 'is_duplicate' },
  },
  'sts-b': {
    ...binary,
    ...{ name: 'sts-b', title: 'STS-B', text: 7, pair: 8, label: 9 },
    header: { text: 'sentence1', pair: 'sentence2', label: 'score' },
    labels: null,
    range: [0, 5],
    metric: 'pearson',
  },
  mnli: {
    ...binary,
    ...{ name: 'mnli', title: 'MNLI', text: 8, pair: 9, label: -1 },
    header: { text: 'sentence1', pair: 'sentence2', label: 'gold_label' },
    labels: ['contradiction', 'entailment', 'neutral'],
  },
  qnli: {
    ...entailment,
    ...{ name: 'qnli', title: 'QNLI', text: 1, pair: 2, label: -1 },
    header: { text: 'question', pair: 'sentence', label: 'label' },
  },
  rte: {
    ...entailment,
    ...{ name: 'rte', title: 'RTE', text: 1, pair: 2, label: -1 },
    header: { text: 'sentence1', pair: 'sentence2', label: 'label' },
  },
  wnli: {
    ...binary,
    ...{ name: 'wnli', title: 'WNLI', text: 1, pair: 2, label: -1 },
    labelNames: ['not_entailment', 'entailment'],
    header: { text: 'sentence1', pair: 'sentence2', label: 'label' },
  },
};

const own: Readonly<Record<OwnName, OwnTask>> = {
  classification: { kind: 'own', name: 'classification', title: 'Classification', metric: 'accuracy' },
  regression: { kind: 'own', name: 'regression', title: 'Regression', metric: 'pearson' },
};

const labelling: Readonly<Record<LabellingName, LabellingTask>> = {
  pos: { kind: 'labelling', name: 'pos', title: 'POS tagging', metric: 'accuracy' },
  chunking: { kind: 'labelling', name: 'chunking', title: 'Chunking', metric: 'accuracy' },
  ccg: { kind: 'labelling', name: 'ccg', title: 'CCG supertagging', metric: 'accuracy' },
  sem: { kind: 'labelling', name: 'sem', title: 'Semantic tagging', metric: 'accuracy' },
  labelling: { kind: 'labelling', name: 'labelling', title: 'Labelling', metric: 'accuracy' },
};

export const tasks: Readonly<
  Record<GlueName, GlueTask> & Record<OwnName, OwnTask> & Record<LabellingName, LabellingTask>
> = { ...glue, ...own, ...labelling };
