/** How probes learned: the losses of every epoch. */
import * as v from 'valibot';

/** Losses by seed, then epoch. */
const losses = v.array(v.array(v.number()));

const curveSchema = v.object({
  /** Mean over the batches of an epoch, with the penalties of the weights. */
  train: losses,
  /** After each epoch, without penalties; absent where training did not stop early. */
  dev: v.optional(losses),
  /** By seed the epoch, from 1, whose weights the probe has. */
  best: v.array(v.number()),
});

export const trainingSchema = v.object({
  oracle: curveSchema,
  /** Of the probe on each layer alone. */
  layers: v.array(curveSchema),
});

export type TrainingCurves = v.InferOutput<typeof trainingSchema>;
