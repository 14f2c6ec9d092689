/**
 * Which of all computed answers a result stands for: the smallest that is not worse than the oracle on test, by fewer
 * layers, then by dev score where sizes are equal. Sliders and the first sentence begin with it.
 */
import type { Question } from '../../data/question.ts';
import type { Analysis } from '../analysis.ts';
import { computedAnswers, type ComputedAnswer } from '../neurons/computed-answers.ts';
import { meanOf } from '../scores.ts';
import { keepingOf, type Keeping } from './checks.ts';

export interface JudgedAnswer {
  answer: ComputedAnswer;
  keeping: Keeping;
}

export interface Headline extends JudgedAnswer {
  /** Answers that were computed, and how many of them are worse than the oracle. */
  answers: number;
  worse: number;
}

/** Every computed answer, in the order of the result, and how its probe stands. */
export function judgedAnswers(analysis: Analysis): JudgedAnswer[] {
  return computedAnswers(analysis).map((answer) => {
    const { entry, scores, test } = answer;
    return { answer, keeping: keepingOf(analysis, { deltas: entry.deltas, scores, test }) };
  });
}

/** All that a question lets be lost, in per cent: of one set of neurons the strictest says most. */
export function lossOf({ answer: { entry } }: JudgedAnswer): number {
  return entry.deltas.layers + entry.deltas.neurons;
}

/** Where all are worse, the one with the best dev score; null where no answer was computed. */
export function headlineOf(analysis: Analysis): Headline | null {
  const dev = ({ scores }: ComputedAnswer) => meanOf(scores, 'dev', analysis.metric) ?? -2;
  const judged = judgedAnswers(analysis);
  const passing = judged.filter(({ keeping: { kind } }) => kind === 'enough' || kind === 'small');
  const untested = judged.filter(({ keeping }) => keeping.kind === 'untested');
  // What was tested goes before what was not: only of it is it known that it keeps up.
  const pool = passing.length > 0 ? passing : untested;
  const [smallest] = pool.toSorted((one, other) => {
    const [a, b] = [one.answer, other.answer];
    return (
      a.size - b.size ||
      a.entry.topLayer - b.entry.topLayer ||
      dev(b) - dev(a) ||
      Number(b.test !== null) - Number(a.test !== null) ||
      lossOf(one) - lossOf(other)
    );
  });
  const [best] = judged.toSorted(({ answer: a }, { answer: b }) => dev(b) - dev(a) || a.size - b.size);
  const chosen = smallest ?? best;
  const worse = judged.length - passing.length - untested.length;
  return chosen ? { ...chosen, answers: judged.length, worse } : null;
}

/** The question that a result opens with: its headline's; null without answers. */
export function firstQuestion(analysis: Analysis): Question | null {
  const headline = headlineOf(analysis);
  if (headline === null) return null;
  const { deltas, threshold } = headline.answer.entry;
  return { deltas, threshold };
}
