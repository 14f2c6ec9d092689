/** Which neurons are enough, in sentences made from an answer. Pure text; the part that matters most is marked. */
import { noClustering, type Question } from '../../data/question.ts';
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { neuronCount, type Analysis } from '../analysis.ts';
import type { ClusterView } from '../clusters/view.ts';
import { thresholdWords } from '../clusters/words.ts';
import { counted, integer, layerRange, listed, percent, scoreText, scoreTitles } from '../format.ts';
import { leftToChooseFrom, type NeuronAnswer } from './question.ts';
import { meanOf } from '../scores.ts';
import { plain, strong, type Phrase } from '../sentence.ts';

interface Shown {
  metric: ScoreName;
  split: Split;
  subject: string;
}

/**
 * "SST-2 needs 53 of 2,688 neurons (2.0 %) from layers 0–5: 98.9 % of the full probe's accuracy."
 * @param left neurons that layers and clusters leave, where nothing was retrained yet.
 */
export function neuronAnswer(
  analysis: Analysis,
  question: Question,
  answer: NeuronAnswer,
  { metric, split, subject }: Shown,
  left: number | null = null,
): Phrase[] {
  const total = analysis.shape ? neuronCount(analysis.shape) : 0;
  if (answer.kind === 'open') {
    // Fewer layers cluster a little differently by themselves than among all.
    const isExact = question.threshold === noClustering || answer.topLayer === (analysis.shape?.layers ?? 0) - 1;
    const rest = left === null ? '' : `${counted(left, 'neuron')} of ${integer(total)} are left to choose from`;
    const from = rest && `: ${isExact ? '' : 'about '}${rest}`;
    const setting = `${thresholdWords(question)} with ${layerRange(answer.topLayer)}`;
    return [strong('Not yet retrained'), plain(` ${setting}${from}.`)];
  }
  const { size, scores, topLayer } = answer;
  const atMost = answer.kind === 'tried' ? 'at most ' : '';
  const share = total > 0 ? ` (${percent(size / total)})` : '';
  const full = meanOf(analysis.oracle, split, metric);
  const reached = meanOf(scores, split, metric);
  const title = scoreTitles[metric];
  const needs = [plain(`${subject} needs `), strong(`${atMost}${integer(size)} of ${integer(total)} neurons`)];
  const from = `${share} from ${layerRange(topLayer)}`;
  if (full === null || reached === null) return [...needs, plain(`${from}; its ${title} here is not defined.`)];
  const texts = `${scoreText(reached, metric)} against ${scoreText(full, metric)}`;
  if (full <= 0) return [...needs, plain(`${from}: ${title} ${texts}.`)];
  return [...needs, plain(`${from}: ${percent(reached / full)} of the full probe's ${title} (${texts}).`)];
}

/** What clustering alone leaves, for a file in which nothing else was asked. */
export function clusteringAnswer(analysis: Analysis, view: ClusterView, { metric, split, subject }: Shown): Phrase[] {
  const total = view.labels.length;
  const full = meanOf(analysis.oracle, split, metric);
  const reached = view.entry?.[split]?.[metric]?.mean ?? null;
  const head = [
    plain(`${subject}: ${thresholdWords(view)} `),
    strong(`${integer(view.clusters)} of ${integer(total)} neurons`),
  ];
  if (full === null || reached === null || full <= 0) return [...head, plain(' stand for all.')];
  const share = percent(view.clusters / Math.max(1, total));
  const kept = `${percent(reached / full)} of the full probe's ${scoreTitles[metric]}`;
  return [...head, plain(` (${share}) stand for all: ${kept}.`)];
}

/** What was left on the way to an answer, in the order of the protocol. */
export function pathFinding(answer: NeuronAnswer, question: Question, analysis: Analysis): string {
  if (analysis.shape === null) return '';
  const { hidden } = analysis.shape;
  const total = neuronCount(analysis.shape);
  const below = (answer.topLayer + 1) * hidden;
  const start = `Of ${integer(total)} neurons, layer selection leaves ${below === total ? 'all' : integer(below)}`;
  if (answer.kind === 'open') return `${start}; the rest has to be retrained.`;
  const left = integer(leftToChooseFrom(answer.entry));
  const clusters = answer.entry.representatives ? `, clustering ${thresholdWords(question)} leaves ${left}` : '';
  const size = `${answer.kind === 'tried' ? 'at most ' : ''}${integer(answer.size)}`;
  return `${start}${clusters}, feature selection keeps ${size}.`;
}

/** Which layers the kept neurons are from, most of them first. */
export function originFinding(kept: readonly number[], hidden: number): string {
  const byLayer = new Map<number, number>();
  for (const neuron of kept) {
    const layer = Math.floor(neuron / hidden);
    byLayer.set(layer, (byLayer.get(layer) ?? 0) + 1);
  }
  const most = [...byLayer].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const words = most.map(([layer, neurons]) => `${integer(neurons)} from layer ${layer}`);
  const rest =
    byLayer.size > most.length ? ', the others from ' + counted(byLayer.size - most.length, 'more layer') : '';
  if (kept.length === 1) return `The one kept neuron is from layer ${most[0][0]}.`;
  return kept.length === 0 ? '' : `Of the ${counted(kept.length, 'kept neuron')}, ${listed(words)}${rest}.`;
}
