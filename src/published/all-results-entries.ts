/**
 * One selection or clustering of an `all_results.json` as a run file has it. The file counts neurons of the filtered
 * matrix; `independent_neurons` says which model neuron each of them is.
 */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';
import { bySplit } from '../data/scores.ts';
import type { ScoreName } from '../data/tasks.ts';
import { noClustering, type Deltas } from '../data/question.ts';
import { windows } from '../redundancy/windows.ts';
import { overall, probeSchema, type PublishedProbe, type PublishedSelection } from './all-results-schema.ts';
import type { ClusteringEntry, Score, Scores, SelectionEntry, SplitScores } from '../run/run-file.ts';

/** Where an entry stands and how its scores are read. */
export interface EntryPlace {
  name: string;
  where: string;
  metric: ScoreName;
  labels: readonly string[];
  hidden: number;
}

export function wrong(name: string, where: string, what: string): WinnowError {
  const message = `\`${name}\` is not in the layout of the published scripts: at ${where}, ${what}.`;
  return new WinnowError('bad-file', message, 'Run the published script again, or open another file.');
}

/** `selection-3-1` as per cents; null for another name. */
export function deltasOf(key: string): Deltas | null {
  const found = /^selection-(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(key);
  return found && { layers: Number(found[1]), neurons: Number(found[2]) };
}

/** Neurons before clustering: one cluster number each, or as many as the largest probe without clustering reads. */
export function widthOf(found: PublishedSelection): number {
  return found.clusters?.length ?? Math.max(found.ordering?.length ?? 0, [...retrained(found).keys()].at(-1) ?? 0);
}

/** A cluster number sizes what is drawn, so a foreign one is refused: there are no more clusters than neurons. */
function clustersOf(found: PublishedSelection, { name, where }: EntryPlace): number[] | undefined {
  const { clusters } = found;
  const beyond = clusters?.find((label) => label > clusters.length);
  if (clusters === undefined || beyond === undefined) return clusters;
  throw wrong(name, `${where}.clusters`, `expected at most ${clusters.length} clusters but received ${beyond}`);
}

/** What stands under `selected-N`, by N ascending. */
function retrained(found: PublishedSelection): Map<number, unknown> {
  const all = Object.entries(found).flatMap(([key, value]): [number, unknown][] => {
    const size = /^selected-(\d+)$/.exec(key);
    return size ? [[Number(size[1]), value]] : [];
  });
  return new Map(all.sort(([a], [b]) => a - b));
}

function probesOf(found: PublishedSelection, { name, where }: EntryPlace): Map<number, PublishedProbe> {
  const probes = new Map<number, PublishedProbe>();
  for (const [size, value] of retrained(found)) {
    const result = v.safeParse(probeSchema, value);
    if (!result.success) {
      const path = [`${where}.selected-${size}`, v.getDotPath(result.issues[0])].filter(Boolean).join('.');
      throw wrong(name, path, result.issues[0].message.toLowerCase());
    }
    probes.set(size, result.output);
  }
  return probes;
}

/** Scores of one seed, as the file has them. */
export function publishedScores(probe: PublishedProbe, metric: ScoreName, labels: readonly string[]): SplitScores {
  const scores = bySplit((split): Scores => ({ [metric]: oneSeed(probe[`${split}_scores`][overall] ?? null) }));
  if (labels.length === 0) return scores;
  return { ...scores, classes: bySplit((split) => labels.map((label) => probe[`${split}_scores`][label] ?? null)) };
}

function oneSeed(value: number | null): Score {
  return { mean: value, deviation: value === null ? null : 0, seeds: [value] };
}

export function clusteringEntry(found: PublishedSelection, place: EntryPlace & { layers: number }): ClusteringEntry {
  const { layers, hidden, metric, labels: classes } = place;
  const labels = clustersOf(found, place) ?? [];
  const representatives = representativesOf(found, place);
  const every = Int32Array.from({ length: layers * hidden }, (_, neuron) => neuron + 1);
  return {
    threshold: found.clustering_threshold ?? noClustering,
    clusters: found.clusters ? representatives.length : every.length,
    labels,
    representatives,
    constantNeurons: 0,
    windows: windows(found.clusters ? Int32Array.from(labels) : every, { layers, hidden }),
    ...publishedScores(found.base_results, metric, classes),
  };
}

export function selectionEntry(
  found: PublishedSelection,
  place: EntryPlace & { deltas: Deltas; topLayer: number },
): SelectionEntry {
  const { name, where, metric, labels, hidden, deltas, topLayer } = place;
  const clusters = clustersOf(found, place);
  const independent = found.independent_neurons && representativesOf(found, place);
  const count = independent?.length ?? widthOf(found);
  const model = (list: readonly number[], field: string) =>
    list.map((index) => {
      if (index >= count)
        throw wrong(name, `${where}.${field}`, `expected neurons below ${count} but received ${index}`);
      return independent?.[index] ?? index;
    });
  const size = found.minimal_neuron_set_size ?? count;
  const probes = probesOf(found, place);
  const minimal = probes.get(size) ?? (size === count ? found.base_results : undefined);
  if (!minimal) throw wrong(name, where, `expected the scores \`selected-${size}\` of the minimal set`);
  const neurons = model(found.minimal_neuron_set ?? [], 'minimal_neuron_set');
  return {
    deltas,
    threshold: found.clustering_threshold ?? noClustering,
    topLayer,
    base: publishedScores(found.base_results, metric, labels),
    ...(clusters && { labels: clusters }),
    ...(independent && { representatives: independent }),
    ordering: model(found.ordering ?? [], 'ordering'),
    cutoffs: [],
    sizes: [...probes].map(([count, probe]) => ({ neurons: count, ...publishedScores(probe, metric, labels) })),
    minimalSet: {
      size,
      neurons: neurons.map((neuron) => ({ layer: Math.floor(neuron / hidden), index: neuron % hidden })),
      ...publishedScores(minimal, metric, labels),
    },
  };
}

function representativesOf(found: PublishedSelection, { name, where }: EntryPlace): number[] {
  const width = widthOf(found);
  const all = found.independent_neurons ?? [];
  const beyond = all.find((neuron) => neuron >= width);
  if (beyond === undefined) return all;
  throw wrong(name, `${where}.independent_neurons`, `expected neurons below ${width} but received ${beyond}`);
}
