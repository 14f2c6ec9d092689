/**
 * The paper's own tables of a study: by task and as a mean over tasks, what is left of a model, and what it scores, by each way
 * of choosing: LS leaves layers out, CC takes one neuron a cluster, FS the fewest neurons that are enough, CCFS all three.
 */
import { noClustering, type Deltas } from '../data/question.ts';
import type { ScoreName } from '../data/tasks.ts';
import { neuronCount, type Analysis } from '../report/analysis.ts';
import { thresholdText } from '../report/clusters/words.ts';
import { decimal, integer, percent } from '../report/format.ts';
import { layersOf } from '../report/neurons/computed-answers.ts';
import { sameQuestion, sameThreshold, topLayerFor } from '../report/neurons/question.ts';
import { meanOf } from '../report/scores.ts';
import { missingCell, numberColumn, scoreCell, textCell, textColumn, type Cell, type Table } from '../report/table.ts';
import { weightsOf, taskNameOf, taskOf, type ComparedRun } from './run.ts';

export const paperMethods = ['LS', 'CC', 'FS', 'CCFS'] as const;
export type PaperMethod = (typeof paperMethods)[number];

/** A loss of layers and neurons in per cent, and the threshold of clusters. */
export interface PaperQuestion {
  deltas: Deltas;
  threshold: number;
}

/** What a way of choosing leaves; null: the result does not hold it. */
export interface Reached {
  /** The highest that a kept neuron may lie in, 0 for the embeddings. */
  layer: number | null;
  neurons: number | null;
  /** Share of all neurons. */
  removed: number | null;
  /** On the test part, in the result's own score. */
  score: number | null;
}

export interface PaperRow {
  /** null: the mean over tasks. */
  task: string | null;
  /** null where tasks have different scores. */
  metric: ScoreName | null;
  oracle: number | null;
  by: Record<PaperMethod, Reached>;
}

export interface PaperTable {
  model: string;
  protocol: Analysis['protocol'];
  question: PaperQuestion;
  /** Tasks in the order of results, the mean last. */
  rows: PaperRow[];
}

/** A table a model, protocol and question that any of its results was asked with clusters. */
export function paperTables(runs: readonly ComparedRun[]): PaperTable[] {
  const groups = new Map<string, ComparedRun[]>();
  for (const run of runs) {
    if (weightsOf(run) === null || run.analysis.shape === null) continue;
    const key = `${weightsOf(run)} ${run.analysis.protocol}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((group) =>
    questionsOf(group).map((question) => {
      const [{ source, analysis }] = group;
      const model = source.kind === 'run' ? source.run.model.name : '';
      return { model, protocol: analysis.protocol, question, rows: rowsOf(group, question) };
    }),
  );
}

function questionsOf(runs: readonly ComparedRun[]): PaperQuestion[] {
  const all = runs.flatMap(({ analysis }) => analysis.selection).filter(({ threshold }) => threshold !== noClustering);
  return all.flatMap(({ deltas, threshold }, place) =>
    all.findIndex((other) => sameQuestion(other, { deltas, threshold })) === place ? [{ deltas, threshold }] : [],
  );
}

function rowsOf(runs: readonly ComparedRun[], question: PaperQuestion): PaperRow[] {
  const tasks = [...new Set(runs.map(taskOf))];
  const rows = tasks.map((task): PaperRow => {
    const own = runs.filter((run) => taskOf(run) === task);
    return meanRow(
      own.map((run) => rowOf(run, question)),
      taskNameOf(own[0]),
    );
  });
  return [...rows, meanRow(rows, null)];
}

function rowOf(run: ComparedRun, question: PaperQuestion): PaperRow {
  const { analysis } = run;
  const { metric, oracle } = analysis;
  return {
    task: taskNameOf(run),
    metric,
    oracle: meanOf(oracle, 'test', metric),
    by: {
      LS: byLayers(analysis, question),
      CC: byClusters(analysis, question),
      FS: byNeurons(analysis),
      CCFS: byAll(analysis, question),
    },
  };
}

function reached(analysis: Analysis, found: Omit<Reached, 'removed'>): Reached {
  const all = analysis.shape && neuronCount(analysis.shape);
  return { ...found, removed: all === null || found.neurons === null ? null : 1 - found.neurons / all };
}

const nothing: Reached = { layer: null, neurons: null, removed: null, score: null };

function byLayers(analysis: Analysis, { deltas }: PaperQuestion): Reached {
  const layer = topLayerFor(analysis, deltas.layers);
  const scores = layer === null ? undefined : analysis.layers?.concatenated[layer];
  if (layer === null || !scores || analysis.shape === null) return nothing;
  const neurons = (layer + 1) * analysis.shape.hidden;
  return reached(analysis, { layer, neurons, score: meanOf(scores, 'test', analysis.metric) });
}

/** One neuron a cluster of all layers; its score is known of a run with the sweep only. */
function byClusters(analysis: Analysis, { threshold }: PaperQuestion): Reached {
  const entry = analysis.clustering.find((one) => sameThreshold(one.threshold, threshold));
  if (!entry || analysis.shape === null) return nothing;
  const score = entry.test?.[analysis.metric]?.mean ?? null;
  return reached(analysis, { layer: analysis.shape.layers - 1, neurons: entry.clusters, score });
}

/** Of all layers without clusters: the finer grid, which a run with `--max-features` holds. */
function byNeurons(analysis: Analysis): Reached {
  const { maxFeatures: entry, metric, shape } = analysis;
  if (entry === null || shape === null) return nothing;
  const { size } = entry.minimalSet;
  const score = meanOf(entry.minimalSet, 'test', metric);
  return reached(analysis, { layer: layersOf(entry, shape.hidden).at(-1) ?? null, neurons: size, score });
}

function byAll(analysis: Analysis, question: PaperQuestion): Reached {
  const entry = analysis.selection.find((one) => sameQuestion(one, question));
  if (!entry) return nothing;
  const { topLayer: layer, minimalSet } = entry;
  return reached(analysis, { layer, neurons: minimalSet.size, score: meanOf(minimalSet, 'test', analysis.metric) });
}

/** A mean is null where any of its rows is: one of fewer tasks would not be beside the others. */
function meanRow(rows: readonly PaperRow[], task: string | null): PaperRow {
  const meanBy = (valueOf: (row: PaperRow) => number | null): number | null => {
    const values = rows.map(valueOf);
    return values.includes(null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / rows.length;
  };
  const by = Object.fromEntries(
    paperMethods.map((name): [PaperMethod, Reached] => {
      const of = (field: keyof Reached) => meanBy((row) => row.by[name][field]);
      return [name, { layer: of('layer'), neurons: of('neurons'), removed: of('removed'), score: of('score') }];
    }),
  ) as PaperRow['by'];
  const metric = rows.every((row) => row.metric === rows[0].metric) ? rows[0].metric : null;
  return { task, metric, oracle: meanBy(({ oracle }) => oracle), by };
}

/** "minilm-sst2, refined, losses of 1 % by layers and 1 % by neurons, c = 0.3" */
export function paperTitle({ model, protocol, question }: PaperTable): string {
  const { deltas, threshold } = question;
  const losses = `losses of ${deltas.layers}\u202f% by layers and ${deltas.neurons}\u202f% by neurons`;
  return `${model}, ${protocol}, ${losses}, c = ${thresholdText(threshold)}`;
}

export function paperCells({ rows }: PaperTable): Table {
  return {
    columns: [
      textColumn('task'),
      textColumn('score'),
      numberColumn('oracle'),
      ...paperMethods.flatMap((name) =>
        ['layer', 'neurons', 'removed', 'score'].map((field) => numberColumn(`${name} ${field}`)),
      ),
    ],
    rows: rows.map(({ task, metric, oracle, by }) => [
      textCell(task ?? 'Mean over tasks'),
      textCell(metric ?? 'each task’s own'),
      scoreCell(oracle, metric ?? 'accuracy', lacking),
      ...paperMethods.flatMap((name) => cellsOf(name, by[name], metric)),
    ]),
  };
}

const lacking = 'Not every task has a score here.';

const why: Readonly<Record<PaperMethod, string>> = {
  LS: 'The result holds no scores by layer.',
  CC: 'The result holds no such clusters; their score needs --sweep.',
  FS: 'The result was made without --max-features.',
  CCFS: 'This question was not asked of the result.',
};

function cellsOf(name: PaperMethod, { layer, neurons, removed, score }: Reached, metric: ScoreName | null): Cell[] {
  const number = (value: number | null): Cell =>
    value === null
      ? missingCell(why[name])
      : { value, text: Number.isInteger(value) ? integer(value) : decimal(value, 1) };
  const share = removed === null ? missingCell(why[name]) : { value: removed, text: percent(removed) };
  return [number(layer), number(neurons), share, scoreCell(score, metric ?? 'accuracy', why[name])];
}
