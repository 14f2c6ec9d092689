/** How an answer about neurons came about, in sentences. */
import type { Question } from '../../data/question.ts';
import { neuronCount, type Analysis } from '../analysis.ts';
import { thresholdWords } from '../clusters/words.ts';
import { counted, integer, listed } from '../format.ts';
import { leftToChooseFrom, type NeuronAnswer } from './question.ts';

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
