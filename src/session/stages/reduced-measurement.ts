/**
 * A smaller model measured by running its very files on the rows of a part (protocols.md §12): scores, times and bytes,
 * beside the whole model where that is at hand, row by row against the run's probe.
 */
import { extractFew } from '../../activations/extract.ts';
import type { Activations } from '../../activations/matrix.ts';
import { readText } from '../../base/bytes.ts';
import type { Pooling } from '../../base/pooling.ts';
import type { Control } from '../../base/abort.ts';
import type { Split } from '../../data/scores.ts';
import { labelNames, type LabelledTask, type ScoreName } from '../../data/tasks.ts';
import type { Encoder } from '../../model/encoder.ts';
import { fineTunedHead, matchLabels, openFineTuned } from '../../model/fine-tuned.ts';
import type { ModelSource } from '../../model/recognise.ts';
import { answersOf, probeLogits } from '../../probe/logits.ts';
import { evaluate } from '../../probe/metrics.ts';
import { openWritten, reducedEncoder, type ReducedFacts } from '../../reduced/encoder.ts';
import type { LinearHead, ReducedDtype } from '../../reduced/head.ts';
import type { ReducedFiles } from '../../reduced/open.ts';
import type { MeasuredFile, ReducedMeasurement, ReducedScores } from '../../run/reduced.ts';
import type { Stage } from '../../run/stage.ts';
import type { EncodedRows } from '../../tokenizer/rows.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { scoresOf } from '../options.ts';
import { placeFacts, type ComputePlace, type Devices } from './device.ts';
import { timesInTurn } from './reduced-times.ts';
import type { Stages } from './stages.ts';

export const measureStage: Stage = {
  name: 'measure',
  title: 'Measure the smaller model',
  unit: 'passes',
  share: 20,
};

export interface ReducedSubject {
  /** The first is the one whose answers are compared row by row with the whole model's. */
  graphs: readonly { path: string; dtype: ReducedDtype; files: ReducedFiles }[];
  /** Labels in the order of the logits. */
  task: LabelledTask;
  tokenizer: Tokenizer;
  maxLength: number;
}

export interface MeasuredRows {
  split: Split;
  rows: EncodedRows;
  /** Of each output: label numbers of the task, or scores. */
  gold: readonly number[];
}

/** The model that the smaller one was made of, with what a run has of it on the same rows. */
export interface WholeModel {
  model: ModelSource;
  /** What stands for a sentence in the run. */
  pooling: Pooling;
  /** Of the measured rows. */
  activations: Activations;
  /** The smaller model's. */
  head: LinearHead;
  /** On all neurons; null where the run keeps none. */
  oracle: LinearHead | null;
  /** The rows as the model's own head takes them: its token, of words the first subword, as token classes are trained. */
  headRows: EncodedRows;
  /** Its scores by the run on this part, for want of itself. */
  oracleScores: ReducedScores | null;
}

/** Differences that are listed. */
const mostListed = 50;
/** Between two scores that are one but for rounding. */
const sameScore = 1e-4;

/** @throws WinnowError as the models' opening and running; nothing is kept of what was measured by then. */
export function measureReduced(
  { stages, devices }: { stages: Stages; devices: Devices },
  subject: ReducedSubject,
  part: MeasuredRows,
  whole: WholeModel | null,
): Promise<ReducedMeasurement> {
  return stages.run(measureStage, { rows: part.rows.outputs }, (progress) =>
    devices.use(async (place) => {
      const steps = new Steps(subject.graphs.length * 2 + (whole ? 3 : 0), progress);
      const measured = await new Measuring(place, subject, part, whole, steps).all();
      return { ...measured, device: placeFacts(devices.report) };
    }),
  );
}

/** Progress in passes, each with its share. */
class Steps {
  #done = 0;

  constructor(
    readonly total: number,
    readonly tell: NonNullable<Control['progress']>,
  ) {}

  async step<T>(work: (control: Control) => Promise<T>): Promise<T> {
    const before = this.#done;
    const progress = (done: number, total: number): void => this.tell(before + done / Math.max(1, total), this.total);
    const result = await work({ progress });
    this.#done += 1;
    this.tell(this.#done, this.total);
    return result;
  }
}

class Measuring {
  readonly #outputs: number;
  readonly #classes: boolean;
  readonly #perToken: boolean;
  readonly #facts: ReducedFacts;
  readonly #metrics: readonly ScoreName[];

  constructor(
    private readonly place: ComputePlace,
    private readonly subject: ReducedSubject,
    private readonly part: MeasuredRows,
    private readonly whole: WholeModel | null,
    private readonly steps: Steps,
  ) {
    const { task, maxLength, tokenizer } = subject;
    this.#outputs = task.labels?.length ?? 1;
    this.#classes = task.labels !== null;
    this.#perToken = task.kind === 'labelling';
    this.#facts = { outputs: this.#outputs, perToken: this.#perToken, maxLength, padding: tokenizer.padding };
    this.#metrics = scoresOf(task);
  }

  async all(): Promise<Omit<ReducedMeasurement, 'device'>> {
    const { part, whole, steps } = this;
    const probe = whole && (await steps.step((control) => probeLogits(whole.activations, whole.head, control)));
    const full = whole?.oracle ? await probeLogits(whole.activations, whole.oracle) : null;
    const fullAnswers = full && this.#answers(full);
    const files: MeasuredFile[] = [];
    let differences: ReducedMeasurement['differences'] = null;
    const beside = await this.#openFull();
    try {
      for (const graph of this.subject.graphs) {
        const model = await reducedEncoder(graph.files, this.#facts, this.#sessionPlace());
        try {
          const logits = await steps.step((control) => extractFew(part.rows, model, control));
          const answers = this.#answers(logits);
          if (files.length === 0 && fullAnswers) differences = this.#differences(answers, fullAnswers);
          const models = beside ? [model, beside] : [model];
          const times = await steps.step((control) => timesInTurn(models, part.rows, control));
          files.push({
            ...{ path: graph.path, dtype: graph.dtype, bytes: sizeOf(graph.files), scores: this.#scores(answers) },
            ...{ msPerRow: times[0], fullMsPerRow: times.at(1) ?? null },
            disagreeing: probe && this.#unlike(answers, this.#answers(probe)).length,
            farthest: probe && farthestOf(logits, probe),
          });
        } finally {
          await model.dispose();
        }
      }
      const fineTuned = await this.#fineTuned();
      const bytes = whole ? whole.model.weightFiles.reduce((sum, { file }) => sum + file.size, 0) : 0;
      const scores = fullAnswers ? this.#scores(fullAnswers) : (whole?.oracleScores ?? null);
      const created = new Date().toISOString();
      return {
        created,
        unit: this.#perToken ? 'word' : 'row',
        split: part.split,
        rows: part.rows.outputs,
        files,
        full: { scores, bytes },
        fineTuned,
        differences,
      };
    } finally {
      await beside?.dispose();
    }
  }

  /** The whole encoder with a probe on all neurons as a file of the same kind. */
  async #openFull(): Promise<Encoder | null> {
    if (!this.whole) return null;
    const { model, oracle, pooling } = this.whole;
    const token = this.#perToken ? 'all' : pooling;
    const width = (model.config.layers + 1) * model.config.hidden;
    const head = oracle ?? {
      neurons: Int32Array.from({ length: width }, (_, neuron) => neuron),
      weight: new Float32Array(width * this.#outputs),
      bias: new Float32Array(this.#outputs),
    };
    return openWritten({ model, head, token }, this.#facts, this.#sessionPlace());
  }

  async #fineTuned(): Promise<ReducedMeasurement['fineTuned']> {
    if (!this.whole) return { why: 'The whole model was not at hand.' };
    const { model, headRows } = this.whole;
    const { task, tokenizer } = this.subject;
    const head = fineTunedHead(model, await readText(model.configFile.file, configLimitBytes), this.#perToken);
    if ('why' in head) return head;
    const match = matchLabels(head, task.labels, task.labels ? labelNames(task.name, task.labels) : undefined);
    if (match === null) return { why: 'Its labels cannot be told to be those of this task.' };
    const { backend, gpu, threads } = this.place;
    const options = { backend, threads, padding: tokenizer.padding, ...(gpu && { gpu: gpu.device }) };
    const encoder = await openFineTuned(model, head, options);
    try {
      const logits = await this.steps.step((control) => extractFew(headRows, encoder, control));
      const answers = answersOf(logits, this.#outputs, this.#classes).map((answer) =>
        this.#classes ? match.order[answer] : answer,
      );
      const [msPerRow] = await this.steps.step((control) => timesInTurn([encoder], headRows, control));
      return { scores: this.#scores(answers), msPerRow, labelsBy: match.by };
    } finally {
      await encoder.dispose();
    }
  }

  #answers(logits: ArrayLike<number>): number[] {
    return answersOf(logits, this.#outputs, this.#classes);
  }

  #scores(answers: readonly number[]): ReducedScores {
    return Object.fromEntries(evaluate(this.#metrics, this.part.gold, answers));
  }

  /** Rows with another label; in regression, with a score farther away than rounding. */
  #unlike(answers: readonly number[], others: readonly number[]): number[] {
    const limit = this.#classes ? 0 : sameScore;
    return [...answers.keys()].filter((row) => Math.abs(answers[row] - others[row]) > limit);
  }

  /** Labels that differ; of scores those farthest apart. */
  #differences(answers: readonly number[], full: readonly number[]): ReducedMeasurement['differences'] {
    const { labels } = this.subject.task;
    const shown = (value: number): string | number => labels?.[value] ?? value;
    const gap = (row: number): number => Math.abs(answers[row] - full[row]);
    const rows = this.#unlike(answers, full);
    if (labels === null) rows.sort((a, b) => gap(b) - gap(a));
    const first = rows.slice(0, mostListed).map((row) => {
      return { row, label: shown(this.part.gold[row]), reduced: shown(answers[row]), full: shown(full[row]) };
    });
    return { rows: rows.length, first };
  }

  #sessionPlace() {
    const { backend, gpu, threads } = this.place;
    return { backend, gpu: gpu?.device ?? null, threads };
  }
}

const configLimitBytes = 64 * 2 ** 20;

function sizeOf({ model, data }: ReducedFiles): number {
  return model.size + (data?.size ?? 0);
}

function farthestOf(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let farthest = 0;
  for (let at = 0; at < expected.length; at += 1) farthest = Math.max(farthest, Math.abs(found[at] - expected[at]));
  return farthest;
}
