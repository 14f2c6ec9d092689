/**
 * The stage `timing`: what the encoder takes after every layer and what classifiers take to train, on the device of the run
 * (protocols.md §8). Of a run it follows the selection; of files alone see time-files.ts.
 */
import { extractFew } from '../../activations/extract.ts';
import { perRowOf } from '../../activations/fill.ts';
import { inMemory } from '../../activations/matrix.ts';
import type { Progress } from '../../base/abort.ts';
import { WinnowError } from '../../base/errors.ts';
import type { Device } from '../../compute/device.ts';
import { openEncoder, type Encoder } from '../../model/encoder.ts';
import type { ProbePart } from '../../probe/parts.ts';
import type { Timing } from '../../run/run-file.ts';
import { timeClassifiers, timeMadeClassifiers, type TrainingOptions } from '../../timing/classifiers.ts';
import { DeviceClock } from '../../timing/device-clock.ts';
import { timeEncoders } from '../../timing/encoders.ts';
import { classifierSizes, trainedRows, type MadeSizes } from '../../timing/sizes.ts';
import { answerSizes } from '../../timing/costs.ts';
import { usualExtent, type TimingExtent } from '../../timing/work.ts';
import type { EncodedRows } from '../../tokenizer/rows.ts';
import { someRows } from '../estimate/workload.ts';
import { encodeSource, outputsOf } from '../inputs/encode.ts';
import type { AnalysisInputs, FromModel } from '../inputs/inputs.ts';
import type { RowRange, SourceRows } from '../inputs/sources.ts';
import type { Context, TrainedRun } from './context.ts';
import type { Selections } from './selection.ts';
import { inShares } from './shares.ts';
import { timing } from './stage-table.ts';
import { placeFacts, type ComputePlace } from './device.ts';

export interface TimingTask extends TimingExtent {
  /** Features of the run's answers. */
  answers: readonly number[];
  /** Classifiers on made numbers; null: none. */
  made: MadeSizes | null;
  training: TrainingOptions;
  /** Train rows with their activations; null: some are extracted here. */
  train: ProbePart | null;
}

/** Of the orders in which rounds measure. */
const seed = 0;

/** Enough to time a training, where they have to be extracted for it. */
const fewTrainRows = 1024;

/** Encoders of all depths that are held at once: less than a third of what WebAssembly can have. */
const heldBytes = 2 ** 30;

/** About, compared with each other. */
const work = { encoders: 3, rows: 1, classifiers: 1, made: 6 };

/** Of a run, with its own rows and the sizes of its answers. */
export function timeRun(
  context: Context,
  inputs: AnalysisInputs,
  { parts, options, selected, maxFeatures }: TrainedRun & Selections,
): Promise<Timing> {
  const { hidden } = inputs.modelFacts;
  const entries = [...selected, ...(maxFeatures ? [maxFeatures] : [])].map(({ entry }) => entry);
  const answers = entries.flatMap((entry) => answerSizes(entry, hidden));
  // Where training stops early, it is timed over as many epochs as the paper's.
  const training = { ...options, epochs: context.runOptions.epochs };
  return measureTiming(context, inputs, { ...usualExtent, answers, made: null, training, train: parts.train });
}

/** @throws WinnowError as encoders and trainings do. */
export function measureTiming(
  { stages, devices }: Pick<Context, 'stages' | 'devices'>,
  inputs: AnalysisInputs,
  task: TimingTask,
): Promise<Timing> {
  const { vectors, modelFacts, plan } = inputs;
  const classes = plan.task.labels?.length ?? null;
  const all = (modelFacts.layers + 1) * modelFacts.hidden;
  const rounds = { repeats: task.repeats, seed };
  return stages.run(timing, {}, async (progress) => {
    const { from, to, source } = plan.places.train;
    const train = { inputs: to - from, rows: outputsIn(plan.sources[source].data, plan.places.train) };
    const shares = inShares(progress, {
      ...work,
      rows: task.train === null ? work.rows : 0,
      made: task.made === null ? 0 : work.made,
    });
    const encoder = vectors.from === 'files' ? null : await encoders(vectors, shares.encoders);
    const part = task.train ?? (vectors.from === 'files' ? null : await someTrainRows(vectors, train, shares.rows));
    const classifiers = await devices.compute(async (device) => [
      ...(part ? await classifiersOn(device, part, shares.classifiers) : []),
      ...(task.made ? await timeMadeClassifiers(device, task.made, task.training, { progress: shares.made }) : []),
    ]);
    const device = placeFacts(devices.report);
    return { created: new Date().toISOString(), device, train, encoder, classifiers };
  });

  /** On rows of the test part, which no probe has seen. */
  function encoders(model: FromModel, progress: Progress): Promise<Timing['encoder']> {
    return devices.use(async (place) => {
      const test = plan.sources[plan.places.test.source];
      const { rows } = await encodeSource(model.tokenizer, someRows(test, task.rows), model);
      if (rows.outputs === 0) throw nothingToTime('test');
      const lengths = Array.from({ length: rows.rows }, (_, row) => rows.offsets[row + 1] - rows.offsets[row]);
      const longest = test.data.kind === 'labelling' ? Math.max(...lengths) : model.maxLength;
      const clock = DeviceClock.of(place.gpu?.device ?? null);
      const { layers, parameters } = modelFacts;
      const held = (parameters ?? Infinity) * Float32Array.BYTES_PER_ELEMENT * (layers + 1) <= heldBytes;
      const open = (depth: number): Promise<Encoder> => openAt(model, rows, place, depth);
      const options = { ...rounds, padded: task.padded ? longest : null, held, clock };
      try {
        return await timeEncoders({ rows, layers, open }, options, { progress });
      } finally {
        clock?.dispose();
      }
    });
  }

  function classifiersOn(device: Device, part: ProbePart, progress: Progress): Promise<Timing['classifiers']> {
    const rows = trainedRows(part.labels.length, { all, classes, ...task.training });
    const sizes = classifierSizes(task.answers, { all, rows, classes });
    return timeClassifiers(device, part, sizes, task.training, rounds, { progress });
  }

  /** Extracted for this alone, and kept nowhere. */
  function someTrainRows(model: FromModel, train: Timing['train'], progress: Progress): Promise<ProbePart> {
    const wanted = trainedRows(Math.min(train.rows, fewTrainRows), { all, classes, ...task.training });
    const count = Math.ceil((wanted * train.inputs) / Math.max(1, train.rows));
    return devices.use(async (place) => {
      const { layers, hidden } = modelFacts;
      const source = plan.sources[plan.places.train.source];
      const encoded = await encodeSource(model.tokenizer, someRows(source, count), model);
      if (encoded.rows.outputs === 0) throw nothingToTime('train');
      const encoder = await openAt(model, encoded.rows, place, layers);
      try {
        const data = await extractFew(encoded.rows, encoder, { progress });
        const labels = classes === null ? Float32Array.from(encoded.labels) : Int32Array.from(encoded.labels);
        return { activations: inMemory(data, { rows: labels.length, layers: layers + 1, hidden }), labels };
      } finally {
        await encoder.dispose();
      }
    });
  }
}

function openAt(
  { model, tokenizer }: FromModel,
  rows: EncodedRows,
  { backend, threads, gpu }: ComputePlace,
  layers: number,
): Promise<Encoder> {
  const options = { backend, threads, padding: tokenizer.padding, ...(gpu && { gpu: gpu.device }) };
  return openEncoder(model, { ...options, layers, perRow: perRowOf(rows) });
}

function outputsIn({ kind, rows }: SourceRows, { from, to }: RowRange): number {
  return outputsOf({ kind, rows: rows.slice(from, to) } as SourceRows).labels.length;
}

function nothingToTime(part: string): WinnowError {
  const message = `No sentence of the ${part} part can be read whole, so there is nothing to measure.`;
  return new WinnowError('bad-data', message, 'Use a model that takes longer inputs, or another data file.');
}
