/**
 * A question about neurons (how much may be lost by leaving layers out, how much by leaving neurons out, from which
 * likeness on neurons count as one) and what a result already knows about it. Nothing is trained here: an answer says
 * whether it was retrained, follows from sizes that were tried for another question, or has to wait.
 * Deltas are per cent; a threshold is a cophenetic distance, −1 for no clustering.
 */
import type { Question } from '../../data/question.ts';
import { selectTopLayer, target } from '../../redundancy/layer-selector.ts';
import type { Analysis } from '../analysis.ts';
import type { SelectionEntry, SplitScores } from '../../run/run-file.ts';

export type NeuronAnswer =
  /** Retrained for this very question. */
  | { kind: 'trained'; topLayer: number; entry: SelectionEntry; size: number; scores: SplitScores }
  /** The smallest size that was tried with these layers and clusters and that this delta allows: the true one is no larger. */
  | { kind: 'tried'; topLayer: number; entry: SelectionEntry; size: number; scores: SplitScores }
  /** Nothing was retrained with these layers and clusters. */
  | { kind: 'open'; topLayer: number };

export function sameThreshold(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-9;
}

export function sameQuestion(a: Question, b: Question): boolean {
  return (
    a.deltas.layers === b.deltas.layers &&
    a.deltas.neurons === b.deltas.neurons &&
    sameThreshold(a.threshold, b.threshold)
  );
}

/** Every threshold that the result has numbers for, ascending; −1 first. */
export function knownThresholds({ clustering, selection, maxFeatures }: Analysis): number[] {
  const all = [...clustering, ...selection, ...(maxFeatures ? [maxFeatures] : [])].map(({ threshold }) => threshold);
  return [...new Set(all)].sort((a, b) => a - b);
}

/** LayerSelector's choice for a loss of `delta` per cent; null for a file without scores by layer. */
export function topLayerFor({ layers, metric, protocol }: Analysis, delta: number): number | null {
  if (layers === null || layers.concatenated.length === 0) return null;
  const dev = layers.concatenated.map((entry) => entry.dev[metric]?.mean ?? null);
  return selectTopLayer(dev, delta, protocol);
}

export function answerTo(analysis: Analysis, question: Question): NeuronAnswer {
  const asked = analysis.selection.find((entry) => sameQuestion(entry, question));
  if (asked) return trained(asked);
  // Its question, no loss by layers and no clustering, is one that sliders can ask too.
  const { maxFeatures } = analysis;
  if (maxFeatures && sameQuestion(maxFeatures, question)) return trained(maxFeatures);
  const topLayer = topLayerFor(analysis, question.deltas.layers) ?? (analysis.shape?.layers ?? 1) - 1;
  const alike = analysis.selection.filter(
    (entry) => entry.topLayer === topLayer && sameThreshold(entry.threshold, question.threshold),
  );
  const same = alike.find(({ deltas }) => deltas.neurons === question.deltas.neurons);
  if (same) return trained(same);
  const [entry] = alike.sort((a, b) => b.sizes.length - a.sizes.length);
  if (!entry) return { kind: 'open', topLayer };
  const tried = smallestTried(entry, analysis, question.deltas.neurons);
  return { kind: 'tried', topLayer, entry, ...tried };
}

function trained(entry: SelectionEntry): NeuronAnswer {
  const { topLayer, minimalSet } = entry;
  return { kind: 'trained', topLayer, entry, size: minimalSet.size, scores: minimalSet };
}

function smallestTried(entry: SelectionEntry, { metric, protocol }: Analysis, delta: number) {
  const base = entry.base.dev[metric]?.mean ?? null;
  const least = base === null ? null : target(base, delta, protocol);
  const passing = entry.sizes.find(({ dev }) => {
    const score = dev[metric]?.mean ?? null;
    return least !== null && score !== null && score > least;
  });
  const all = { size: leftToChooseFrom(entry), scores: entry.base };
  return passing ? { size: passing.neurons, scores: passing } : all;
}

/** Neurons that layer selection and clustering leave. */
export function leftToChooseFrom({ representatives, ordering, sizes }: SelectionEntry): number {
  return representatives?.length ?? Math.max(ordering.length, ...sizes.map(({ neurons }) => neurons));
}

/** The kept neurons of an answer, most important first. */
export function keptNeurons(answer: NeuronAnswer, hidden: number): number[] {
  if (answer.kind === 'open') return [];
  const { entry, size } = answer;
  const own = entry.minimalSet.neurons;
  if (answer.kind === 'trained' && own.length === size) return own.map(({ layer, index }) => layer * hidden + index);
  return entry.ordering.slice(0, size);
}
