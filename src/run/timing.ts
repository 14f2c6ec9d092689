/**
 * What a run file holds of time (protocols.md §8): the encoder cut after every layer, and probes trained on ever more
 * features, rows and classes. Milliseconds; a spread is over repetitions whose order was drawn anew each time.
 */
import * as v from 'valibot';
import { count } from '../data/scores.ts';
import type { Shape } from '../measures/field.ts';

/** Where a run, or a part of it, was computed. */
export const placeSchema = v.object({
  backend: v.picklist(['webgpu', 'wasm']),
  adapter: v.nullable(v.string()),
  threads: v.number(),
  /** How the processor's kernels multiply and add: in one rounding where it can, or in two; absent in older files. */
  arithmetic: v.optional(v.picklist(['fused', 'separate'])),
  browser: v.string(),
});

const least = v.pipe(v.number(), v.integer(), v.minValue(1));
const amount = v.pipe(v.number(), v.minValue(0));

/** Quartiles as numpy.quantile gives them, and what they are of, in the order in which it was measured. */
export const spreadSchema = v.object({
  median: amount,
  lower: amount,
  upper: amount,
  samples: v.pipe(v.array(amount), v.minLength(1)),
});

const depthSchema = v.object({
  /** Transformer layers that ran; 0: the embeddings alone. */
  layers: count,
  /** Milliseconds a row by the wall's clock. */
  wall: spreadSchema,
  /**
   * Milliseconds a row in the graphics device's passes, by its own timestamps; a batch's dispatches and the bytes that
   * were copied to it and back. null: no such device, or one without timestamps.
   */
  device: v.nullable(v.object({ ms: spreadSchema, dispatches: amount, bytes: amount })),
});

const seriesSchema = v.object({
  /** Tokens that every row was padded to; null: rows as long as they are, each batch padded to its longest. */
  padded: v.nullable(least),
  /** Rows that ran together; 1 is the latency. */
  batch: least,
  /** Of 0 … all layers. */
  depths: v.array(depthSchema),
});

const encoderSchema = v.object({
  /** Rows (labelled words: sentences) that were measured, from all over the test part. */
  rows: least,
  /** Of a row, on the average: tokens, and vectors that are wanted of it. */
  tokens: amount,
  outputs: amount,
  /** Rows that ran together as a trial on the whole encoder, and what that took a row; the best is measured further. */
  tried: v.array(v.object({ batch: least, ms: amount })),
  series: v.pipe(v.array(seriesSchema), v.minLength(1)),
});

const classifierSchema = v.object({
  /** On made numbers, not on the run's own. */
  made: v.boolean(),
  features: least,
  rows: least,
  /** null: regression. */
  classes: v.nullable(least),
  epochs: least,
  /** Of the whole training. */
  training: spreadSchema,
  /** Of one output; null where it was not measured. */
  prediction: v.nullable(spreadSchema),
});

export const timingSchema = v.object({
  created: v.string(),
  device: placeSchema,
  /** Rows that a classifier is trained on: what the encoder runs on (labelled words: sentences), and its outputs. */
  train: v.object({ inputs: count, rows: count }),
  /** null: activations came from elsewhere. */
  encoder: v.nullable(encoderSchema),
  classifiers: v.array(classifierSchema),
});

export type Timing = v.InferOutput<typeof timingSchema>;
export type Spread = v.InferOutput<typeof spreadSchema>;
export type EncoderTiming = NonNullable<Timing['encoder']>;
export type DepthSeries = EncoderTiming['series'][number];
export type DepthTiming = DepthSeries['depths'][number];
export type ClassifierTiming = Timing['classifiers'][number];

/** Where a timing of the right form does not fit the model; null: it does. */
export function timingGap({ encoder, classifiers }: Timing, { layers, hidden }: Shape): string | null {
  for (const [index, { depths }] of (encoder?.series ?? []).entries()) {
    const where = `timing.encoder.series.${index}.depths`;
    if (depths.length !== layers) return `at ${where} there are ${depths.length} depths, the model has ${layers}`;
    const odd = depths.findIndex((depth, place) => depth.layers !== place);
    if (odd >= 0) return `at ${where}.${odd}.layers, ${odd} is expected, but there is ${depths[odd].layers}`;
    const wrong = depths.findIndex(({ wall, device }) => !isOrdered(wall) || (device && !isOrdered(device.ms)));
    if (wrong >= 0) return `at ${where}.${wrong}, the median lies outside its quartiles`;
  }
  for (const [index, { made, features, training, prediction }] of classifiers.entries()) {
    const where = `timing.classifiers.${index}`;
    if (!made && features > layers * hidden) {
      return `at ${where}.features there are ${features}, the model has ${layers * hidden} neurons`;
    }
    if (!isOrdered(training) || (prediction && !isOrdered(prediction))) {
      return `at ${where}, the median lies outside its quartiles`;
    }
  }
  return null;
}

function isOrdered({ lower, median, upper }: Spread): boolean {
  return lower <= median && median <= upper;
}
