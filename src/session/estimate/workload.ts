/** What the operations of a run depend on, from its files and options. */
import { trainingLength } from '../../probe/operations.ts';
import { fieldNames, type FieldName } from '../../measures/fields.ts';
import type { MeasureName } from '../../measures/stages.ts';
import type { EncodedRows } from '../../tokenizer/rows.ts';
import type { Work, Workload } from '../../run/stage.ts';
import type { RunOptions } from '../contract.ts';
import { encodeSource } from '../inputs/encode.ts';
import type { AnalysisInputs, Inputs } from '../inputs/inputs.ts';
import type { RowSource, SourceRows } from '../inputs/sources.ts';
import { timingWork, usualExtent } from '../../timing/work.ts';
import { leaveOutWork, leftOutLengths, notShortened } from '../stages/left-out-lengths.ts';
import { encodingOperations, type RunOccasion } from '../stages/stage-table.ts';
import { tooLongMeasures } from './fitting-measures.ts';

/** Rows of each source that are tokenised to find out how long rows are. */
const lookedAt = 200;

/**
 * What decides which measures are taken.
 * @returns with it the measures that are left out for they take too long: none where all were asked for.
 */
export async function occasionOf(
  inputs: AnalysisInputs,
  options: RunOptions,
): Promise<{ occasion: RunOccasion; tooLong: MeasureName[] }> {
  const { task, plan } = inputs;
  const { protocol, texts, timing, allMeasures } = options;
  const words = task.kind === 'labelling';
  const shortened = isShortened(inputs, options);
  const classes = task.labels?.length ?? null;
  const asked = { protocol, classes, words, texts, shortened, timing, leftOut: leftOutOf(options) };
  if (allMeasures) return { occasion: asked, tooLong: [] };
  const everyRow = plan.sources.map(() => 1);
  const tooLong = tooLongMeasures(asked, await workloadOf(inputs, options, everyRow));
  return { occasion: { ...asked, leftOut: [...asked.leftOut, ...tooLong] }, tooLong };
}

function isShortened(inputs: Inputs, { shortened }: RunOptions): boolean {
  return shortened && notShortened(inputs) === null;
}

/** Measures that are switched off: an option and a field of one name. */
export function leftOutOf(options: RunOptions): FieldName[] {
  const switches: Partial<Record<string, unknown>> = options;
  return fieldNames.filter((name) => switches[name] === false);
}

/**
 * @param missing of each source, the share of its rows that goes through the encoder.
 * @param trial epochs that a probe took on a few rows; absent: not tried.
 */
export async function workloadOf(
  inputs: AnalysisInputs,
  options: RunOptions,
  missing: readonly number[],
  trial?: number,
): Promise<Workload> {
  const { modelFacts, task, plan, bytes } = inputs;
  const { layers, hidden } = modelFacts;
  const { protocol, seeds, batchSize, deltas, thresholds, sweep, maxFeatures } = options;
  let operations = 0;
  for (const [index, source] of plan.sources.entries()) {
    if (missing[index] > 0) operations += missing[index] * (await encodingOf(inputs, source));
  }
  const counts = plan.sources.map(({ data }) => outputCount(data));
  const { train } = plan.places;
  const trainShare = (train.to - train.from) / Math.max(1, plan.sources[train.source].data.rows.length);
  const trainRows = Math.round(counts[train.source] * trainShare);
  const load = {
    outputs: task.labels?.length ?? 1,
    rows: { train: trainRows, analysed: counts.reduce((sum, count) => sum + count, 0) },
    ...{ protocol, seeds, batchSize, sweep, maxFeatures },
    ...trainingLength(options, trial),
  };
  return {
    ...load,
    ...{ layers, hidden, bytes },
    encoding: { operations, openings: operations > 0 ? missing.filter((share) => share > 0).length : 0 },
    answers: deltas.length * thresholds.length,
    shortened: isShortened(inputs, options) ? await shortenedOf(inputs, options, load) : null,
    timing: options.timing ? await timingOf(inputs, options, trainRows) : null,
  };
}

/** Which features answers will have is not known before: the grid alone counts. */
async function timingOf(inputs: AnalysisInputs, { epochs, batchSize }: RunOptions, train: number): Promise<Work> {
  const { modelFacts, task, plan } = inputs;
  const source = plan.sources[plan.places.test.source];
  const operations = (await encodingOf(inputs, source)) / Math.max(1, source.data.rows.length);
  const load = { ...modelFacts, operations, classes: task.labels?.length ?? null, train, epochs, batchSize };
  return timingWork(usualExtent, load, []);
}

/** Which layers LayerSelector leaves out is not known before. */
async function shortenedOf(
  inputs: AnalysisInputs,
  { leftOutLengths: most }: RunOptions,
  load: Parameters<typeof leaveOutWork>[3],
): Promise<Work> {
  let operations = 0;
  for (const source of inputs.plan.sources) operations += await encodingOf(inputs, source);
  return leaveOutWork(leftOutLengths(inputs.modelFacts.layers, most), inputs.modelFacts, operations, load);
}

/** Sentences, or words where these are labelled. */
export function outputCount(data: SourceRows): number {
  if (data.kind === 'sentence') return data.rows.length;
  return data.rows.reduce((sum, { words }) => sum + words.length, 0);
}

/** Some rows from all over a source: a file may be sorted. */
export function someRows({ data }: RowSource, count: number): SourceRows {
  const step = Math.max(1, data.rows.length / count);
  const rows = Array.from({ length: Math.min(count, data.rows.length) }, (_, i) => data.rows[Math.floor(i * step)]);
  return { kind: data.kind, rows } as SourceRows;
}

/** Operations of the encoder on all rows of a source, by the lengths of some; activations from elsewhere need none. */
async function encodingOf({ vectors, modelFacts }: Inputs, source: RowSource): Promise<number> {
  if (vectors.from === 'files') return 0;
  const some = someRows(source, lookedAt);
  const { rows } = await encodeSource(vectors.tokenizer, some, vectors);
  const shape = { ...modelFacts, intermediate: vectors.model.config.intermediate };
  return (operationsOf(rows, shape) / Math.max(1, some.rows.length)) * source.data.rows.length;
}

/** Of the encoder, without padding. */
export function operationsOf(
  { rows, offsets }: Pick<EncodedRows, 'rows' | 'offsets'>,
  shape: Parameters<typeof encodingOperations>[0],
): number {
  let operations = 0;
  for (let row = 0; row < rows; row += 1) operations += encodingOperations(shape, offsets[row + 1] - offsets[row]);
  return operations;
}
