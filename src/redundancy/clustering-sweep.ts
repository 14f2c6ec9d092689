/**
 * What clustering alone costs (protocols.md §5): over all layers, for every threshold, the clusters, how many layers they
 * span, and the score of a probe on one neuron a cluster.
 */
import type { Control } from '../base/abort.ts';
import type { Device } from '../compute/device.ts';
import type { TrainedLayers } from '../probe/layer-probes.ts';
import type { ProbeOptions, ProbeParts } from '../probe/parts.ts';
import type { NeuronStatistics } from '../probe/statistics.ts';
import { subsetProbes } from '../probe/subset-probes.ts';
import { checkThresholds, noClustering } from '../data/question.ts';
import type { ClusteringEntry } from '../run/run-file.ts';
import type { Clusterer } from './clusterer.ts';
import { windows } from './windows.ts';

export interface SweepInput {
  parts: ProbeParts;
  /** The oracle stands for no clustering. */
  layers: Pick<TrainedLayers, 'oracle' | 'standard'>;
  /** With draws of its own: the published clustering script starts again from the split. */
  clusterer: Clusterer;
}

/** Called for each threshold: its clusters at once, without scores, then again with them. */
export interface SweepControl extends Control {
  clustered?: (entry: ClusteringEntry) => void;
}

/** All thresholds of the published sweep. */
export const sweepThresholds = [noClustering, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

/**
 * One entry a threshold. Progress counts thousandths of a threshold.
 * @throws WinnowError `bad-option` for thresholds out of range, `bad-data`, `device-lost`; DOMException AbortError.
 */
export async function clusteringSweep(
  device: Device,
  { parts, layers, clusterer }: SweepInput,
  thresholds: readonly number[],
  options: ProbeOptions,
  { signal, progress, clustered }: SweepControl = {},
): Promise<ClusteringEntry[]> {
  checkThresholds(thresholds);
  const { activations } = parts.train;
  const entries: ClusteringEntry[] = [];
  for (const threshold of thresholds) {
    const before = entries.length * 1000;
    const within = (done: number, total: number) =>
      progress?.(before + Math.floor((1000 * done) / total), 1000 * thresholds.length);
    const topLayer = activations.layers - 1;
    const found = threshold === noClustering ? null : await clusterer.at(topLayer, threshold, { signal });
    const labels = found?.labels ?? eachAlone(activations.layers * activations.hidden, layers.standard);
    const entry: ClusteringEntry = {
      threshold,
      clusters: labels.reduce((most, label) => Math.max(most, label), 0),
      labels: found ? [...labels] : [],
      representatives: found ? [...found.representatives] : [],
      constantNeurons: clusterer.constantNeurons,
      windows: windows(labels, activations),
    };
    clustered?.(entry);
    const scored = { ...entry, ...(await scores(found?.representatives ?? null, within)) };
    clustered?.(scored);
    entries.push(scored);
    within(1, 1);
  }
  return entries;

  async function scores(neurons: Int32Array | null, within: Control['progress']): Promise<Partial<ClusteringEntry>> {
    if (neurons === null) return layers.oracle;
    if (neurons.length === 0) return {};
    const subset = { neurons, standard: layers.standard };
    const [probe] = await subsetProbes(device, parts, subset, [neurons.length], options, { signal, progress: within });
    return probe.scores;
  }
}

/** Every neuron a cluster of its own; in `refined` a constant one belongs to none. */
function eachAlone(width: number, standard: NeuronStatistics | null): Int32Array {
  let last = 0;
  return Int32Array.from({ length: width }, (_, neuron) => (standard?.constant[neuron] ? 0 : ++last));
}
