/**
 * Trains all probes of one seed: where they start, what they read and in which order they see the rows (protocols.md §2,
 * §4). Each probe starts from its own generator; all see the same batches.
 */
import { WinnowError } from '../base/errors.ts';
import { linearStart } from '../base/random.ts';
import type { LayerRange, LinearWeights, ProbeSpec, ProbeTrainer } from '../compute/device.ts';
import { batches, epochShuffle } from './batches.ts';
import type { BatchClock } from './clock.ts';
import type { ProbeOptions, ProbePart } from './parts.ts';
import type { NeuronStatistics } from './statistics.ts';

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

/** Where the probe of a seed on so many features starts; `constant` [features] are left out, null leaves out none. */
export function startOf(
  seed: number,
  features: number,
  { classes }: ProbeOptions,
  constant: Uint8Array | null,
): LinearWeights {
  const { weights, bias } = linearStart(seed, features, classes ?? 1);
  if (constant) leaveOut(weights, features, constant);
  return { weight: weights, bias };
}

/** A constant neuron has weight 0 from the start and, its standardised value being 0, for ever. */
function leaveOut(weights: Float32Array, features: number, constant: Uint8Array): void {
  for (let i = 0; i < weights.length; i++) if (constant[i % features]) weights[i] = 0;
}

/** One way through the data. */
export interface Pass {
  standard: NeuronStatistics | null;
  clock: BatchClock;
  /** How many probes go along. */
  probes: number;
}

/** The device is asked for its losses this often, which also keeps its queue short. */
const batchesPerCheck = 32;

export async function train(
  trainer: ProbeTrainer,
  { activations, labels }: ProbePart,
  { batchSize, epochs, protocol }: ProbeOptions,
  { seed, standard, clock }: Omit<Pass, 'probes'> & { seed: number },
): Promise<void> {
  for (let epoch = 0; epoch < epochs; epoch++) {
    const shuffle = protocol === 'refined' ? epochShuffle(seed, epoch) : null;
    let unchecked = 0;
    for await (const batch of batches(activations, labels, { batchSize, shuffle, standard })) {
      await trainer.step(batch.data, batch.labels, batch.rows);
      unchecked += 1;
      if (unchecked % batchesPerCheck === 0) checkLosses(await trainer.takeLosses(), epoch);
      await clock.tick();
    }
    checkLosses(await trainer.takeLosses(), epoch);
  }
}

function checkLosses(losses: Float64Array, epoch: number): void {
  const probe = losses.findIndex((loss) => !Number.isFinite(loss));
  if (probe < 0) return;
  const message = `Training went astray: in epoch ${epoch + 1} the loss of probe ${probe + 1} of ${losses.length} is ${losses[probe]}.`;
  const next =
    'The activations may hold extreme values: check the weights, or choose the refined protocol, which standardises.';
  throw new WinnowError('bad-data', message, next);
}
