/** Scores as run files hold them. Every score is a fraction; null is a score that is not defined (the correlation of a constant). */
import * as v from 'valibot';
import { scoreNames } from './tasks.ts';

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Correlations go below zero. */
export const fraction = v.pipe(v.number(), v.minValue(-1), v.maxValue(1));

export const scoreSchema = v.object({
  mean: v.nullable(fraction),
  /** Population standard deviation over seeds (numpy's default, as in the published tables); 0 for one seed. */
  deviation: v.nullable(v.pipe(v.number(), v.minValue(0))),
  seeds: v.array(v.nullable(fraction)),
});

/** Score name → value; which names there are follows from the task. */
export const scoresSchema = v.record(v.picklist(scoreNames), scoreSchema);

/** The run's metric on the rows of each class alone, in label order, mean over seeds. */
const classScores = v.array(v.nullable(v.number()));
const classScoresSchema = v.object({ train: classScores, dev: classScores, test: classScores });

export const splitScores = {
  train: scoresSchema,
  dev: scoresSchema,
  test: scoresSchema,
  /** Absent for regression and in files of version 1. */
  classes: v.optional(classScoresSchema),
};

export type Score = v.InferOutput<typeof scoreSchema>;
export type Scores = v.InferOutput<typeof scoresSchema>;
export type ClassScores = v.InferOutput<typeof classScoresSchema>;
export type SplitScores = v.InferOutput<v.ObjectSchema<typeof splitScores, undefined>>;

export const splits = ['train', 'dev', 'test'] as const;
export type Split = (typeof splits)[number];

export function bySplit<T>(valueOf: (split: Split) => T): Record<Split, T> {
  return { train: valueOf('train'), dev: valueOf('dev'), test: valueOf('test') };
}
