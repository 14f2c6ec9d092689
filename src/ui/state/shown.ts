/**
 * What of each open result the present question shows: which answer, which clusters, what became of every neuron. All of
 * it follows at once from what is computed; a run that the engine holds gives clusters at any threshold, a file at its own.
 */
import type { Question } from '../../data/question.ts';
import type { ScoreName } from '../../data/tasks.ts';
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
import { verdictOf, type Verdict } from '../../report/verdict/verdict.ts';
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

/** Where neither the reader nor the file names one. */
const usualThreshold = 0.3;

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
  const threshold = show.c ?? first?.threshold ?? known.find((threshold) => threshold > 0) ?? usualThreshold;
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

/** The same at the question's threshold if that makes clusters, else at the lowest that does; null where none is known. */
export function showClusters(
  result: OpenResult,
  show: Pick<ResultView, 'c' | 'deltas'>,
  live: LiveClusters | null,
): ShownNeurons | null {
  const own = showNeurons(result, show, live);
  if (own === null || own.question.threshold > 0) return own?.clusters ? own : null;
  const known = knownThresholds(result.analysis).find((threshold) => threshold > 0);
  const c = known ?? (own.tree && usualThreshold);
  const other = c === null ? null : showNeurons(result, { ...show, c }, live);
  return other?.clusters ? other : null;
}

/** Of a result as a whole, until somebody asks another question. */
export function showVerdict(
  { analysis, subject }: OpenResult,
  answered: ShownNeurons | null,
  { c, deltas }: Pick<ResultView, 'c' | 'deltas'>,
): Verdict {
  if (answered === null || (c === null && deltas === null)) return verdictOf(analysis, subject);
  const { question, answer, map } = answered;
  return verdictOf(analysis, subject, { question, answer, left: map?.counts.open ?? null });
}

/** Scores that all of some results have, and the one that is shown: the one asked for, or the first result's own. */
export function showScores(
  results: readonly OpenResult[],
  asked: ScoreName | null,
): { metrics: ScoreName[]; metric: ScoreName | undefined } {
  const [first] = results;
  const names = first ? (Object.keys(first.analysis.oracle.test) as ScoreName[]) : [];
  const metrics = names.filter((name) => results.every(({ analysis }) => analysis.oracle.test[name]));
  const metric = [asked, first?.analysis.metric].find((name) => name && metrics.includes(name)) ?? metrics[0];
  return { metrics, metric };
}

function nearest(known: readonly number[], threshold: number): number {
  const away = (other: number) => Math.abs(other - threshold);
  const exact = known.find((other) => sameThreshold(other, threshold));
  // No clustering is not near to any clustering.
  const pool = known.filter((other) => other < 0 === threshold < 0);
  return exact ?? [...(pool.length > 0 ? pool : known)].sort((a, b) => away(a) - away(b))[0] ?? threshold;
}
