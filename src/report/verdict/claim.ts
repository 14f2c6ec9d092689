/** What a verdict is about: an answer about neurons, or where none was computed, layers alone or clusters alone. */
import { noClustering, type Deltas, type Question } from '../../data/question.ts';
import { bySplit } from '../../data/scores.ts';
import type { ClusteringEntry } from '../../run/run-file.ts';
import type { VerdictAnswer } from '../../run/verdict.ts';
import type { Analysis } from '../analysis.ts';
import { layersOf, testOf } from '../neurons/computed-answers.ts';
import { topLayerFor, type NeuronAnswer } from '../neurons/question.ts';
import type { ProbeClaim } from './checks.ts';
import { headlineOf } from './headline.ts';
import { pairedOutcome } from './paired.ts';

export type VerdictSubject =
  | (ProbeClaim & { kind: 'neurons'; size: number; atMost: boolean; layers: number[]; answer: VerdictAnswer })
  | (ProbeClaim & { kind: 'layers'; topLayer: number })
  | (ProbeClaim & { kind: 'clusters'; threshold: number; clusters: number })
  /** Nothing was retrained for the question yet. */
  | { kind: 'open'; deltas: Deltas; question: Question; answer: Extract<NeuronAnswer, { kind: 'open' }> }
  | { kind: 'nothing'; deltas: Deltas };

/** Of which there are scores. */
export type ClaimSubject = Exclude<VerdictSubject, { kind: 'open' | 'nothing' }>;

/** The loss in per cent that is asked about where nobody chose one. */
const usualLoss = 1;

/** Of the whole result: its headline's answer, else what there is. */
export function ownSubject(analysis: Analysis): VerdictSubject {
  const headline = headlineOf(analysis);
  if (headline !== null) {
    const { entry, size, layers, scores, test, question } = headline.answer;
    const { deltas, threshold } = entry;
    const maxFeatures = question === 'max features';
    const answer = { deltas, threshold, maxFeatures, neurons: size, layers };
    return { kind: 'neurons', size, atMost: false, layers, deltas, scores, test, answer };
  }
  return layersSubject(analysis) ?? clustersSubject(analysis) ?? { kind: 'nothing', deltas: { layers: 1, neurons: 0 } };
}

/** Of the question that is shown. */
export function askedSubject(analysis: Analysis, question: Question, answer: NeuronAnswer): VerdictSubject {
  const { deltas, threshold } = question;
  if (answer.kind === 'open') return { kind: 'open', deltas, question, answer };
  const { entry, size, scores } = answer;
  const kept = { ...entry, minimalSet: { ...entry.minimalSet, size } };
  const layers = layersOf(kept, analysis.shape?.hidden ?? 1);
  const maxFeatures = entry === analysis.maxFeatures;
  return {
    ...{
      kind: 'neurons',
      size,
      atMost: answer.kind === 'tried',
      layers,
      deltas,
      scores,
      test: testOf(analysis, entry, size),
    },
    answer: { deltas, threshold, maxFeatures, neurons: size, layers },
  };
}

function layersSubject(analysis: Analysis): VerdictSubject | null {
  const { layers, mcnemar } = analysis;
  const topLayer = topLayerFor(analysis, usualLoss);
  if (layers === null || topLayer === null) return null;
  const scores = layers.concatenated[topLayer];
  const found = mcnemar?.stacks?.find(({ layer }) => layer === topLayer);
  const test = found ? pairedOutcome(found.seeds) : null;
  return { kind: 'layers', topLayer, deltas: { layers: usualLoss, neurons: 0 }, scores, test };
}

function clustersSubject({ clustering, shape }: Analysis): VerdictSubject | null {
  const [entry] = clustering
    .filter(({ threshold, train, dev, test }) => threshold !== noClustering && train && dev && test)
    .toSorted((a, b) => Math.abs(a.threshold - 0.3) - Math.abs(b.threshold - 0.3));
  if (!entry || shape === null) return null;
  const { threshold, clusters } = entry;
  const deltas = { layers: 0, neurons: usualLoss };
  return { kind: 'clusters', threshold, clusters, deltas, scores: scoresOf(entry), test: null };
}

function scoresOf(entry: ClusteringEntry): ProbeClaim['scores'] {
  return bySplit((split) => entry[split] ?? {});
}
