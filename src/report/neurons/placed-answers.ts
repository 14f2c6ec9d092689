/**
 * Every answer that was computed, by its neurons and its score. Those that no other answer beats in both lead: they are
 * the Pareto front. Neurons are counts, scores fractions, losses per cent.
 */
import type { Question } from '../../data/question.ts';
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import type { Analysis } from '../analysis.ts';
import { thresholdWords } from '../clusters/words.ts';
import { scoreTitles, scoreWithDeviation } from '../format.ts';
import type { Keeping } from '../verdict/checks.ts';
import { judgedAnswers, lossOf, type JudgedAnswer } from '../verdict/headline.ts';
import { originText, sizeText } from '../verdict/words.ts';
import type { ComputedAnswer } from './computed-answers.ts';
import type { Answered } from './fates.ts';
import { sameThreshold } from './question.ts';

/** A computed answer with its place in the figure; several questions may have led to the same neurons. */
export interface PlacedAnswer extends ComputedAnswer {
  /** Of the results shown. */
  index: number;
  questions: Question[];
  /** For the first of them. */
  keeping: Keeping['kind'];
  score: number;
  deviation: number;
  leads: boolean;
}

/** Those of several results, by size. */
export function placeAnswers(shown: readonly Answered[], metric: ScoreName, split: Split): PlacedAnswer[] {
  const placed = shown.flatMap((answered, index) => placeOwn(answered, index, metric, split));
  return placed.sort((a, b) => a.size - b.size || a.score - b.score || a.index - b.index);
}

/** Answers of one result that keep the same neurons are one; those that no other one beats lead. */
function placeOwn({ result: { analysis } }: Answered, index: number, metric: ScoreName, split: Split): PlacedAnswer[] {
  const placed: PlacedAnswer[] = [];
  // Of questions with the same answer the strictest stands first, but one that allows the answer's loss before others.
  const isWorse = ({ keeping }: JudgedAnswer): number => Number(keeping.kind === 'worse');
  const judged = judgedAnswers(analysis).sort((a, b) => isWorse(a) - isWorse(b) || lossOf(a) - lossOf(b));
  for (const { answer, keeping } of judged) {
    const { deltas, threshold } = answer.entry;
    const question = { deltas, threshold };
    const known = placed.find((one) => sameNeurons(one, answer));
    if (known) {
      known.questions.push(question);
      continue;
    }
    const { mean, deviation } = answer.scores[split][metric] ?? { mean: null, deviation: null };
    if (mean === null) continue;
    const place = { score: mean, deviation: deviation ?? 0, leads: false };
    placed.push({ ...answer, ...place, index, questions: [question], keeping: keeping.kind });
  }
  let best = -Infinity;
  for (const answer of placed.toSorted((a, b) => a.size - b.size || b.score - a.score)) {
    answer.leads = answer.score > best;
    best = Math.max(best, answer.score);
  }
  return placed;
}

function sameNeurons(a: ComputedAnswer, b: ComputedAnswer): boolean {
  return (
    a.size === b.size && a.entry.topLayer === b.entry.topLayer && sameThreshold(a.entry.threshold, b.entry.threshold)
  );
}

/** "29 of 560 neurons (5.2 %) from layers 0–3, at c = 0.3: accuracy 82.3 ± 0.8 %; not enough". */
export function answerInWords(answer: PlacedAnswer, analysis: Analysis, metric: ScoreName): string {
  const { size, layers, entry, score, deviation, leads, keeping } = answer;
  const seeds = analysis.seeds > 1 ? [score, score] : [score];
  const value = scoreWithDeviation({ mean: score, deviation, seeds }, metric);
  const words = [...(leads ? ['on the front'] : []), ...(keeping === 'worse' ? ['not enough'] : [])];
  const rest = words.map((word) => `; ${word}`).join('');
  const origin = originText(size, layers, analysis);
  return `${sizeText(size, analysis)}${origin}, ${thresholdWords(entry)}: ${scoreTitles[metric]} ${value}${rest}`;
}
