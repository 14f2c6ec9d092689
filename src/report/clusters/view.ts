/**
 * Clusters of neurons as the page shows them: at any threshold from a dendrogram, or at those that a file holds. Labels
 * are 1 … clusters, one a neuron, layer-major, 0 for a neuron set aside as constant.
 */
import { noClustering } from '../../data/question.ts';
import type { Shape } from '../../measures/field.ts';
import { clusterCounts, clustersAt, type Dendrogram } from '../../redundancy/clusters.ts';
import { type WindowCount, windows } from '../../redundancy/windows.ts';
import type { Analysis } from '../analysis.ts';
import { sameThreshold } from '../neurons/question.ts';
import type { ClusteringEntry } from '../../run/run-file.ts';

/** Of all layers of a model. */
export type ClusterTree = Dendrogram & Shape;

export interface ClusterView {
  threshold: number;
  /** Layers from 0 that were clustered together. */
  layers: number;
  hidden: number;
  clusters: number;
  constantNeurons: number;
  labels: Int32Array;
  /** Neurons of each cluster; entry 0 counts those set aside. */
  sizes: Int32Array;
  windows: WindowCount[];
  /** Scores of a probe on one neuron a cluster; null where none was trained. */
  entry: ClusteringEntry | null;
}

/** What crosses from the engine (session/contract.ts, LiveClusters), in arrays of the page's own. */
export function clusterTree(
  live: { linkage: Float64Array; neurons: Int32Array } & Shape,
  constantNeurons = live.layers * live.hidden - live.neurons.length,
): ClusterTree {
  const { layers, hidden } = live;
  const [linkage, neurons] = [new Float64Array(live.linkage), new Int32Array(live.neurons)];
  return { layers, hidden, width: layers * hidden, constantNeurons, linkage, neurons };
}

/** Clusters at any threshold: one walk over the dendrogram, fast enough for a dragged slider. */
export function cutTree(tree: ClusterTree, threshold: number, entry: ClusteringEntry | null = null): ClusterView {
  const labels = clustersAt(tree, threshold);
  return view(labels, tree, { threshold, constantNeurons: tree.width - tree.neurons.length, entry });
}

/** What a file holds, by threshold; clusters of all layers, or where there are none, those of a selection up to `topLayer`. */
export function storedClusters({ clustering, selection, shape }: Analysis, topLayer: number): ClusterView[] {
  if (shape === null) return [];
  if (clustering.length > 0) {
    return clustering.map((entry) => {
      const { threshold, constantNeurons } = entry;
      const labels = entry.labels.length > 0 ? Int32Array.from(entry.labels) : everyNeuron(shape);
      return view(labels, shape, { threshold, constantNeurons, entry });
    });
  }
  const found = new Map<number, ClusterView>();
  for (const { threshold, labels, topLayer: top } of selection) {
    if (!labels || top !== topLayer || found.has(threshold)) continue;
    const own = Int32Array.from(labels);
    const constantNeurons = own.reduce((sum, label) => sum + (label === 0 ? 1 : 0), 0);
    const part = { layers: top + 1, hidden: shape.hidden };
    found.set(threshold, view(own, part, { threshold, constantNeurons, entry: null }));
  }
  return [...found.values()].sort((a, b) => a.threshold - b.threshold);
}

export function viewAt(views: readonly ClusterView[], threshold: number): ClusterView | null {
  return views.find((one) => sameThreshold(one.threshold, threshold)) ?? null;
}

function view(
  labels: Int32Array,
  { layers, hidden }: Shape,
  rest: Pick<ClusterView, 'threshold' | 'constantNeurons' | 'entry'>,
): ClusterView {
  const sizes = clusterSizes(labels);
  const clusters = sizes.length - 1;
  return { ...rest, layers, hidden, clusters, labels, sizes, windows: windows(labels, { layers, hidden }) };
}

/** Neurons of each cluster, by label; entry 0 counts those of none. */
export function clusterSizes(labels: Int32Array): Int32Array {
  const sizes = new Int32Array(labels.reduce((most, label) => Math.max(most, label), 0) + 1);
  for (const label of labels) sizes[label] += 1;
  return sizes;
}

function everyNeuron({ layers, hidden }: Shape): Int32Array {
  return Int32Array.from({ length: layers * hidden }, (_, neuron) => neuron + 1);
}

/** Thresholds at which the curve of clusters is drawn from a dendrogram. */
const curveSteps = 100;

/** Clusters against c: a hundred steps from a dendrogram, or what a file holds. */
export function clusterCurve(source: ClusterTree | readonly ClusterView[]): { threshold: number; clusters: number }[] {
  if ('linkage' in source) {
    const thresholds = Array.from({ length: curveSteps }, (_, step) => step / curveSteps);
    return clusterCounts(source, thresholds).map((clusters, step) => ({ threshold: thresholds[step] ?? 0, clusters }));
  }
  return source
    .filter(({ threshold }) => threshold !== noClustering)
    .map(({ threshold, clusters }) => ({ threshold, clusters }));
}

export interface SizeBin {
  /** "1", "2", "3–4", "5–8" … neurons a cluster. */
  title: string;
  clusters: number;
  neurons: number;
}

/** How large clusters are: bins that double, up to the largest cluster. */
export function sizeBins(sizes: Int32Array): SizeBin[] {
  const bins: SizeBin[] = [];
  for (let label = 1; label < sizes.length; label++) {
    const size = sizes[label] ?? 0;
    const bin = Math.ceil(Math.log2(size));
    for (let next = bins.length; next <= bin; next++) bins.push({ title: binTitle(next), clusters: 0, neurons: 0 });
    const own = bins[bin];
    if (!own) continue;
    own.clusters += 1;
    own.neurons += size;
  }
  return bins;
}

function binTitle(bin: number): string {
  const [from, to] = [2 ** (bin - 1) + 1, 2 ** bin];
  return bin === 0 ? '1' : from === to ? String(to) : `${from}–${to}`;
}

/** First and last layer of each cluster, by label. */
export function clusterEnds({ labels, sizes, layers, hidden }: ClusterView): { first: Int32Array; last: Int32Array } {
  const first = new Int32Array(sizes.length).fill(layers);
  const last = new Int32Array(sizes.length).fill(-1);
  labels.forEach((label, neuron) => {
    const layer = Math.floor(neuron / hidden);
    first[label] = Math.min(first[label], layer);
    last[label] = Math.max(last[label], layer);
  });
  return { first, last };
}
