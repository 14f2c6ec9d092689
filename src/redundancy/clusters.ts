/**
 * Flat clusters of neurons from one dendrogram (protocols.md §5), numbered as SciPy's `fcluster(criterion='distance')`.
 * Cutting costs one walk over the dendrogram, so a threshold can be dragged; nothing here needs the distances.
 */
import type { Control } from '../base/abort.ts';
import { type Correlation, distancesAmong } from './correlation.ts';
import { noClustering } from '../data/question.ts';
import { linkage, linkageColumns } from './linkage.ts';

/** `paper` clusters constant neurons too, each stays alone; `refined` sets them aside first. */
export type Constants = 'clustered' | 'aside';

/** How a stretch of neurons 0 … width − 1 comes together. */
export interface Dendrogram {
  /** All neurons of the stretch, those set aside included. */
  width: number;
  /** The neurons that are clustered, ascending: leaf i is neuron `neurons[i]`. */
  neurons: Int32Array<ArrayBuffer>;
  /** Of the stretch, clustered or not. */
  constantNeurons: number;
  /** Z as SciPy's, [neurons − 1, 4]; empty for fewer than two neurons. */
  linkage: Float64Array<ArrayBuffer>;
}

/**
 * The dendrogram of the first `width` neurons, that is, of the layers that a LayerSelector kept.
 * Needs as much memory again as the distances among them while it runs. Progress counts pairs of clusters.
 */
export async function dendrogram(
  correlation: Correlation,
  { width = correlation.width, constants }: { width?: number; constants: Constants },
  control: Control = {},
): Promise<Dendrogram> {
  const constant = correlation.constant.subarray(0, width);
  const all = Int32Array.from({ length: width }, (_, neuron) => neuron);
  const neurons = constants === 'aside' ? all.filter((neuron) => constant[neuron] === 0) : all;
  const constantNeurons = constant.reduce((sum, flag) => sum + flag, 0);
  const z =
    neurons.length === 0
      ? new Float64Array(0)
      : await linkage(await distancesAmong(correlation, neurons, control), neurons.length, control);
  return { width, neurons, constantNeurons, linkage: z };
}

/** Labels of all neurons of the stretch [width]: 1 … clusters, 0 for a neuron set aside. −1: every neuron by itself. */
export function clustersAt(dendrogram: Dendrogram, threshold: number): Int32Array<ArrayBuffer> {
  const { width, neurons } = dendrogram;
  const labels = new Int32Array(width);
  if (neurons.length === 0) return labels;
  const flat = threshold === noClustering ? null : flatClusters(dendrogram.linkage, threshold);
  neurons.forEach((neuron, leaf) => (labels[neuron] = flat ? flat[leaf] : leaf + 1));
  return labels;
}

/** How many clusters there are at each threshold: leaves less merges at or below it. */
export function clusterCounts({ neurons, linkage }: Dendrogram, thresholds: readonly number[]): number[] {
  const counts = thresholds.map((threshold) => {
    let low = 0;
    let high = linkage.length / linkageColumns;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (linkage[middle * linkageColumns + 2] <= threshold) low = middle + 1;
      else high = middle;
    }
    return neurons.length - low;
  });
  return counts;
}

/** Members of clusters 1, 2 … in ascending order; label 0 belongs to none. */
export function membersOf(labels: Int32Array): number[][] {
  const members: number[][] = [];
  labels.forEach((label, neuron) => {
    if (label > 0) (members[label - 1] ??= []).push(neuron);
  });
  return members;
}

/**
 * `fcluster(Z, threshold, criterion='distance')`: labels of the n leaves. Heights of `linkage` ascend, so a cluster's
 * cophenetic distance is its own height. Numbers follow SciPy's walk (`cluster_monocrit`): left before right, but a leaf
 * that is alone gets its number only after the other side of its node is done.
 */
export function flatClusters(linkage: Float64Array, threshold: number): Int32Array<ArrayBuffer> {
  const merges = linkage.length / linkageColumns;
  const n = merges + 1;
  const labels = new Int32Array(n).fill(1);
  if (merges === 0) return labels;
  const stack = new Int32Array(n);
  const visited = new Uint8Array(merges);
  let depth = 0;
  let count = 0;
  let leader = -1;
  stack[0] = merges - 1;
  while (depth >= 0) {
    const merge = stack[depth];
    const left = linkage[merge * linkageColumns];
    const right = linkage[merge * linkageColumns + 1];
    if (leader === -1 && linkage[merge * linkageColumns + 2] <= threshold) {
      leader = merge;
      count++;
    }
    const below = [left, right].find((child) => child >= n && visited[child - n] === 0);
    if (below !== undefined) {
      visited[below - n] = 1;
      stack[++depth] = below - n;
      continue;
    }
    for (const leaf of [left, right]) {
      if (leaf < n) labels[leaf] = leader === -1 ? ++count : count;
    }
    if (leader === merge) leader = -1;
    depth--;
  }
  return labels;
}
