/** A study in one table for other programs: a row a result, plain numbers; what failed has a row that says why. */
import { plainText, verdictOf } from '../report/verdict/verdict.ts';
import { meanOf } from '../report/scores.ts';
import { measuredScore, testInterval, type Interval } from '../report/verdict/intervals.ts';
import { layersOf } from '../report/neurons/computed-answers.ts';
import { neuronCount } from '../report/analysis.ts';
import { missingCell, numberColumn, textCell, textColumn, type Cell, type Table } from '../report/table.ts';
import { baseOf, differenceTo } from './difference.ts';
import { headlineEntry } from './overlap.ts';
import { weightsOf, taskNameOf, type ComparedRun } from './run.ts';

/** A result that was to be made and was not. */
export interface FailedRun {
  title: string;
  /** Sentence and next step. */
  reason: string;
}

type Value = string | number | null;

/** Scores are fractions; a layer counts from the embeddings, 0. */
export interface SummaryRow {
  result: string;
  status: 'done' | 'failed';
  reason: string;
  model: string;
  model_sha256: string;
  task: string;
  protocol: string;
  metric: string;
  seeds: Value;
  test_rows: Value;
  score: Value;
  score_deviation: Value;
  score_low: Value;
  score_high: Value;
  against: string;
  difference: Value;
  difference_low: Value;
  difference_high: Value;
  paired: 'yes' | 'no' | '';
  p: Value;
  layer: Value;
  neurons: Value;
  removed: Value;
  answer_score: Value;
  verdict: string;
  sentence: string;
}

const none: SummaryRow = {
  ...{ result: '', status: 'failed', reason: '', model: '', model_sha256: '', task: '', protocol: '', metric: '' },
  ...{ seeds: null, test_rows: null, score: null, score_deviation: null, score_low: null, score_high: null },
  ...{ against: '', difference: null, difference_low: null, difference_high: null, paired: '', p: null },
  ...{ layer: null, neurons: null, removed: null, answer_score: null, verdict: '', sentence: '' },
};

/** @param base one of the results; null where there are none. */
export function summaryRows(
  runs: readonly ComparedRun[],
  base: ComparedRun | null,
  failed: readonly FailedRun[] = [],
): SummaryRow[] {
  return [
    ...runs.map((run) => rowOf(run, runs, base ?? run)),
    ...failed.map(({ title, reason }) => ({ ...none, result: title, reason })),
  ];
}

function rowOf(run: ComparedRun, runs: readonly ComparedRun[], base: ComparedRun): SummaryRow {
  const { analysis, source } = run;
  const { metric, oracle, instances, protocol } = analysis;
  const other = baseOf(run, runs, base);
  const difference = other && differenceTo(run, other);
  const verdict = verdictOf(analysis, run.title);
  return {
    ...none,
    result: run.title,
    status: 'done',
    model: source.kind === 'run' ? source.run.model.name : '',
    model_sha256: weightsOf(run) ?? '',
    task: taskNameOf(run) ?? '',
    ...{ protocol, metric, seeds: analysis.seeds, test_rows: instances?.test ?? null },
    ...{ score: meanOf(oracle, 'test', metric), score_deviation: oracle.test[metric]?.deviation ?? null },
    ...ends('score', metric === measuredScore(analysis) ? testInterval(oracle, analysis) : null),
    ...(difference && {
      against: difference.base.title,
      difference: difference.mean,
      ...ends('difference', difference.interval),
      paired: difference.test ? 'yes' : 'no',
      p: difference.test?.p ?? null,
    }),
    ...answerOf(run),
    verdict: verdict.kind,
    sentence: plainText(verdict.phrases),
  };
}

function ends<Name extends 'score' | 'difference'>(name: Name, interval: Interval | null) {
  return { [`${name}_low`]: interval?.low ?? null, [`${name}_high`]: interval?.high ?? null };
}

function answerOf({ analysis }: ComparedRun): Partial<SummaryRow> {
  const entry = headlineEntry(analysis);
  if (entry === null || analysis.shape === null) return {};
  const { size } = entry.minimalSet;
  return {
    layer: layersOf(entry, analysis.shape.hidden).at(-1) ?? null,
    neurons: size,
    removed: 1 - size / neuronCount(analysis.shape),
    answer_score: meanOf(entry.minimalSet, 'test', analysis.metric),
  };
}

export function summaryTable(rows: readonly SummaryRow[]): Table {
  const names = Object.keys(none) as (keyof SummaryRow)[];
  return {
    columns: names.map((name) => (none[name] === null ? numberColumn(name) : textColumn(name))),
    rows: rows.map((row) => names.map((name) => cellOf(row[name]))),
  };
}

function cellOf(value: Value): Cell {
  return value === null ? missingCell('This does not apply.') : textOr(value);
}

function textOr(value: string | number): Cell {
  return typeof value === 'string' ? textCell(value) : { value, text: String(value) };
}
