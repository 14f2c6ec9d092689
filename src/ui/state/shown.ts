/**
 * What of each open result the present question shows: which answer, which clusters, what became of every neuron. All of
 * it follows at once from what is computed; a run that the engine holds gives clusters at any threshold, a file at its own.
 */
import type { Question } from '../../data/question.ts';
import type { Analysis } from '../../report/analysis.ts';
import {
  clusterTree,
  cutTree,
  storedClusters,
  type ClusterTree,
  type ClusterView,
  viewAt,
} from '../../report/clusters/view.ts';
import { firstQuestion } from '../../report/verdict/headline.ts';
import { fateMap, type FateMap } from '../../report/neurons/fates.ts';
import { answerTo, knownThresholds, sameThreshold, type NeuronAnswer } from '../../report/neurons/question.ts';
import type { LiveClusters } from '../../session/contract.ts';
import type { ResultView } from './address.ts';
import type { OpenResult } from './open-results.svelte.ts';

export interface ShownNeurons {
  result: OpenResult;
  question: Question;
  answer: NeuronAnswer;
  /** Thresholds that a file has numbers for; null where a dendrogram gives any. */
  thresholds: number[] | null;
  tree: ClusterTree | null;
  /** What the file itself holds, by threshold. */
  stored: ClusterView[];
  /** At the question's threshold; null where the file has none. */
  clusters: ClusterView | null;
  map: FateMap | null;
}

const trees = new WeakMap<LiveClusters, ClusterTree>();
const views = new WeakMap<Analysis, Map<number, ClusterView[]>>();

function treeOf(live: LiveClusters): ClusterTree {
  const tree = trees.get(live) ?? clusterTree(live);
  trees.set(live, tree);
  return tree;
}

function storedOf(analysis: Analysis, topLayer: number): ClusterView[] {
  const byLayer = views.get(analysis) ?? new Map<number, ClusterView[]>();
  views.set(analysis, byLayer);
  const known = byLayer.get(topLayer) ?? storedClusters(analysis, topLayer);
  byLayer.set(topLayer, known);
  return known;
}

/** Null for a result in which nobody has looked at neurons. */
export function showNeurons(
  result: OpenResult,
  show: Pick<ResultView, 'c' | 'deltas'>,
  live: LiveClusters | null,
): ShownNeurons | null {
  const { analysis } = result;
  const tree = live === null ? null : treeOf(live);
  const known = knownThresholds(analysis);
  if (tree === null && known.length === 0) return null;
  const first = firstQuestion(analysis);
  const threshold = show.c ?? first?.threshold ?? known.find((threshold) => threshold > 0) ?? 0.3;
  const question: Question = {
    deltas: show.deltas ?? first?.deltas ?? { layers: 1, neurons: 1 },
    threshold: tree === null ? nearest(known, threshold) : threshold,
  };
  const answer = answerTo(analysis, question);
  const stored = storedOf(analysis, answer.topLayer);
  const inFile = viewAt(stored, question.threshold);
  const clusters = tree === null ? inFile : cutTree(tree, question.threshold, inFile?.entry ?? null);
  const map = analysis.shape && fateMap(analysis.shape, answer, clusters?.labels ?? null, analysis.topWords ?? []);
  return { result, question, answer, thresholds: tree === null ? known : null, tree, stored, clusters, map };
}

function nearest(known: readonly number[], threshold: number): number {
  const away = (other: number) => Math.abs(other - threshold);
  const exact = known.find((other) => sameThreshold(other, threshold));
  // No clustering is not near to any clustering.
  const pool = known.filter((other) => other < 0 === threshold < 0);
  return exact ?? [...(pool.length > 0 ? pool : known)].sort((a, b) => away(a) - away(b))[0] ?? threshold;
}
