/** A session without an engine: it answers from what a test gives it, and a test moves its run along by hand. */
import type { Question } from '../../../src/data/question.ts';
import type { RowText } from '../../../src/data/part-texts.ts';
import { WinnowError } from '../../../src/base/errors.ts';
import type { RunFile, SelectionEntry, Timing } from '../../../src/run/run-file.ts';
import type { Rates } from '../../../src/run/stage.ts';
import type { Session } from '../../../src/session/worker/client.ts';
import type {
  Corrections,
  DroppedFile,
  Estimate,
  ExtractRequest,
  Inspection,
  KeptActivations,
  LaterAnswer,
  LayersAlike,
  LayersRequest,
  NeuronDetails,
  NeuronQuestion,
  ReduceRequest,
  RowQuestion,
  RunEvent,
  RunRequest,
  SmallerModel,
  StageFacts,
  TimeRequest,
} from '../../../src/session/contract.ts';

const stages: StageFacts[] = [
  { name: 'read', title: 'Read the files', share: 1 },
  { name: 'tokenize', title: 'Cut texts into subwords', share: 2 },
  { name: 'extract', title: 'Extract every layer', share: 60 },
  { name: 'probes', title: 'Train the probes', share: 14 },
  { name: 'similarity', title: 'Compare the layers', share: 1 },
  { name: 'clusters', title: 'Cluster the neurons', share: 6 },
  { name: 'selection', title: 'Find the neurons that are enough', share: 14 },
  { name: 'selectivity', title: 'Train the probes on a control task', share: 2 },
];

export const measuredRates: Rates = { bytes: 1, openings: 1, encoding: 1, training: 1, batches: 1, products: 1 };

export class FakeSession implements Session {
  /** What `inspect` was asked, newest last. */
  readonly inspected: { paths: string[]; corrections: Corrections }[] = [];
  readonly requests: RunRequest[] = [];
  readonly questions: Question[] = [];
  readonly neurons: NeuronQuestion[] = [];
  readonly extractions: ExtractRequest[] = [];
  /** The file that is being made, for a test to move along. */
  making: {
    report: (event: RunEvent) => void;
    resolve: (blob: Blob) => void;
    reject: (error: unknown) => void;
  } | null = null;
  readonly reductions: ReduceRequest[] = [];
  /** The smaller model that is being made, for a test to move along. */
  reducing: {
    report: (event: RunEvent) => void;
    resolve: (model: SmallerModel) => void;
    reject: (error: unknown) => void;
  } | null = null;
  readonly layerRequests: LayersRequest[] = [];
  /** The layers that are being compared, for a test to move along. */
  comparing: {
    report: (event: RunEvent) => void;
    resolve: (found: LayersAlike) => void;
    reject: (error: unknown) => void;
  } | null = null;
  readonly timeRequests: TimeRequest[] = [];
  /** What is being timed, for a test to move along. */
  timing: {
    report: (event: RunEvent) => void;
    resolve: (timing: Timing) => void;
    reject: (error: unknown) => void;
  } | null = null;
  released = 0;
  answeringStopped = 0;
  /** The rates that estimates were asked for with, newest last. */
  readonly estimatedWith: (Rates | null)[] = [];
  holdsMeasuring = false;
  /** Answers a measuring that is going on. */
  measured: ((rates: Rates) => void) | null = null;
  keptItems: KeptActivations[] = [];
  inspection: Inspection;
  estimated: Estimate;
  #question: { resolve: (answer: LaterAnswer) => void; reject: (error: unknown) => void } | null = null;
  #run: {
    report: (event: RunEvent) => void;
    resolve: (run: RunFile) => void;
    reject: (error: unknown) => void;
  } | null = null;

  constructor(inspection: Inspection, estimated: Estimate) {
    this.inspection = inspection;
    this.estimated = estimated;
  }

  inspect(files: DroppedFile[], corrections: Corrections): Promise<Inspection> {
    this.inspected.push({ paths: files.map((file) => file.path), corrections });
    return Promise.resolve(this.inspection);
  }

  estimate({ rates }: RunRequest): Promise<Estimate> {
    this.estimatedWith.push(rates ?? null);
    return Promise.resolve(this.estimated);
  }

  /** Answers at once, unless a test wants to. */
  measure(_: RunRequest, signal?: AbortSignal): Promise<Rates> {
    if (!this.holdsMeasuring) return Promise.resolve(measuredRates);
    return new Promise((resolve, reject) => {
      this.measured = resolve;
      signal?.addEventListener('abort', () => {
        this.measured = null;
        reject(new WinnowError('cancelled', 'Cancelled.', 'Start it again.'));
      });
    });
  }

  run(request: RunRequest, report: (event: RunEvent) => void, signal?: AbortSignal): Promise<RunFile> {
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      this.#run = { report, resolve, reject };
      report({ kind: 'stages', stages });
      signal?.addEventListener('abort', () =>
        reject(new WinnowError('cancelled', 'The run was cancelled.', 'Start it again.')),
      );
    });
  }

  /** Waits until a test answers it. */
  select(question: Question): Promise<LaterAnswer> {
    this.questions.push(question);
    return new Promise((resolve, reject) => {
      this.#question = { resolve, reject };
    });
  }

  /** Rows that say which neuron and part was asked for. */
  neuron(question: NeuronQuestion): Promise<NeuronDetails> {
    this.neurons.push(question);
    const { neuron, split } = question;
    const row = (value: number) => ({ row: 3, value, label: 1, text: `${split} row of ${neuron}`, pair: null });
    const ends = { highest: [row(2.5)], lowest: [row(-1.5)] };
    return Promise.resolve({ neuron, mean: 0.5, deviation: 1, ...ends, weights: [-0.25, 0.75] });
  }

  /** Texts that say which rows were asked for. */
  rowTexts({ split, rows }: RowQuestion): Promise<RowText[]> {
    return Promise.resolve(rows.map((row) => ({ text: `${split} row ${row}`, pair: null, word: null })));
  }

  release(): void {
    this.released += 1;
  }

  /** A test that needs one of these brings its own. */
  measureReduced(): Promise<never> {
    return Promise.reject(new Error('no smaller model is measured here'));
  }

  archive(): Promise<Blob> {
    return Promise.resolve(new Blob(['zip']));
  }

  openAnswering(): Promise<never> {
    return Promise.reject(new Error('no smaller model is opened here'));
  }

  ask(): Promise<never> {
    return Promise.reject(new Error('no smaller model is open'));
  }

  stopAnswering(): void {
    this.answeringStopped += 1;
  }

  answer(entry: SelectionEntry, comparison: LaterAnswer['comparison'] = null): void {
    this.#question?.resolve({ entry, comparison });
  }

  refuse(error: WinnowError): void {
    this.#question?.reject(error);
  }

  extract(request: ExtractRequest, report: (event: RunEvent) => void, signal?: AbortSignal): Promise<Blob> {
    this.extractions.push(request);
    return new Promise((resolve, reject) => {
      this.making = { report, resolve, reject };
      report({ kind: 'stages', stages: [...stages.slice(0, 3), { name: 'write', title: 'Write the file', share: 1 }] });
      signal?.addEventListener('abort', () => reject(new WinnowError('cancelled', 'Cancelled.', 'Start it again.')));
    });
  }

  reduce(request: ReduceRequest, report: (event: RunEvent) => void, signal?: AbortSignal): Promise<SmallerModel> {
    this.reductions.push(request);
    return new Promise((resolve, reject) => {
      this.reducing = { report, resolve, reject };
      signal?.addEventListener('abort', () => reject(new WinnowError('cancelled', 'Cancelled.', 'Start it again.')));
    });
  }

  /** Waits until a test answers it. */
  compareLayers(request: LayersRequest, report: (event: RunEvent) => void, signal?: AbortSignal): Promise<LayersAlike> {
    this.layerRequests.push(request);
    return new Promise((resolve, reject) => {
      this.comparing = { report, resolve, reject };
      signal?.addEventListener('abort', () => reject(new WinnowError('cancelled', 'Cancelled.', 'Start it again.')));
    });
  }

  /** Waits until a test answers it. */
  time(request: TimeRequest, report: (event: RunEvent) => void, signal?: AbortSignal): Promise<Timing> {
    this.timeRequests.push(request);
    return new Promise((resolve, reject) => {
      this.timing = { report, resolve, reject };
      signal?.addEventListener('abort', () => reject(new WinnowError('cancelled', 'Cancelled.', 'Start it again.')));
    });
  }

  kept(): Promise<KeptActivations[]> {
    return Promise.resolve(this.keptItems);
  }

  forget(key: string | null): Promise<void> {
    this.keptItems = key === null ? [] : this.keptItems.filter((item) => item.key !== key);
    return Promise.resolve();
  }

  /** An event of the run that is going on. */
  say(event: RunEvent): void {
    this.#run?.report(event);
  }

  finish(run: RunFile): void {
    this.#run?.resolve(run);
  }

  fail(error: WinnowError): void {
    this.#run?.reject(error);
  }
}
