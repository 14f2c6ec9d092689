/** What a measure adds to the result screen: a sentence in the head of its section, and figures. */
import type { Question } from '../data/question.ts';
import type { Split } from '../data/scores.ts';
import type { ScoreName } from '../data/tasks.ts';
import type { NamedAnalysis } from '../report/analysis.ts';
import type { Figure } from '../report/chart.ts';
import type { Observation } from '../report/observation.ts';

/** What of a result is shown. */
export interface ReportView {
  metric: ScoreName;
  split: Split;
  /** Whether several results are on screen. */
  compared: boolean;
  /** Which estimate, where a measure of layers has two. */
  estimate: 'biased' | 'debiased';
}

/** A result as a report sees it. */
export interface Subject extends NamedAnalysis, ReportView {
  /** The question about neurons that is shown; null where there is none. */
  question: Question | null;
  /** Its place among the results that hold the field. */
  index: number;
}

/** What of a run its observations are named by. */
export interface Observed {
  seeds: readonly number[];
  metric: ScoreName;
}

export interface Report<Value> {
  /** A noun with its article, where a run may leave it out for what it takes. */
  readonly noun?: string;
  readonly section: 'layers' | 'similarity' | 'geometry' | 'neurons';
  /** Empty where nothing is to be said. */
  readonly finding?: (value: Value, subject: Subject) => string;
  readonly figures?: (value: Value, subject: Subject) => Figure[];
  /** Its numbers for the tidy table of the run, of whose seeds and metric they are. */
  readonly observations?: (value: Value, run: Observed) => Observation[];
}

/** A figure's title, with the result's name where several are on screen. */
export function titled(text: string, { compared, title }: Subject): string {
  return compared ? `${text} · ${title}` : text;
}
