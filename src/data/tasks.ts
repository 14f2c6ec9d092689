/**
 * The GLUE tasks as one table: where text, pair and label stand in a row (columns from 0; −1 is the last column),
 * which labels there are and which scores are reported. Source: GLUE's official tsv files; a quote is an ordinary character.
 */

export const taskNames = ['sst-2', 'cola', 'mrpc', 'qqp', 'sts-b', 'mnli', 'qnli', 'rte', 'wnli'] as const;
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
  readonly name: TaskName;
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
export type Task = Layout &
  (
    | { readonly labels: readonly string[]; readonly range: null }
    | { readonly labels: null; readonly range: readonly [lowest: number, highest: number] }
  );

const binary = ['0', '1'] as const;
const entailment = ['entailment', 'not_entailment'] as const;

export const tasks: Readonly<Record<TaskName, Task>> = {
  'sst-2': {
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
