/**
 * Trains all probes of one seed: where they start, what they read and in which order they see the rows (protocols.md §2,
 * §4). Each probe starts from its own generator; all see the same batches.
 */
import { WinnowError } from '../base/errors.ts';
import { linearStart } from '../base/random.ts';
import type { Device, LayerRange, LinearWeights, ProbeSpec, ProbeTrainer } from '../compute/device.ts';
import { batches, epochShuffle } from './batches.ts';
import type { BatchClock, TrainingClock } from './clock.ts';
import { devLosses } from './dev-loss.ts';
import { StoppingRule, type LossCurve } from './early-stopping.ts';
import type { ProbeOptions, ProbePart, ProbeParts } from './parts.ts';
import type { NeuronStatistics } from './statistics.ts';
import { sizeOf, TrainingGroup } from './training-group.ts';

/** Probe l reads layer l; the concatenated ones follow from layers 0..1 on, because layers 0..0 are layer 0. */
export function layerRanges(layers: number): LayerRange[] {
  const individual = Array.from({ length: layers }, (_, layer) => ({ first: layer, last: layer }));
  const concatenated = Array.from({ length: layers - 1 }, (_, k) => ({ first: 0, last: k + 1 }));
  return [...individual, ...concatenated];
}

/** The probe on layers 0..k. */
export function concatenatedProbe(layers: number, k: number): number {
  return k === 0 ? 0 : layers + k - 1;
}

/** What a device needs to train probes on these ranges of layers from these starts. */
export function specOf(
  { layers, hidden }: { layers: number; hidden: number },
  options: ProbeOptions,
  probes: readonly LayerRange[],
  start: readonly LinearWeights[],
): ProbeSpec {
  return {
    layers,
    hidden,
    outputs: options.classes ?? 1,
    probes,
    loss: options.classes === null ? 'squared-error' : 'cross-entropy',
    penalty: options.protocol === 'paper' ? 'norm' : 'square',
    lambda1: options.lambda1,
    lambda2: options.lambda2,
    batchSize: options.batchSize,
    learningRate: options.learningRate,
    start,
  };
}

/**
 * Where the probe of a seed on so many features starts; `constant` [features] are left out, null leaves out none. One that
 * stops early starts at what is best without neurons: it would keep much of a random start to its end.
 * @param labels of the train part.
 */
export function startOf(
  seed: number,
  features: number,
  { classes, patience }: ProbeOptions,
  { constant, labels }: { constant: Uint8Array | null; labels: Int32Array | Float32Array },
): LinearWeights {
  const outputs = classes ?? 1;
  if (patience !== undefined) return { weight: new Float32Array(outputs * features), bias: bestBias(labels, classes) };
  const { weights, bias } = linearStart(seed, features, outputs);
  if (constant) leaveOut(weights, features, constant);
  return { weight: weights, bias };
}

/** Logarithms of the labels' shares, a row more of each so that none is 0; or the mean score. */
function bestBias(labels: Int32Array | Float32Array, classes: number | null): Float32Array {
  if (classes === null) {
    let sum = 0;
    for (const score of labels) sum += score;
    return Float32Array.of(sum / labels.length);
  }
  const counts = new Float64Array(classes).fill(1);
  for (const label of labels) counts[label] += 1;
  return Float32Array.from(counts, (count) => Math.log(count / (labels.length + classes)));
}

/** A constant neuron has weight 0 from the start and, its standardised value being 0, for ever. */
function leaveOut(weights: Float32Array, features: number, constant: Uint8Array): void {
  for (let i = 0; i < weights.length; i++) if (constant[i % features]) weights[i] = 0;
}

/** One way through the data. */
export interface Pass {
  standard: NeuronStatistics | null;
  clock: TrainingClock;
}

export interface Trained {
  /** One entry a probe; where training stops early, those of its best epoch. */
  weights: LinearWeights[];
  curves: LossCurve[];
}

/** The device is asked for its losses this often, which also keeps its queue short. */
const batchesPerCheck = 32;

/**
 * All probes of a seed in the same passes: for all epochs, or each until its dev loss stops falling (protocols.md §2).
 * @throws WinnowError `bad-data` for losses or scores that are not numbers, `device-lost`, `out-of-memory`; DOMException
 *   AbortError.
 */
export async function train(
  device: Device,
  spec: ProbeSpec,
  parts: ProbeParts,
  options: ProbeOptions,
  pass: Pass & { seed: number },
): Promise<Trained> {
  const { seed, clock } = pass;
  const group = new TrainingGroup(device, spec, parts, pass.standard);
  const rule = new StoppingRule(spec.probes.length, options);
  let weightEpochs = 0;
  try {
    while (!rule.isOver) {
      weightEpochs += group.size;
      const { trainer, probes, source } = group;
      const { standard } = source;
      const losses = await trainEpoch(trainer, source.train, options, { seed, epoch: rule.epochs, standard, clock });
      const perBatch = losses.map((loss) => loss / Math.ceil(parts.train.labels.length / options.batchSize));
      const dev =
        options.patience === undefined
          ? null
          : await devLosses(trainer, source.dev, options, { standard, clock, probes: probes.length });
      await group.keep(rule.take(probes, perBatch, dev));
      if (dev) clock.epochDone(rule.epochs, rule.epochsLeft);
      await group.setAside((probe) => rule.hasEnded(probe));
    }
  } finally {
    group.dispose();
  }
  options.log?.add({ weights: sizeOf(spec), weightEpochs, limited: rule.limited });
  return { weights: group.kept, curves: rule.curves };
}

/** All rows once. @returns each probe's sum of batch losses. */
export async function trainEpoch(
  trainer: ProbeTrainer,
  { activations, labels }: ProbePart,
  { batchSize, protocol }: Pick<ProbeOptions, 'batchSize' | 'protocol'>,
  { seed, epoch, standard, clock }: Pick<Pass, 'standard'> & { clock: BatchClock; seed: number; epoch: number },
): Promise<Float64Array> {
  const shuffle = protocol === 'refined' ? epochShuffle(seed, epoch) : null;
  let sums: Float64Array | null = null;
  let unchecked = 0;
  const take = async (): Promise<Float64Array> => {
    const losses = await trainer.takeLosses();
    checkLosses(losses, epoch);
    return sums?.map((sum, probe) => sum + losses[probe]) ?? losses;
  };
  for await (const batch of batches(activations, labels, { batchSize, shuffle, standard })) {
    await trainer.step(batch.data, batch.labels, batch.rows);
    unchecked += 1;
    if (unchecked % batchesPerCheck === 0) sums = await take();
    await clock.tick();
  }
  return take();
}

function checkLosses(losses: Float64Array, epoch: number): void {
  const probe = losses.findIndex((loss) => !Number.isFinite(loss));
  if (probe < 0) return;
  const message = `Training went astray: in epoch ${epoch + 1} the loss of probe ${probe + 1} of ${losses.length} is ${losses[probe]}.`;
  const next =
    'The activations may hold extreme values: check the weights, or choose the refined protocol, which standardises.';
  throw new WinnowError('bad-data', message, next);
}
