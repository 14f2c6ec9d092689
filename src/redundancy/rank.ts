/**
 * Which neurons a probe leans on (protocols.md §6): by the weight each class gives them, and in one order over all
 * classes, by growing share p of every class's weight. Neurons are features of the probe, 0 … features − 1.
 */
import type { LinearWeights } from '../compute/device.ts';

/** Steps of p from 0 to 1. */
const stride = 1000;

export interface NeuronOrdering {
  /** Most important first; every neuron once. */
  order: Int32Array<ArrayBuffer>;
  /** Length of the order after each step p = 0, 1/1000, …, 1; neurons that no step needs follow the last. */
  cutoffs: Int32Array<ArrayBuffer>;
}

/** |w| of every class, [outputs][features]; over several seeds the mean. */
export type WeightSizes = Float32Array[];

/** @param seeds the same probe trained from each seed, [outputs, features] each. */
export function weightSizes(seeds: readonly LinearWeights[]): WeightSizes {
  const outputs = seeds[0].bias.length;
  const features = seeds[0].weight.length / outputs;
  return Array.from({ length: outputs }, (_, k) =>
    Float32Array.from({ length: features }, (__, f) => {
      const sum = seeds.reduce((total, { weight }) => total + Math.abs(weight[k * features + f]), 0);
      return sum / seeds.length;
    }),
  );
}

/** One class's neurons by |w| down. Of equals the higher number comes first, as in numpy's argsort()[::-1] of few values. */
export function rankByClass(sizes: Float32Array): Int32Array<ArrayBuffer> {
  return Int32Array.from(sizes.keys()).sort((a, b) => sizes[b] - sizes[a] || b - a);
}

/** Largest |w| over classes, [features]. */
export function largestSizes(sizes: WeightSizes): Float32Array<ArrayBuffer> {
  return Float32Array.from(sizes[0], (_, f) => sizes.reduce((most, own) => Math.max(most, own[f]), 0));
}

/**
 * For p = 0, 1/1000, …, 1: of every class the shortest run of its neurons, largest |w| first, that sums to at least p of
 * all; new ones of their union are appended. Sums run in float32, the total and its share in float64.
 * @param within `size`: inside a step by largest |w| over classes, then number (`refined`); `number`: by number, where
 *   the published order is arbitrary (`paper`).
 */
export function orderNeurons(sizes: WeightSizes, within: 'size' | 'number'): NeuronOrdering {
  const classes = sizes.map(classSteps);
  const largest = largestSizes(sizes);
  const seen = new Uint8Array(largest.length);
  const order = new Int32Array(largest.length);
  const cutoffs = new Int32Array(stride + 1);
  let length = 0;
  for (let step = 0; step <= stride; step++) {
    const added: number[] = [];
    for (const { ranked, upTo } of classes) {
      const from = step === 0 ? 0 : upTo[step - 1];
      for (let place = from; place < upTo[step]; place++) {
        const neuron = ranked[place];
        if (seen[neuron]) continue;
        seen[neuron] = 1;
        added.push(neuron);
      }
    }
    append(added);
    cutoffs[step] = length;
  }
  // Rounding, or weights of 0, may let the last step end before the last neuron.
  append(Array.from(order.keys()).filter((neuron) => !seen[neuron]));
  return { order, cutoffs };

  function append(added: number[]): void {
    added.sort((a, b) => (within === 'size' && largest[b] - largest[a]) || a - b);
    order.set(added, length);
    length += added.length;
  }
}

/** A class's neurons ranked, and how many of them each step takes. */
function classSteps(sizes: Float32Array): { ranked: Int32Array; upTo: Int32Array } {
  const ranked = rankByClass(sizes);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const upTo = new Int32Array(stride + 1);
  let place = 0;
  let sum = sizes[ranked[0]];
  for (let step = 0; step <= stride; step++) {
    while (sum < total * (step / stride) && place < ranked.length - 1) {
      place += 1;
      sum = Math.fround(sum + sizes[ranked[place]]);
    }
    upTo[step] = place + 1;
  }
  return { ranked, upTo };
}
