/**
 * How far a graphics card is from what the processor makes of the same numbers: the relative L2 distance,
 * ‖card − processor‖ / ‖processor‖. What is no number is infinitely far.
 */
import { Mt19937 } from '../base/random.ts';
import type { Device, LinearWeights, ProbeSpec } from './device.ts';
import { referenceDevice } from './reference/device.ts';

export interface CardDifference {
  /** What was computed on both, as the subject of "differs by". */
  what: string;
  relative: number;
}

/** In float32, sums in another order differ by some 1e-6; a wrong kernel by more than this. */
export const allowedDifference = 1e-4;

export function relativeDistance(card: ArrayLike<number>, processor: ArrayLike<number>): number {
  let [distance, norm] = [0, 0];
  for (let i = 0; i < processor.length; i += 1) {
    distance += (card[i] - processor[i]) ** 2;
    norm += processor[i] ** 2;
  }
  if (distance === 0) return 0;
  return Number.isNaN(distance) ? Infinity : Math.sqrt(distance / norm);
}

export function largestDifference(differences: readonly CardDifference[]): CardDifference {
  return differences.reduce((most, one) => (one.relative > most.relative ? one : most));
}

/** Raised whenever a kernel of the probes computes in another way: what was found of the old ones says nothing then. */
export const probeKernelsVersion = 1;

const steps = 2;
/** More features than one workgroup sums; fewer rows than a batch has room for. */
const sizes = { layers: 2, hidden: 130, batchSize: 24, rows: 20 };
const ranges = [
  { first: 0, last: 0 },
  { first: 0, last: 1 },
];
const kinds = [
  { title: 'a classifier', loss: 'cross-entropy', penalty: 'norm', outputs: 3 },
  { title: 'a regression', loss: 'squared-error', penalty: 'square', outputs: 1 },
] as const;

/**
 * Two optimiser steps of small made probes, of each loss and penalty, beside plain loops in float64. Weights alone would
 * hide the size of gradients, which Adam divides by itself: its moments and the losses are compared, too.
 * @throws WinnowError `device-lost`.
 */
export async function probeDifference(device: Device): Promise<CardDifference> {
  const differences: CardDifference[] = [];
  for (const { title, ...kind } of kinds) {
    const [card, processor] = [await trained(device, kind), await trained(referenceDevice(), kind)];
    for (const name of ['weights', 'losses', 'moments', 'squares'] as const) {
      const relative = relativeDistance(card[name], processor[name]);
      differences.push({ what: `what two steps of training make of the ${names[name]} of ${title}`, relative });
    }
  }
  return largestDifference(differences);
}

const names = { weights: 'weights', losses: 'losses', moments: 'mean gradients', squares: 'mean squared gradients' };

async function trained(device: Device, kind: Pick<ProbeSpec, 'loss' | 'penalty' | 'outputs'>) {
  const random = new Mt19937(1);
  const values = (length: number, most: number): Float32Array => {
    const drawn = new Float32Array(length);
    random.uniform(drawn, -most, most);
    return drawn;
  };
  const { rows, ...shape } = sizes;
  const start = ranges.map(({ first, last }) => ({
    weight: values(kind.outputs * (last - first + 1) * shape.hidden, 0.1),
    bias: values(kind.outputs, 0.1),
  }));
  const training = { learningRate: 1e-2, lambda1: 1e-2, lambda2: 1e-2 };
  const trainer = device.probeTrainer({ ...kind, ...shape, ...training, probes: ranges, start });
  try {
    for (let step = 0; step < steps; step += 1) {
      const labels = Int32Array.from({ length: rows }, (_, row) => (row + step) % 3);
      await trainer.step(values(rows * shape.layers * shape.hidden, 1), labels, rows);
    }
    const [losses, weights] = [await trainer.takeLosses(), await trainer.weights()];
    const { moments, squares } = await trainer.adam();
    return { losses, weights: flat(weights), moments: flat(moments), squares: flat(squares) };
  } finally {
    trainer.dispose();
  }
}

function flat(all: readonly LinearWeights[]): number[] {
  return all.flatMap(({ weight, bias }) => [...weight, ...bias]);
}
