/**
 * What became of every neuron: kept, or removed by layer selection, by clustering, by feature selection; set aside as
 * constant; or, where nothing was retrained yet, still open. Fates are numbers into `fates`, [layers × hidden].
 */
import type { Question } from '../../data/question.ts';
import type { Shape } from '../../measures/field.ts';
import type { TopWords } from '../../measures/top-words/field.ts';
import { neuronCount, neuronTitle, type NamedAnalysis } from '../analysis.ts';
import type { NeuronsChart } from '../chart.ts';
import { clusterSizes } from '../clusters/view.ts';
import { integer } from '../format.ts';
import { keptNeurons, type NeuronAnswer } from './question.ts';
import { countCell, numberColumns, textCell, type Table } from '../table.ts';

/** A result with its answer to the question that is shown. */
export interface Answered {
  result: NamedAnalysis;
  question: Question;
  answer: NeuronAnswer;
  map: FateMap | null;
}

/** In the order in which a layer's neurons are laid out. */
export const fates = ['kept', 'open', 'selection', 'clustering', 'constant', 'layers'] as const;

export type Fate = (typeof fates)[number];

/** What each fate is called and looks like. */
export const fateCategories: Readonly<Record<Fate, NeuronsChart['categories'][number]>> = {
  kept: { title: 'kept', tone: 'kept', glyph: 'full' },
  open: { title: 'still to be chosen from', tone: 'kept', glyph: 'frame' },
  selection: { title: 'removed by feature selection', tone: 2, glyph: 'dot' },
  clustering: { title: 'removed by clustering', tone: 3, glyph: 'corner' },
  constant: { title: 'constant, set aside', tone: 'faint', glyph: 'ring' },
  layers: { title: 'removed by layer selection', tone: 0, glyph: 'bar' },
};

export interface FateMap {
  shape: Shape;
  fates: Uint8Array;
  /** Place in the ordering from 1; 0 for neurons that were not ranked. */
  rank: Int32Array;
  /** Cluster from 1 of every neuron where clusters are known, 0 elsewhere. */
  labels: Int32Array | null;
  /** Neurons of each cluster, by label. */
  sizes: Int32Array | null;
  counts: Readonly<Record<Fate, number>>;
  /** The words that drive a neuron, strongest first, where rows are words and it was looked at. */
  words: ReadonlyMap<number, TopWords[number]['words']>;
}

/**
 * @param clusters labels of all neurons, or of those up to the top layer, for an answer that is still open: the first
 *   of each cluster stands for it.
 */
export function fateMap(
  shape: Shape,
  answer: NeuronAnswer,
  clusters: ArrayLike<number> | null = null,
  topWords: TopWords = [],
): FateMap {
  const total = neuronCount(shape);
  const width = Math.min(total, (answer.topLayer + 1) * shape.hidden);
  const codes = new Uint8Array(total).fill(codeOf('layers'));
  const rank = new Int32Array(total);
  const labels = answer.kind === 'open' ? clusters : (answer.entry.labels ?? null);
  const left = answer.kind === 'open' ? firstOfEach(labels, width) : (answer.entry.representatives ?? null);
  const chosen = new Set(left);
  for (let neuron = 0; neuron < width; neuron++) {
    const aside = labels !== null && labels[neuron] === 0;
    const stays = left === null || chosen.has(neuron);
    codes[neuron] = codeOf(aside ? 'constant' : !stays ? 'clustering' : answer.kind === 'open' ? 'open' : 'selection');
  }
  if (answer.kind !== 'open') answer.entry.ordering.forEach((neuron, place) => (rank[neuron] = place + 1));
  for (const neuron of keptNeurons(answer, shape.hidden)) codes[neuron] = codeOf('kept');
  const own = labels && Int32Array.from(labels);
  const words = new Map(topWords.map((entry) => [entry.neuron, entry.words]));
  return { shape, fates: codes, rank, labels: own, sizes: own && clusterSizes(own), counts: countFates(codes), words };
}

function firstOfEach(labels: ArrayLike<number> | null, width: number): number[] | null {
  if (labels === null) return null;
  const seen = new Set<number>();
  const first: number[] = [];
  for (let neuron = 0; neuron < width; neuron++) {
    const label = labels[neuron] ?? 0;
    if (label === 0 || seen.has(label)) continue;
    seen.add(label);
    first.push(neuron);
  }
  return first;
}

function codeOf(fate: Fate): number {
  return fates.indexOf(fate);
}

function countFates(codes: Uint8Array): Record<Fate, number> {
  const counts = { kept: 0, open: 0, selection: 0, clustering: 0, constant: 0, layers: 0 };
  for (const code of codes) counts[fates[code] ?? 'layers'] += 1;
  return counts;
}

/** Fates of one layer. */
export function layerCounts({ fates: codes, shape: { hidden } }: FateMap, layer: number): Record<Fate, number> {
  return countFates(codes.subarray(layer * hidden, (layer + 1) * hidden));
}

/** "Layer 3, neuron 127: kept, rank 4, one of 12 alike". */
export function fateOfNeuron(map: FateMap, neuron: number): string {
  return `${neuronTitle(neuron, map.shape.hidden)}: ${fateInWords(map, neuron)}${drivenBy(map, neuron)}`;
}

/** "kept, rank 4, one of 12 alike" */
export function fateInWords(map: FateMap, neuron: number): string {
  const fate = fates[map.fates[neuron] ?? 0] ?? 'layers';
  const words = [fateCategories[fate].title];
  const rank = map.rank[neuron] ?? 0;
  if (rank > 0) words.push(`rank ${rank}`);
  const label = map.labels?.[neuron] ?? 0;
  const alike = label > 0 ? (map.sizes?.[label] ?? 1) : 1;
  if (alike > 1) words.push(`one of ${alike} alike`);
  return words.join(', ');
}

/** The other neurons of its cluster, by number; none where it stands alone, was set aside, or nothing was clustered. */
export function clusterMates({ labels }: Pick<FateMap, 'labels'>, neuron: number): number[] {
  const own = labels?.[neuron] ?? 0;
  if (labels === null || own === 0) return [];
  return Array.from(labels.keys()).filter((other) => labels[other] === own && other !== neuron);
}

/** "; driven by “of” (+, 1 203 ×), “the” (−, 87 ×)"; nothing for a neuron that was not looked at. */
export function drivenBy(map: FateMap, neuron: number, most = 5): string {
  const text = drivingWords(map, neuron, most);
  return text === '' ? '' : `; driven by ${text}`;
}

/** The words with the direction in which they move the neuron, and how often train holds them. */
export function drivingWords({ words }: FateMap, neuron: number, most: number): string {
  const own = words.get(neuron) ?? [];
  return own
    .slice(0, most)
    .map(({ word, count, mean }) => `“${word}” (${mean < 0 ? '−' : '+'}, ${integer(count)} ×)`)
    .join(', ');
}

/** Each layer's neurons by fate, the ranked ones by rank: the grain first, the chaff last. */
function orderByFate({ shape: { layers, hidden }, fates: codes, rank }: FateMap): Int32Array {
  const order = new Int32Array(layers * hidden);
  // One number a neuron: fate, then rank (the unranked last), then its own number.
  const key = (neuron: number) => (codes[neuron] * 2 ** 16 + (rank[neuron] || 2 ** 16 - 1)) * 2 ** 16;
  for (let layer = 0; layer < layers; layer++) {
    const keys = Float64Array.from({ length: hidden }, (_, index) => key(layer * hidden + index) + index);
    keys.sort().forEach((value, place) => (order[layer * hidden + place] = layer * hidden + (value % 2 ** 16)));
  }
  return order;
}

/** The product's face: every neuron of the model by what became of it. */
export function fateChart(map: FateMap, order: 'fate' | 'number', label: string): NeuronsChart {
  const keptOf = (layer: number): string => {
    const { kept } = layerCounts(map, layer);
    return kept > 0 ? `${integer(kept)} kept` : '';
  };
  return {
    kind: 'neurons',
    label,
    shape: map.shape,
    categories: fates.map((fate) => fateCategories[fate]),
    categoryOf: map.fates,
    counted: true,
    ...(order === 'fate' && { order: orderByFate(map), xTitle: 'by fate' }),
    ...(map.counts.kept > 0 && { notes: Array.from({ length: map.shape.layers }, (_, layer) => keptOf(layer)) }),
    read: (neuron) => fateOfNeuron(map, neuron),
  };
}

/** Neurons by layer and fate; only fates that occur. */
export function fateTable(map: FateMap): Table {
  const shown = fates.filter((fate) => map.counts[fate] > 0);
  const layers = Array.from({ length: map.shape.layers }, (_, layer) => {
    const counts = layerCounts(map, layer);
    return [countCell(layer), ...shown.map((fate) => countCell(counts[fate])), countCell(map.shape.hidden)];
  });
  const sums = shown.map((fate) => countCell(map.counts[fate]));
  return {
    columns: numberColumns('layer', ...shown.map((fate) => fateCategories[fate].title), 'neurons'),
    rows: [...layers, [textCell('all'), ...sums, countCell(neuronCount(map.shape))]],
  };
}
