/** Scores of trained probes: predictions on the device in batches, scores from them here. */
import type { Control } from '../base/abort.ts';
import { firstLargest } from '../base/numbers.ts';
import type { Device, LinearWeights, ProbeSpec, ProbeTrainer } from '../compute/device.ts';
import { bySplit, splits, type Scores, type Split, type SplitScores } from '../data/scores.ts';
import type { ScoreName } from '../data/tasks.ts';
import { batches } from './batches.ts';
import { BatchClock } from './clock.ts';
import { checkScores } from './dev-loss.ts';
import { evaluate, summarise } from './metrics.ts';
import type { ProbeOptions, ProbePart, ProbeParts } from './parts.ts';
import type { NeuronStatistics } from './statistics.ts';
import { specOf } from './train.ts';

/** Scores of one probe on one part; undefined ones are null. */
export interface PartScores {
  all: Map<ScoreName, number | null>;
  /** The chosen score on the rows of each class alone; null where none is chosen. */
  classes: (number | null)[] | null;
}

/** Scores of one seed: split → probe. */
export type SeedScores = Record<Split, PartScores[]>;

/** One way through the data without training. */
interface ScoringPass {
  standard: NeuronStatistics | null;
  clock: BatchClock;
  /** How many probes go along. */
  probes: number;
}

/** Trains nothing: scores the probes of `spec` as they start, on all parts. */
export async function score(
  device: Device,
  spec: ProbeSpec,
  parts: ProbeParts,
  options: ProbeOptions,
  pass: Pick<ScoringPass, 'standard' | 'clock'>,
): Promise<SeedScores> {
  const scores: SeedScores = { train: [], dev: [], test: [] };
  const trainer = device.probeTrainer(spec);
  try {
    for (const split of splits) {
      const predictions = await predict(trainer, parts[split], options, { ...pass, probes: spec.probes.length });
      scores[split] = predictions.map((predicted) => scorePart(options, parts[split].labels, predicted));
    }
  } finally {
    trainer.dispose();
  }
  return scores;
}

function scorePart(
  { classes, metric, metrics }: ProbeOptions,
  labels: Int32Array | Float32Array,
  predicted: Float64Array,
): PartScores {
  const all = evaluate(metrics, labels, predicted);
  if (classes === null || metric === undefined) return { all, classes: null };
  const rows = Array.from({ length: classes }, (): number[] => []);
  labels.forEach((label, row) => rows[label]?.push(row));
  const own = rows.map((list) => {
    if (list.length === 0) return null;
    const gold = list.map((row) => labels[row]);
    const found = list.map((row) => predicted[row]);
    return evaluate([metric], gold, found).get(metric)!;
  });
  return { all, classes: own };
}

/** One probe's scores over seeds as the run file has them. */
export function summariseSplits(seeds: readonly SeedScores[], probe: number, { metrics }: ProbeOptions): SplitScores {
  const of = (split: Split) =>
    Object.fromEntries(
      metrics.map((name) => [name, summarise(seeds.map((seed) => seed[split][probe].all.get(name) ?? null))]),
    ) as Scores;
  const classesOf = (split: Split) => meansOf(seeds.map((seed) => seed[split][probe].classes ?? []));
  return { ...bySplit(of), ...(seeds[0]?.train[probe].classes && { classes: bySplit(classesOf) }) };
}

function meansOf(seeds: readonly (readonly (number | null)[])[]): (number | null)[] {
  return seeds[0].map((_, label) => summarise(seeds.map((own) => own[label])).mean);
}

/** One array of predictions a probe: class numbers, or values for regression. */
export async function predict(
  trainer: ProbeTrainer,
  { activations, labels }: ProbePart,
  { batchSize, classes }: ProbeOptions,
  { standard, clock, probes }: ScoringPass,
): Promise<Float64Array[]> {
  const outputs = classes ?? 1;
  const predictions = Array.from({ length: probes }, () => new Float64Array(activations.rows));
  let done = 0;
  for await (const batch of batches(activations, labels, { batchSize, shuffle: null, standard })) {
    const scores = await trainer.scores(batch.data, batch.rows);
    checkScores(scores, done, batch.rows);
    for (let row = 0; row < batch.rows; row++) {
      for (let probe = 0; probe < probes; probe++) {
        const at = (row * probes + probe) * outputs;
        predictions[probe][done + row] = classes === null ? scores[at] : firstLargest(scores, at, outputs);
      }
    }
    done += batch.rows;
    await clock.tick();
  }
  return predictions;
}

/**
 * What probes with given weights predict: nothing is trained, all see the same batches.
 * One array of predictions a probe, class numbers or values, [rows]. Every probe reads all neurons of the part, so each
 * weight is [classes, layers × hidden]. Progress counts batches.
 * @throws WinnowError `bad-data` where a probe gives no number, `device-lost`; DOMException AbortError.
 */
export async function predictWith(
  device: Device,
  part: ProbePart,
  weights: readonly LinearWeights[],
  standard: NeuronStatistics | null,
  options: ProbeOptions,
  control: Control = {},
): Promise<Float64Array[]> {
  const { activations } = part;
  const clock = new BatchClock(Math.ceil(activations.rows / options.batchSize), control);
  const ranges = weights.map(() => ({ first: 0, last: activations.layers - 1 }));
  const trainer = device.probeTrainer(specOf(activations, options, ranges, weights));
  try {
    return await predict(trainer, part, options, { standard, clock, probes: weights.length });
  } finally {
    trainer.dispose();
  }
}
