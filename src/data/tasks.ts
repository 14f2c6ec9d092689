/**
 * All tasks as one table of three kinds. GLUE: where text, pair and label stand in a row (columns from 0; −1 is the last
 * column), which labels there are; source: GLUE's official tsv files. Own sentences: columns and labels come from the
 * files. Labelling: one label a word, the four tasks of Dalvi et al. 2020 and any other.
 */

export const glueNames = ['sst-2', 'cola', 'mrpc', 'qqp', 'sts-b', 'mnli', 'qnli', 'rte', 'wnli'] as const;
export const ownNames = ['classification', 'regression'] as const;
export const labellingNames = ['pos', 'chunking', 'ccg', 'sem', 'labelling'] as const;
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

interface Layout {
  readonly kind: 'glue';
  readonly name: GlueName;
  readonly title: string;
  readonly text: number;
  readonly pair: number | null;
  readonly label: number;
  /** Column names that the header must hold, in the columns above; null for a file without a header. */
  readonly header: { text: string; pair: string | null; label: string } | null;
  /** Columns of every row; null: as many as the header has. */
  readonly columns: number | null;
  /** A row with another number of columns: an error, or left out and reported (the official QQP files hold some). */
  readonly unevenRows: 'refused' | 'skipped';
  readonly metric: ScoreName;
}

/** Either classes under sorted label strings, or regression on a score within `range`. */
export type GlueTask = Layout &
  (
    | { readonly labels: readonly string[]; readonly range: null }
    | { readonly labels: null; readonly range: readonly [lowest: number, highest: number] }
  );

/** One label or score a sentence, in columns of the user's choice. */
export interface OwnTask {
  readonly kind: 'own';
  readonly name: OwnName;
  readonly title: string;
  readonly metric: ScoreName;
}

/** One label a word. */
export interface LabellingTask {
  readonly kind: 'labelling';
  readonly name: LabellingName;
  readonly title: string;
  readonly metric: ScoreName;
}

export type Task = GlueTask | OwnTask | LabellingTask;

/** A task with the labels of a data set, sorted; null in regression. What a run needs to know. */
export interface LabelledTask {
  readonly kind: Task['kind'];
  readonly name: TaskName;
  readonly title: string;
  readonly metric: ScoreName;
  readonly labels: readonly string[] | null;
}

/** Whether the task predicts a score in place of a label. */
export function isRegression(task: Task): boolean {
  return task.name === 'regression' || (task.kind === 'glue' && task.labels === null);
}

/** The task under its own labels, or those of the files where it has none. */
export function withLabels(task: Task, labels: readonly string[]): LabelledTask {
  const { kind, name, title, metric } = task;
  if (task.kind === 'glue') return { kind, name, title, metric, labels: task.labels };
  return { kind, name, title, metric, labels: isRegression(task) ? null : labels };
}

const binary = ['0', '1'] as const;
const entailment = ['entailment', 'not_entailment'] as const;

const glue: Readonly<Record<GlueName, GlueTask>> = {
  'sst-2': {
    kind: 'glue',
    name: 'sst-2',
    title: 'SST-2',
    text: 0,
    pair: null,
    label: 1,
    header: { text: 'sentence', pair: null, label: 'label' },
    columns: null,
    unevenRows: 'refused',
    labels: binary,
    range: null,
    metric: 'accuracy',
  },
  cola: {
    kind: 'glue',
    name: 'cola',
    title: 'CoLA',
    text: 3,
    pair: null,
    label: 1,
    header: null,
    columns: 4,
    unevenRows: 'refused',
    labels: binary,
    range: null,
    metric: 'accuracy',
  },
  mrpc: {
    kind: 'glue',
    name: 'mrpc',
    title: 'MRPC',
    text: 3,
    pair: 4,
    label: 0,
    header: { text: '#1 String', pair: '#2 String', label: 'Quality' },
    columns: null,
    unevenRows: 'refused',
    labels: binary,
    range: null,
    metric: 'accuracy',
  },
  qqp: {
    kind: 'glue',
    name: 'qqp',
    title: 'QQP',
    text: 3,
    pair: 4,
    label: 5,
    header: { text: 'question1', pair: 'question2', label: 'is_duplicate' },
    columns: 6,
    unevenRows: 'skipped',
    labels: binary,
    range: null,
    metric: 'accuracy',
  },
  'sts-b': {
    kind: 'glue',
    name: 'sts-b',
    title: 'STS-B',
    text: 7,
    pair: 8,
    label: 9,
    header: { text: 'sentence1', pair: 'sentence2', label: 'score' },
    columns: null,
    unevenRows: 'refused',
    labels: null,
    range: [0, 5],
    metric: 'pearson',
  },
  mnli: {
    kind: 'glue',
    name: 'mnli',
    title: 'MNLI',
    text: 8,
    pair: 9,
    label: -1,
    header: { text: 'sentence1', pair: 'sentence2', label: 'gold_label' },
    columns: null,
    unevenRows: 'refused',
    labels: ['contradiction', 'entailment', 'neutral'],
    range: null,
    metric: 'accuracy',
  },
  qnli: {
    kind: 'glue',
    name: 'qnli',
    title: 'QNLI',
    text: 1,
    pair: 2,
    label: -1,
    header: { text: 'question', pair: 'sentence', label: 'label' },
    columns: null,
    unevenRows: 'refused',
    labels: entailment,
    range: null,
    metric: 'accuracy',
  },
  rte: {
    kind: 'glue',
    name: 'rte',
    title: 'RTE',
    text: 1,
    pair: 2,
    label: -1,
    header: { text: 'sentence1', pair: 'sentence2', label: 'label' },
    columns: null,
    unevenRows: 'refused',
    labels: entailment,
    range: null,
    metric: 'accuracy',
  },
  wnli: {
    kind: 'glue',
    name: 'wnli',
    title: 'WNLI',
    text: 1,
    pair: 2,
    label: -1,
    header: { text: 'sentence1', pair: 'sentence2', label: 'label' },
    columns: null,
    unevenRows: 'refused',
    labels: binary,
    range: null,
    metric: 'accuracy',
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
