/**
 * What was measured by running the very files of a smaller model, and what a run file says of the smaller models that were
 * made of it. Scores are fractions, null where one is not defined; times are milliseconds a row, sizes bytes.
 */
import * as v from 'valibot';
import { count } from '../data/scores.ts';
import { scoreNames } from '../data/tasks.ts';
import type { Shape } from '../measures/field.ts';
import { placeSchema, spreadSchema } from './timing.ts';

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const amount = v.pipe(v.number(), v.minValue(0));
export const dtypeSchema = v.picklist(['float32', 'float16', 'int8']);
/** Score name → value. */
export const plainScores = v.record(v.picklist(scoreNames), v.nullable(v.number()));

const measuredFile = v.object({
  path: v.string(),
  dtype: dtypeSchema,
  /** With the weights beside it. */
  bytes: amount,
  scores: plainScores,
  msPerRow: spreadSchema,
  /** The whole model's, measured in turn with this file; null where it was not at hand. */
  fullMsPerRow: v.nullable(spreadSchema),
  /**
   * Rows whose label is another than the run's probe gives them on the whole model's activations; in regression those more
   * than 1e-4 apart. null where whole model or run was not at hand.
   */
  disagreeing: v.nullable(count),
  /** The farthest that one of its logits is from the run's probe; null as `disagreeing`. */
  farthest: v.nullable(amount),
});

/** A row where smaller and whole model differ: labels, or scores in regression. */
const difference = v.object({
  /** Of the part, from 0; in labelling the word. */
  row: count,
  label: v.union([v.string(), v.number()]),
  reduced: v.union([v.string(), v.number()]),
  full: v.union([v.string(), v.number()]),
});

export const measurementSchema = v.object({
  created: v.string(),
  /** Of the part that was measured on. */
  split: v.picklist(['train', 'dev', 'test']),
  rows: positive,
  /** What a row is: a text, or a word of those. Times are of a text either way. */
  unit: v.picklist(['row', 'word']),
  files: v.pipe(v.array(measuredFile), v.minLength(1)),
  /** The whole model: scores of the run's probe on all its neurons, null where that is not known; its bytes. */
  full: v.object({ scores: v.nullable(plainScores), bytes: amount }),
  /** The whole model with the head that it was fine-tuned with; `why` where there is none for this task. */
  fineTuned: v.union([
    v.object({ scores: plainScores, msPerRow: spreadSchema, labelsBy: v.picklist(['name', 'number', 'score']) }),
    v.object({ why: v.string() }),
  ]),
  /** Between the first file and the probe on all neurons: how many rows, and the first of them. */
  differences: v.nullable(v.object({ rows: count, first: v.array(difference) })),
  device: placeSchema,
});

export const reducedEntrySchema = v.object({
  created: v.string(),
  /** Of the folder. */
  name: v.string(),
  /** Of the answer in this run; null: layers and neurons of the user's own choice. */
  answer: v.nullable(v.string()),
  layers: count,
  neurons: positive,
  measurement: measurementSchema,
});

export type ReducedMeasurement = v.InferOutput<typeof measurementSchema>;
export type MeasuredFile = v.InferOutput<typeof measuredFile>;
export type ReducedEntry = v.InferOutput<typeof reducedEntrySchema>;
export type ReducedScores = v.InferOutput<typeof plainScores>;

/** Where a smaller model does not fit the model that it was made of; null: it does. @param layers embeddings included. */
export function reducedGap(entries: readonly ReducedEntry[], { layers, hidden }: Shape): string | null {
  const odd = entries.findIndex((entry) => entry.layers >= layers || entry.neurons > (entry.layers + 1) * hidden);
  if (odd < 0) return null;
  const { layers: top, neurons } = entries[odd];
  return `at reduced.${odd} there are ${neurons} neurons of layers 0 to ${top}, the model has layers 0 to ${layers - 1} of ${hidden}`;
}

/** The smaller models of a run with one more; one of the same name takes the place of the earlier. */
export function withReduced(entries: readonly ReducedEntry[] | undefined, entry: ReducedEntry): ReducedEntry[] {
  return [...(entries ?? []).filter(({ name }) => name !== entry.name), entry];
}
