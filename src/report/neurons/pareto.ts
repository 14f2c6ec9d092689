/** The figure of all answers: neurons against score, with its table and the question behind each point. */
import type { Question } from '../../data/question.ts';
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { neuronCount } from '../analysis.ts';
import type { CurveChart, Figure } from '../chart.ts';
import { thresholdText } from '../clusters/words.ts';
import { counted, integer, listed, percent, scoreTitles } from '../format.ts';
import {
  countCell,
  missingCell,
  numberColumns,
  scoreCell,
  textCell,
  textColumn,
  type Cell,
  type Table,
} from '../table.ts';
import { isShown } from '../verdict/signal.ts';
import type { Answered } from './fates.ts';
import { answersChart } from './pareto-chart.ts';
import { placeAnswers, type PlacedAnswer } from './placed-answers.ts';

export interface AnswersFigure {
  figure: Figure;
  chart: CurveChart;
  /** What to ask for each of the chart's choices: the strictest question that led to it. */
  questions: Question[];
}

/** Null where no answer has this score. */
export function answersFigure(shown: readonly Answered[], metric: ScoreName, split: Split): AnswersFigure | null {
  const placed = placeAnswers(shown, metric, split);
  if (placed.length === 0) return null;
  const chart = answersChart(shown, placed, metric, split);
  const title = `All answers: neurons against ${scoreTitles[metric]}`;
  const figure: Figure = {
    id: 'pareto',
    title,
    description: described(shown, placed, metric, split),
    chart,
    table: answersTable(shown, placed, metric),
    stem: `${shown[0].result.stem}-answers-${split}-${metric}`,
  };
  return { figure, chart, questions: placed.map(({ questions }) => questions[0]) };
}

function described(
  shown: readonly Answered[],
  placed: readonly PlacedAnswer[],
  metric: ScoreName,
  split: Split,
): string {
  const [worse, untested] = (['worse', 'untested'] as const).map((kind) =>
    placed.filter((one) => one.keeping === kind),
  );
  const leads = placed.filter((one) => one.leads);
  const start = `Neurons kept against ${scoreTitles[metric]} on the ${split} part, for ${counted(placed.length, 'set')} of neurons that answer ${counted(
    placed.reduce((sum, { questions }) => sum + questions.length, 0),
    'question',
  )}`;
  const front = leads.length > 1 ? '; on the line, the Pareto front, none is both smaller and better.' : '.';
  const crosses =
    worse.length === 0 ? '' : ` ${areOf(worse, placed)} crossed out: worse than the oracle on the test part.`;
  const open = untested.length === 0 ? '' : ` ${areOf(untested, placed)} not tested against the oracle.`;
  const isNone = shown.every(({ result: { analysis } }) => !isShown(analysis));
  const none = isNone ? ' None of them counts: the full probe does not show the task.' : '';
  return start + front + crosses + open + none;
}

function areOf(some: readonly PlacedAnswer[], all: readonly PlacedAnswer[]): string {
  if (some.length === all.length) return all.length === 1 ? 'It is' : 'All are';
  return some.length === 1 ? 'One is' : `${integer(some.length)} are`;
}

const outcomes = {
  enough: 'enough',
  small: 'enough for the allowed loss',
  worse: 'not enough',
  untested: 'not tested',
};

function answersTable(shown: readonly Answered[], placed: readonly PlacedAnswer[], metric: ScoreName): Table {
  const compared = shown.length > 1;
  return {
    columns: [
      ...(compared ? [textColumn('result')] : []),
      ...numberColumns('neurons', 'of all', 'layers', 'c'),
      textColumn('layers and neurons may lose'),
      ...numberColumns('score', '±', 'p against all neurons'),
      textColumn('on test'),
      textColumn('on the front'),
    ],
    rows: placed.map((answer): Cell[] => {
      const { size, entry, questions, score, deviation, test, index } = answer;
      const { title, analysis } = shown[index].result;
      const share = analysis.shape ? size / Math.max(1, neuronCount(analysis.shape)) : null;
      const losses = questions.map(({ deltas }) => `${deltas.layers} % and ${deltas.neurons} %`);
      return [
        ...(compared ? [textCell(title)] : []),
        countCell(size),
        share === null
          ? missingCell('The file does not say how many neurons the model has.')
          : { value: share, text: percent(share) },
        { value: entry.topLayer, text: entry.topLayer === 0 ? '0' : `0–${entry.topLayer}` },
        { value: entry.threshold, text: thresholdText(entry.threshold) },
        textCell(listed(losses)),
        scoreCell(score, metric, ''),
        analysis.seeds > 1 ? scoreCell(deviation, metric, '') : missingCell('One seed has no deviation.'),
        test === null ? missingCell('The file holds no test of this answer.') : { value: test.p, text: pText(test.p) },
        textCell(outcomes[answer.keeping]),
        textCell(answer.leads ? 'yes' : 'no'),
      ];
    }),
  };
}

function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
