/** A result with its answer to the question that is shown, and how figures of several results are told apart. */
import type { Question } from '../../data/question.ts';
import type { NamedAnalysis } from '../analysis.ts';
import type { FateMap } from './fates.ts';
import type { NeuronAnswer } from './question.ts';

/** A result with its answer to the question that is shown. */
export interface Answered {
  result: NamedAnalysis;
  question: Question;
  answer: NeuronAnswer;
  map: FateMap | null;
}

export type Naming = (text: string, result: NamedAnalysis) => string;
