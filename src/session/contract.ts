/**
 * What the page (or the command line through the page) and the engine worker say to each other. Types and plain values:
 * both sides import them, neither imports the other. Everything here survives a structured clone, except callbacks, which
 * comlink carries as top-level arguments.
 */
import type { ActivationsCard } from '../activations/file/recognise.ts';
import type { ActivationFormat } from '../activations/file/formats.ts';
import type { KeptActivations } from '../activations/kept.ts';
import type { Notice, PlainError } from '../base/errors.ts';
import type { IgnoredFile } from '../base/recognition.ts';
import type { Arithmetic } from '../compute/kernels/arithmetic.ts';
import type { Corrections, DataCard, DroppedFile, Role } from '../data/cards.ts';
import type { RowText } from '../data/part-texts.ts';
import type { Question } from '../data/question.ts';
import type { ModelCard, WeightChoice } from '../model/cards.ts';
import type { TokenizerCard } from '../tokenizer/tokenizer.ts';
import type { ReducedChoice } from '../reduced/choice.ts';
import type { FolderFile, ReducedDtype } from '../reduced/head.ts';
import type { ReducedCard } from '../reduced/recognise.ts';
import type { ReducedRecord } from '../reduced/record.ts';
import type { ReducedEntry } from '../run/reduced.ts';
import type { RunOptions } from '../options/table.ts';
import type { LayersAlike, LayersRequest } from './layer-request.ts';
import type { Comparison } from '../measures/mcnemar/field.ts';
import type { FieldName } from '../measures/fields.ts';
import type { NeuronRows } from '../measures/neuron-rows/field.ts';
import type { Split } from '../data/scores.ts';
import type { LayerScores, RunFile, SelectionEntry, SplitScores, Timing } from '../run/run-file.ts';
import type { Expectation, Rates, Stage } from '../run/stage.ts';
import type { MadeSizes } from '../timing/sizes.ts';
import type { TimingExtent } from '../timing/work.ts';
import type { AnsweringRequest, TriedAnswer, TriedText } from './tried.ts';

export { activationFormats, formatNames, type ActivationFormat } from '../activations/file/formats.ts';
export type { LayersAlike, LayersOf, LayersRequest } from './layer-request.ts';
export type { ActivationFileCard, ActivationsCard } from '../activations/file/recognise.ts';
export type { KeptActivations } from '../activations/kept.ts';
export type {
  Corrections,
  DataCard,
  DataFileCard,
  DroppedFile,
  PreviewRow,
  PreviewSentence,
  Role,
} from '../data/cards.ts';
export { defaultOptions, type RunOptions } from '../options/table.ts';
export { answerName, namedAnswers, parseLayers, parseNeurons, type ReducedChoice } from '../reduced/choice.ts';
export type { AnsweringRequest, ModelAnswer, TriedAnswer, TriedText } from './tried.ts';
export { fileOf, type ReducedDtype } from '../reduced/head.ts';
export type { ReducedCard } from '../reduced/recognise.ts';

/** What was recognised among all dropped files. A run can start when `data` and `model` with `tokenizer`, or `activations`, are there and `missing` is empty. */
export interface Inspection {
  model: ModelCard | null;
  tokenizer: TokenizerCard | null;
  weights: WeightChoice;
  /** Vectors that were extracted elsewhere and stand in for the model; null where there are none, or where a model is used. */
  activations: ActivationsCard | null;
  /** A configuration of the published scripts. */
  experiment: ExperimentCard | null;
  data: DataCard | null;
  /** A smaller model that Winnow made, for measuring again. */
  reduced: ReducedCard | null;
  /** Stands between the user and a run: absent or broken files. */
  missing: Notice[];
  /** Worth knowing, e.g. which of two weight files is used. */
  notices: Notice[];
  ignored: IgnoredFile[];
}

/** What a configuration of the published scripts says, as far as it has an effect here. */
export interface ExperimentCard {
  path: string;
  /** Told from another file at the same path. */
  modified: number;
  options: Partial<RunOptions>;
  /** Key and value of everything that was applied, for the page. */
  applied: (readonly [string, string])[];
}

/** What the page needs to answer a moved threshold at once: the dendrogram of the neurons that vary. */
export interface LiveClusters {
  /** SciPy's linkage matrix, [leaves − 1, 4]. */
  linkage: Float64Array;
  /** Model neurons (layer × hidden + index) that the leaves stand for. */
  neurons: Int32Array;
  layers: number;
  hidden: number;
}

export interface RunRequest {
  files: DroppedFile[];
  corrections: Corrections;
  options: RunOptions;
  /** Of this machine with these files, where they were measured. */
  rates?: Rates;
}

export interface ExtractRequest extends RunRequest {
  role: Role;
  format: ActivationFormat;
}

/** What decides where work happens. */
export type Place = Pick<RunOptions, 'device' | 'threads'>;

/** A smaller model of a run. */
export interface ReduceRequest {
  /** The model; the data too where a probe has to be trained. */
  files: DroppedFile[];
  /** What the run says of its files goes without saying. */
  corrections: Corrections;
  run: RunFile;
  choice: ReducedChoice;
  /** At least one. */
  dtypes: ReducedDtype[];
  /** What the folder is called. */
  name: string;
  place: Place;
}

export interface SmallerModel {
  /** The whole folder: paths inside it, and bytes. */
  files: FolderFile[];
  record: ReducedRecord;
  /** For the run file; null where nothing was measured. */
  entry: ReducedEntry | null;
}

/** Measures what layers and neurons cost in time, with the model and data at hand. */
export interface TimeRequest extends RunRequest {
  /** Default the usual. */
  extent?: Partial<TimingExtent>;
  /** Features of answers, whose classifiers are timed too (`sizesToTime` of the report); default none. */
  answers?: readonly number[];
  /** Classifiers on made numbers, as published; default none. */
  made?: MadeSizes | null;
  /** The run that the times are for: its model, data and options; default those of the request. */
  run?: RunFile | null;
}

/** Where the work will happen and why, as a sentence for the set-up screen. */
export interface DeviceReport {
  backend: 'webgpu' | 'wasm';
  adapter: string | null;
  threads: number;
  /** How the processor multiplies and adds, on a graphics device what it computes meanwhile. */
  arithmetic: Arithmetic;
  reason: string;
}

export interface Estimate {
  device: DeviceReport;
  /** Activations already kept for these inputs, as a share of the rows. */
  kept: number;
  seconds: number;
  /** What a quick look takes; null where it has the same rows. */
  quickSeconds: number | null;
  memoryBytes: number;
  storageBytes: number;
  /** One sentence each on what this browser lacks and what that costs. */
  warnings: string[];
}

/** A stage as the page and the command line name it, and its weight in the per cent of a whole run. */
export type StageFacts = Pick<Stage, 'name' | 'title' | 'share'> &
  /** Absent before the files are read. */
  Partial<Expectation>;

/** Fields of the run file that are shown as soon as they are there. */
type FoundField = FieldName | 'clustering' | 'selection';
export type FoundValues = { [K in FoundField]: NonNullable<RunFile[K]> };

/** Sent while a run goes on, at most ten progress events a second. */
export type RunEvent =
  | { kind: 'device'; device: DeviceReport }
  /** Those to come and those done, in order; a second list, once the files are read, is exact. */
  | { kind: 'stages'; stages: StageFacts[] }
  | { kind: 'stage'; stage: string; state: 'started' | 'done'; ms: number }
  | {
      kind: 'progress';
      stage: string;
      done: number;
      total: number;
      /** Of the stage's work, 0 to 1: units may cost more or less. */
      share: number;
      unit: string;
      /** Units a second, null in the first moments. */
      rate: number | null;
      secondsLeft: number | null;
    }
  | { kind: 'scores'; layers: PartialLayers }
  | { kind: 'clusters'; live: LiveClusters }
  /** All there is of the field so far: answers come one by one, a sweep's clusters first without scores, then with them. */
  | { [K in FoundField]: { kind: 'found'; field: K; value: FoundValues[K] } }[FoundField]
  | { kind: 'warning'; text: string };

export function foundEvent<K extends FoundField>(field: K, value: FoundValues[K]): RunEvent {
  return { kind: 'found', field, value } as RunEvent;
}

/** Layer scores so far: of the seeds that are done. */
export interface PartialLayers {
  seedsDone: number;
  oracle: SplitScores;
  individual: LayerScores[];
  concatenated: LayerScores[];
}

/** An answer that a run did not hold, and its test against the oracle; null in a regression. */
export interface LaterAnswer {
  entry: SelectionEntry;
  comparison: Comparison | null;
}

/** Which rows of a part move a model neuron, layer × hidden + index. */
export interface NeuronQuestion {
  neuron: number;
  split: Split;
}

/** Rows of a part of the run, by number. */
export interface RowQuestion {
  split: Split;
  rows: readonly number[];
}

/** The rows that move a neuron most, and what the oracle makes of it. */
export interface NeuronDetails extends NeuronRows {
  /** Weight in the probe on all neurons by class, mean over seeds; one number for regression. */
  weights: number[];
}

/** How an answer crosses the worker boundary: an error keeps its code and next step, which comlink would drop. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: PlainError };

/** The engine worker's functions. Abort is the client's: it terminates the worker and starts another. */
export interface Engine {
  inspect(files: DroppedFile[], corrections: Corrections): Promise<Inspection>;
  /** By the rates of the request, where there are any. */
  estimate(request: RunRequest): Promise<Estimate>;
  /** How fast this machine is with these files: some of their rows run, some batches of probes are trained. About a second. */
  measure(request: RunRequest): Promise<Rates>;
  run(request: RunRequest, report: (event: RunEvent) => void): Promise<RunFile>;
  /** Activations `[rows or words, layers + 1, hidden]` F32 in file order, as the bytes of a file. */
  extract(request: ExtractRequest, report: (event: RunEvent) => void): Promise<Blob>;
  /**
   * The smaller model of an answer or of a choice.
   * @throws WinnowError `bad-option` for a choice that the run does not have, `bad-model` for another model than the run's.
   */
  reduce(request: ReduceRequest, report: (event: RunEvent) => void): Promise<SmallerModel>;
  /** A zip of a smaller model's files. */
  archive(files: FolderFile[]): Promise<Blob>;
  /**
   * Answers one more question about the run that this worker has just made, retraining what is needed; several at once
   * are answered in turn.
   * @throws WinnowError `missing-file` when this worker holds no run (it was started anew).
   */
  select(question: Question, report: (event: RunEvent) => void): Promise<LaterAnswer>;
  /**
   * The rows of the run that this worker has just made which have the neuron's highest and lowest values, with their texts.
   * @throws WinnowError `missing-file` when this worker holds no run, `bad-option` for a neuron that its model lacks.
   */
  neuron(question: NeuronQuestion): Promise<NeuronDetails>;
  /**
   * What rows of the run that this worker has just made say, in the order asked for.
   * @throws WinnowError `missing-file` when this worker holds no run, `bad-option` for a row that the part lacks.
   */
  rowTexts(question: RowQuestion): Promise<RowText[]>;
  /** Runs the files of a dropped smaller model on data of its task; `rows` of the options cuts the part. */
  measureReduced(request: RunRequest, report: (event: RunEvent) => void): Promise<ReducedEntry>;
  /** Opens a smaller model, in place of the one before, for `ask`. */
  openAnswering(request: AnsweringRequest): Promise<ReducedRecord>;
  /** @throws WinnowError `missing-file` when this worker has opened none, `bad-data` for a text without tokens. */
  ask(text: TriedText): Promise<TriedAnswer>;
  /**
   * What layers and neurons cost in time, for the field `timing` of a run file.
   * @throws WinnowError as a run; `bad-option` without a model, and for a model of another hash than asked for.
   */
  time(request: TimeRequest, report: (event: RunEvent) => void): Promise<Timing>;
  /**
   * CKA between the layers of two results over their test rows.
   * @throws WinnowError `bad-data` where these are not the same or a file does not fit its result, `missing-file` for
   * activations that this browser does not keep.
   */
  compareLayers(request: LayersRequest, report: (event: RunEvent) => void): Promise<LayersAlike>;
  kept(): Promise<KeptActivations[]>;
  /** Deletes one set of kept activations, or all of them (null). */
  forget(key: string | null): Promise<void>;
}
