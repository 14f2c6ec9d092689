/**
 * Over how many layers a cluster of neurons spans: last − first layer + 1 (§5.2 of the paper), as a histogram over
 * clusters, of one task or pooled over several. Labels are 1 … clusters, one a neuron, layer-major; 0 belongs to none.
 */

export interface WindowCount {
  /** Layers from a cluster's first to its last. */
  window: number;
  clusters: number;
}

/** Every window from 1 to `layers`, also those that no cluster has. */
export function windows(labels: Int32Array, shape: { layers: number; hidden: number }): WindowCount[] {
  const { layers, hidden } = shape;
  const count = labels.reduce((most, label) => Math.max(most, label), 0);
  const first = new Int32Array(count + 1).fill(layers);
  const last = new Int32Array(count + 1).fill(-1);
  labels.forEach((label, neuron) => {
    const layer = Math.floor(neuron / hidden);
    if (layer < first[label]) first[label] = layer;
    if (layer > last[label]) last[label] = layer;
  });
  const clusters = new Array<number>(layers).fill(0);
  for (let label = 1; label <= count; label++) clusters[last[label] - first[label]]++;
  return clusters.map((number, i) => ({ window: i + 1, clusters: number }));
}

/** Clusters of all runs together, window by window; runs may have different numbers of layers. */
export function pooledWindows(runs: readonly (readonly WindowCount[])[]): WindowCount[] {
  const widest = runs.flat().reduce((most, { window }) => Math.max(most, window), 0);
  const clusters = new Array<number>(widest).fill(0);
  for (const { window, clusters: number } of runs.flat()) clusters[window - 1] += number;
  return clusters.map((number, i) => ({ window: i + 1, clusters: number }));
}
