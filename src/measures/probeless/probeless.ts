/**
 * Which neurons tell labels apart, without a probe (Antverg & Belinkov 2022; protocols.md §10): the sum over pairs of labels of
 * the distance between the labels' means. Its order is held against the probe's by probes that are trained on the first N.
 */
import { type Control, yieldToEvents } from '../../base/abort.ts';
import type { Device } from '../../compute/device.ts';
import type { TrainedLayers } from '../../probe/layer-probes.ts';
import type { ProbeOptions, ProbePart, ProbeParts } from '../../probe/parts.ts';
import { neuronStatistics } from '../../probe/statistics.ts';
import { subsetProbes } from '../../probe/subset-probes.ts';
import { orderNeurons, weightSizes } from '../../redundancy/rank.ts';
import type { Probeless } from './field.ts';

/** Of all neurons: up to the tenth that the paper keeps. */
export const sharesTried = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];
const leadingKept = 50;

/**
 * Trained with the first seed. Progress counts thousandths.
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; DOMException AbortError.
 */
export async function probeless(
  device: Device,
  parts: ProbeParts,
  { oracles, standard }: Pick<TrainedLayers, 'oracles' | 'standard'>,
  options: ProbeOptions,
  { signal, progress }: Control = {},
): Promise<Probeless> {
  const first = { ...options, seeds: options.seeds.slice(0, 1) };
  const { constant } = standard ?? (await neuronStatistics(parts.train.activations, { signal }));
  const distances = await meanDistances(parts.train, constant, options.classes ?? 1, { signal });
  const own = orderByDistance(distances);
  const { order } = orderNeurons(weightSizes(oracles), options.protocol === 'refined' ? 'size' : 'number');
  const sizes = [...new Set(sharesTried.map((share) => Math.max(1, Math.trunc(share * own.length))))];
  const scored: Awaited<ReturnType<typeof subsetProbes>>[] = [];
  for (const [index, neurons] of [own, order].entries()) {
    const leading = neurons.slice(0, sizes[sizes.length - 1]);
    const report = (done: number, total: number): void =>
      progress?.(Math.floor((1000 * (index + done / total)) / 2), 1000);
    scored.push(
      await subsetProbes(device, parts, { neurons: leading, standard }, sizes, first, { signal, progress: report }),
    );
  }
  return {
    leading: Array.from(own.subarray(0, leadingKept)),
    sizes: sizes.map((neurons, index) => {
      const [ours, theirs] = scored.map((probes) => probes[index].scores.test);
      return { neurons, overlap: overlapOf(own, order, neurons), probeless: ours, probe: theirs };
    }),
  };
}

/** The farthest first, of equals the lower number. */
export function orderByDistance(distances: Float64Array): Int32Array<ArrayBuffer> {
  return Int32Array.from(distances.keys()).sort((a, b) => distances[b] - distances[a] || a - b);
}

/**
 * Of values as they are, in one pass in float64; 0 for a constant neuron. A label without rows has no mean and makes no pair.
 * @returns one distance a neuron, [layers × hidden].
 */
export async function meanDistances(
  { activations, labels }: Pick<ProbePart, 'activations' | 'labels'>,
  constant: Uint8Array,
  classes: number,
  { signal }: Control = {},
): Promise<Float64Array> {
  const width = activations.layers * activations.hidden;
  const sums = new Float64Array(classes * width);
  const counts = new Float64Array(classes);
  for (let index = 0; index < activations.blockCount; index++) {
    const { start, rows, data } = await activations.block(index);
    for (let row = 0; row < rows; row++) {
      const label = labels[start + row];
      counts[label] += 1;
      for (let j = 0; j < width; j++) sums[label * width + j] += data[row * width + j];
    }
    await yieldToEvents();
    signal?.throwIfAborted();
  }
  const distances = new Float64Array(width);
  const some = [...counts.keys()].filter((label) => counts[label] > 0);
  const means = new Float64Array(some.length);
  for (let j = 0; j < width; j++) {
    if (constant[j]) continue;
    some.forEach((label, k) => (means[k] = sums[label * width + j] / counts[label]));
    distances[j] = pairDistances(means.sort());
  }
  return distances;
}

/** Σ |a − b| over all pairs of ascending values: each counts as often as it is the larger one, less the smaller. */
function pairDistances(ascending: Float64Array): number {
  const last = ascending.length - 1;
  return ascending.reduce((sum, value, place) => sum + value * (2 * place - last), 0);
}

function overlapOf(a: Int32Array, b: Int32Array, neurons: number): number {
  const own = new Set(a.subarray(0, neurons));
  return b.subarray(0, neurons).filter((neuron) => own.has(neuron)).length / neurons;
}
