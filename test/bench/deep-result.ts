/** A stored result widened to a larger model, for measurements of the page: its sizes are real, its numbers mean nothing. */
import type { RunFile, SelectionEntry } from '../../src/run/run-file.ts';

/** @param layers without the embeddings */
export function deepResult(run: RunFile, layers: number, hidden: number): RunFile {
  const depth = layers + 1;
  const byLayer = <T extends object>(list: readonly T[]): T[] =>
    Array.from({ length: depth }, (_, layer) => ({ ...list[layer % list.length], layer }));
  const square = (values: readonly (readonly (number | null)[])[]): (number | null)[][] =>
    Array.from({ length: depth }, (_, a) => Array.from({ length: depth }, (_, b) => 1 / (1 + Math.abs(a - b) / 4))).map(
      (row, a) => row.map((value, b) => (values[a % values.length][b % values.length] === null ? null : value)),
    );
  const { procrustes } = run;
  return {
    ...run,
    topWords: undefined,
    model: { ...run.model, layers, hidden },
    layers: run.layers && {
      individual: byLayer(run.layers.individual),
      concatenated: byLayer(run.layers.concatenated),
    },
    ...(run.cka && { cka: { biased: square(run.cka.biased), debiased: square(run.cka.debiased) } }),
    ...(procrustes && { procrustes: square(procrustes) }),
    ...(run.selectivity && { selectivity: { ...run.selectivity, layers: byLayer(run.selectivity.layers) } }),
    clustering: (run.clustering ?? []).map((entry) => {
      const { labels, representatives } = pairs(depth * hidden);
      const windows = Array.from({ length: depth }, (_, own) => ({ window: own + 1, clusters: own < 2 ? 2 : 0 }));
      return { ...entry, clusters: representatives.length, labels, representatives, constantNeurons: 0, windows };
    }),
    selection: (run.selection ?? []).map((entry) => deepEntry(entry, depth, hidden)),
  };
}

/** Neurons two by two in one cluster. */
function pairs(neurons: number): { labels: number[]; representatives: number[] } {
  return {
    labels: Array.from({ length: neurons }, (_, neuron) => 1 + Math.floor(neuron / 2)),
    representatives: Array.from({ length: Math.ceil(neurons / 2) }, (_, pair) => 2 * pair),
  };
}

function deepEntry(entry: SelectionEntry, depth: number, hidden: number): SelectionEntry {
  const topLayer = Math.min(depth - 1, 2 * entry.topLayer);
  const all = (topLayer + 1) * hidden;
  const clusters = entry.threshold > 0 ? pairs(all) : null;
  const left = clusters?.representatives ?? Array.from({ length: all }, (_, neuron) => neuron);
  const ordering = [...left].reverse();
  const size = Math.min(ordering.length, entry.minimalSet.size);
  const grown = (count: number): number => Math.max(1, Math.min(left.length, Math.round(count * 16)));
  return {
    ...entry,
    leaders: undefined,
    topLayer,
    ...clusters,
    ordering,
    weights: ordering.map((_, rank) => 1 / (1 + rank)),
    cutoffs: entry.cutoffs.map(grown),
    sizes: entry.sizes.map((tried) => ({ ...tried, neurons: grown(tried.neurons) })),
    minimalSet: {
      ...entry.minimalSet,
      size,
      neurons: ordering
        .slice(0, size)
        .map((neuron) => ({ layer: Math.floor(neuron / hidden), index: neuron % hidden })),
    },
  };
}
