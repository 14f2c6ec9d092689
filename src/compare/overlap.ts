/** How far two results of one model agree: on the neurons that they keep, and on which neurons are in one cluster. */
import type { Analysis } from '../report/analysis.ts';
import { sameQuestion, sameThreshold } from '../report/neurons/question.ts';
import { verdictOf } from '../report/verdict/verdict.ts';
import type { SelectionEntry } from '../run/run-file.ts';
import { weightsOf, type ComparedRun } from './run.ts';

export interface SetOverlap {
  first: number;
  other: number;
  both: number;
  /** both / either; null where both are empty. */
  jaccard: number | null;
}

export interface ClusterOverlap {
  threshold: number;
  /** Clusters of at least two neurons, and how many of them hold the very same neurons in both. */
  first: number;
  other: number;
  same: number;
  /** Pairs of neurons in one cluster in both / in either; null where no pair is in a cluster. */
  jaccard: number | null;
}

export interface Overlap {
  runs: readonly [ComparedRun, ComparedRun];
  /** Of the answers that the headlines are about; null where one of them has none. */
  kept: SetOverlap | null;
  /** At every threshold that both have clusters of all layers at. */
  clusters: ClusterOverlap[];
}

/** Of every two results of one model, each pair once. */
export function overlapsAmong(runs: readonly ComparedRun[]): Overlap[] {
  const kept = new Map(runs.map((run) => [run, keptOf(run.analysis)]));
  return runs.flatMap((first, place) =>
    runs.slice(place + 1).flatMap((other) => {
      if (!sameModel(first, other)) return [];
      const [own, its] = [kept.get(first) ?? null, kept.get(other) ?? null];
      const clusters = clusterOverlaps(first.analysis, other.analysis);
      return [{ runs: [first, other] as const, kept: own && its && setOverlap(own, its), clusters }];
    }),
  );
}

function sameModel(first: ComparedRun, other: ComparedRun): boolean {
  const [shape, its] = [first.analysis.shape, other.analysis.shape];
  const isSame = weightsOf(first) !== null && weightsOf(first) === weightsOf(other);
  return isSame && shape !== null && shape.layers === its?.layers && shape.hidden === its.hidden;
}

/** The answer that a result's headline is about; null where it has none. */
export function headlineEntry(analysis: Analysis): SelectionEntry | null {
  const { answer } = verdictOf(analysis, '');
  if (answer === null) return null;
  if (answer.maxFeatures) return analysis.maxFeatures;
  return analysis.selection.find((entry) => sameQuestion(entry, answer)) ?? null;
}

/** Neurons of the headline's answer, layer × hidden + index. */
function keptOf(analysis: Analysis): Set<number> | null {
  const entry = headlineEntry(analysis);
  if (entry === null || analysis.shape === null) return null;
  const { hidden } = analysis.shape;
  const { neurons, size } = entry.minimalSet;
  if (neurons.length !== size) return new Set(entry.ordering.slice(0, size));
  return new Set(neurons.map(({ layer, index }) => layer * hidden + index));
}

export function setOverlap(first: ReadonlySet<number>, other: ReadonlySet<number>): SetOverlap {
  const both = [...first].filter((neuron) => other.has(neuron)).length;
  const either = first.size + other.size - both;
  return { first: first.size, other: other.size, both, jaccard: either === 0 ? null : both / either };
}

function clusterOverlaps(first: Analysis, other: Analysis): ClusterOverlap[] {
  return first.clustering.flatMap(({ threshold, labels }) => {
    const its = other.clustering.find((entry) => sameThreshold(entry.threshold, threshold));
    if (threshold < 0 || its?.labels.length !== labels.length || labels.length === 0) return [];
    return [{ threshold, ...clusterOverlap(labels, its.labels) }];
  });
}

/** @param first cluster from 1 of every neuron, 0 for one set aside; the other alike, of the same neurons. */
export function clusterOverlap(first: readonly number[], other: readonly number[]): Omit<ClusterOverlap, 'threshold'> {
  const [own, its] = [sizesOf(first), sizesOf(other)];
  const shared = new Map<string, { count: number; sizes: [number, number] }>();
  first.forEach((label, neuron) => {
    if (label === 0 || other[neuron] === 0) return;
    const key = `${label} ${other[neuron]}`;
    const sizes: [number, number] = [own.get(label) ?? 0, its.get(other[neuron]) ?? 0];
    shared.set(key, { count: (shared.get(key)?.count ?? 0) + 1, sizes });
  });
  const cells = [...shared.values()];
  const together = cells.reduce((sum, { count }) => sum + pairs(count), 0);
  const either = pairsIn(own) + pairsIn(its) - together;
  return {
    first: several(own),
    other: several(its),
    same: cells.filter(({ count, sizes }) => count > 1 && sizes.every((size) => size === count)).length,
    jaccard: either === 0 ? null : together / either,
  };
}

function sizesOf(labels: readonly number[]): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const label of labels) if (label > 0) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return sizes;
}

function several(sizes: ReadonlyMap<number, number>): number {
  return [...sizes.values()].filter((size) => size > 1).length;
}

function pairsIn(sizes: ReadonlyMap<number, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + pairs(size), 0);
}

function pairs(size: number): number {
  return (size * (size - 1)) / 2;
}
