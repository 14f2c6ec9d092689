/**
 * What of a result can be shown, whichever file it came in: a run of Winnow has all of it, an `all_results.json` of the
 * published scripts a part. Layers count the embeddings; neurons are layer × hidden + index; scores are fractions.
 */
import { labelNames, tasks, type ScoreName } from '../data/tasks.ts';
import type { PublishedResults } from '../published/all-results.ts';
import type { ClusteringEntry, LayerScores, RunFile, SelectionEntry, SplitScores, Timing } from '../run/run-file.ts';
import type { Shape } from '../measures/field.ts';
import { quickLookMark } from './quick-look.ts';
import { fieldNames, type FieldName, type FieldValues } from '../measures/fields.ts';

/** What the rows of a result are called: words where these are labelled. */
export type RowUnit = 'row' | 'word';

export function rowUnit({ data: { task } }: { data: Pick<RunFile['data'], 'task'> }): RowUnit {
  return tasks[task].kind === 'labelling' ? 'word' : 'row';
}

/** A result by the sort of file that it was read from. */
export type ResultSource = { kind: 'run'; run: RunFile } | { kind: 'published'; results: PublishedResults };

/** "SST-2 · minilm-sst2": a run's name on the page; a quick look is marked. */
export function runTitle({ data, model, options }: RunFile): string {
  const mark = options.sample === undefined ? '' : ` · ${quickLookMark}`;
  return `${taskTitle(data)} · ${steady(model.name)}${mark}`;
}

/** "SST-2 with minilm-sst2": what a sentence about a run is about. */
export function runSubject({ data, model }: RunFile): string {
  return `${taskTitle(data)} with ${steady(model.name)}`;
}

/** A name among other words: without what would turn these around, their numbers with them. */
function steady(name: string): string {
  return name.replace(/\p{Bidi_Control}/gu, '');
}

/** "SST-2"; "Classification (toxic)" where the column of labels was one of several columns that are left. */
export function taskTitle({ task, columns }: RunFile['data']): string {
  const { title } = tasks[task];
  return columns === undefined || columns.others.length === 0 ? title : `${title} (${columns.label})`;
}

/** What each measure found; null where the file does not hold it. */
export type Measured = { [K in keyof FieldValues]: FieldValues[K] | null };

/** A result with the name it has on the page, and in its files' names. */
export interface NamedAnalysis {
  title: string;
  stem: string;
  analysis: Analysis;
}

/** Equal titles get what differs: the protocol, then a number. */
export function withTitlesApart<T extends NamedAnalysis>(runs: readonly T[]): T[] {
  const repeated = (title: string, list: readonly T[]): boolean => list.filter((run) => run.title === title).length > 1;
  const byProtocol = runs.map((run) =>
    repeated(run.title, runs) ? { ...run, title: `${run.title} · ${run.analysis.protocol}` } : run,
  );
  const numbers = new Map<string, number>();
  return byProtocol.map((run) => {
    if (!repeated(run.title, byProtocol)) return run;
    const number = (numbers.get(run.title) ?? 0) + 1;
    numbers.set(run.title, number);
    return { ...run, title: `${run.title} (${number})` };
  });
}

export interface Analysis extends Measured {
  protocol: 'paper' | 'refined';
  /** What a row is. */
  unit: RowUnit;
  /** Whether the test part is the official dev file, as GLUE's is. */
  officialDev: boolean;
  /** As people read them, by class number; empty for regression. */
  labels: readonly string[];
  /** The score that every choice was made by. */
  metric: ScoreName;
  seeds: number;
  /** Labels of the task; null: regression. */
  classes: number | null;
  /** Whether the dev part was split off the train file, a tenth of it. */
  devFromTrain: boolean;
  /** Null where the file does not say. */
  shape: Shape | null;
  /** Rows of the three parts; null where the file does not say. */
  instances: { train: number; dev: number; test: number } | null;
  /** Share of the most frequent train label in the test part. */
  majority: number | null;
  oracle: SplitScores;
  layers: { individual: LayerScores[]; concatenated: LayerScores[] } | null;
  /** Over all layers. */
  clustering: ClusteringEntry[];
  selection: SelectionEntry[];
  maxFeatures: SelectionEntry | null;
  /** What layers and features cost in time; null where nobody asked. */
  timing: Timing | null;
  /** Measures that would have taken too long; absent: none. */
  leftOut?: readonly FieldName[];
}

export function analysisOf(source: ResultSource): Analysis {
  return source.kind === 'run' ? analysisOfRun(source.run) : analysisOfPublished(source.results);
}

export function analysisOfRun(run: RunFile): Analysis {
  return {
    protocol: run.protocol,
    unit: rowUnit(run),
    officialDev: tasks[run.data.task].kind === 'glue',
    labels: labelNames(run.data.task, run.data.labels),
    metric: run.metric,
    seeds: run.options.seeds.length,
    classes: run.data.labels.length || null,
    devFromTrain: tasks[run.data.task].kind === 'glue' || !run.data.files.some(({ role }) => role === 'dev'),
    shape: { layers: run.model.layers + 1, hidden: run.model.hidden },
    instances: run.data.instances,
    majority: run.data.majority,
    oracle: run.oracle,
    layers: run.layers,
    clustering: run.clustering ?? [],
    selection: run.selection ?? [],
    maxFeatures: run.maxFeatures ?? null,
    timing: run.timing ?? null,
    leftOut: run.options.leftOut,
    ...measuredIn(run),
  };
}

function analysisOfPublished(results: PublishedResults): Analysis {
  return {
    protocol: 'paper',
    unit: 'row',
    officialDev: false,
    labels: results.labels,
    metric: results.metric,
    seeds: 1,
    classes: results.labels.length || null,
    devFromTrain: true,
    shape: results.shape,
    instances: null,
    majority: null,
    oracle: results.oracle,
    layers: results.layers,
    clustering: results.clustering,
    selection: results.selection,
    maxFeatures: null,
    timing: null,
    ...measuredIn({}),
  };
}

function measuredIn(run: Partial<FieldValues>): Measured {
  return Object.fromEntries(fieldNames.map((name) => [name, run[name] ?? null])) as Measured;
}

export function neuronCount({ layers, hidden }: Shape): number {
  return layers * hidden;
}

/** "Layer 3, neuron 127" */
export function neuronTitle(neuron: number, hidden: number): string {
  return `Layer ${Math.floor(neuron / hidden)}, neuron ${neuron % hidden}`;
}
