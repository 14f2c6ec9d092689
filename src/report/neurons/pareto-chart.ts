/** Neurons against score: every computed answer as a point that can be chosen, the front as a line, levels to compare with. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { target } from '../../redundancy/layer-selector.ts';
import {
  curveChart,
  scorePoint,
  type Choice,
  type Curve,
  type CurveChart,
  type LegendEntry,
  type Level,
} from '../chart.ts';
import { capital, counted, integer, scoreTitles, unitOf } from '../format.ts';
import { meanOf, scoreLimits } from '../scores.ts';
import type { Answered } from './fates.ts';
import { answerInWords, type PlacedAnswer } from './placed-answers.ts';
import { sameThreshold } from './question.ts';

const legendTitles = {
  disc: 'answer on the front',
  ring: 'other answer',
  cross: 'not enough on test',
  'thin-cross': 'other one that is not enough',
} as const;

export function answersChart(
  shown: readonly Answered[],
  placed: readonly PlacedAnswer[],
  metric: ScoreName,
  split: Split,
): CurveChart {
  const compared = shown.length > 1;
  const choices = placed.map((answer) => choiceOf(answer, shown[answer.index], metric, compared));
  const fronts = shown.map(({ result }, tone): Curve => {
    const points = placed.flatMap(({ index, leads, size, score }) =>
      index === tone && leads ? [{ x: size, y: score, deviation: 0 }] : [],
    );
    return {
      title: compared ? result.title : 'Pareto front',
      tone: compared ? tone : 'ink',
      dashed: false,
      dots: false,
      points,
      stepped: true,
    };
  });
  const trail = compared ? [] : trailOf(shown[0], metric, split);
  const spots = shown.flatMap(({ answer }) => {
    const y = answer.kind === 'open' ? null : meanOf(answer.scores, split, metric);
    if (answer.kind === 'open' || y === null) return [];
    return [{ title: `${answer.kind === 'tried' ? 'at most ' : ''}${integer(answer.size)}`, x: answer.size, y }];
  });
  const levels = levelsOf(shown, metric, split);
  const legend: LegendEntry[] = [
    ...fronts
      .filter(({ points }) => compared || points.length > 1)
      .map((curve): LegendEntry => ({ ...curve, sample: 'curve' })),
    ...(['disc', 'ring', 'cross', 'thin-cross'] as const).flatMap((mark): LegendEntry[] =>
      choices.some((choice) => choice.mark === mark)
        ? [{ title: legendTitles[mark], tone: compared ? 'soft' : toneOf(mark), sample: mark }]
        : [],
    ),
    ...trail.map((curve): LegendEntry => ({ ...curve, sample: 'curve', line: 'dashed' })),
    ...levels.map((level): LegendEntry => ({ ...level, sample: 'level' })),
  ];
  const axes = { xTitle: 'neurons kept', yTitle: scoreTitles[metric], scale: 'log', unit: unitOf(metric) } as const;
  const label = `${capital(scoreTitles[metric])} by number of neurons, ${counted(placed.length, 'computed answer')}`;
  const curves = [...trail, ...fronts];
  return curveChart({ label, ...axes, curves, choices, spots, levels, legend, height: 300 }, scoreLimits(metric));
}

function toneOf(mark: Choice['mark']): Choice['tone'] {
  return mark === 'disc' ? 'kept' : mark === 'ring' ? 'soft' : 4;
}

function choiceOf(
  answer: PlacedAnswer,
  { result, answer: current }: Answered,
  metric: ScoreName,
  compared: boolean,
): Choice {
  const { size, score, deviation, entry, leads } = answer;
  const mark = answer.keeping === 'worse' ? (leads ? 'cross' : 'thin-cross') : leads ? 'disc' : 'ring';
  const chosen =
    current.kind === 'trained' &&
    current.size === size &&
    current.topLayer === entry.topLayer &&
    sameThreshold(current.entry.threshold, entry.threshold);
  const title = (compared ? `${result.title}: ` : '') + answerInWords(answer, result.analysis, metric);
  return { title, x: size, y: score, deviation, tone: compared ? answer.index : toneOf(mark), mark, chosen };
}

/** Other sizes that were retrained on the way to the answer that is shown. */
function trailOf({ answer }: Answered, metric: ScoreName, split: Split): Curve[] {
  if (answer.kind === 'open') return [];
  const points = answer.entry.sizes.flatMap((one) =>
    scorePoint(one.neurons, one[split][metric]).map((point) => ({ ...point, deviation: 0 })),
  );
  if (points.length < 2) return [];
  return [{ title: 'other sizes of the shown answer', tone: 'faint', dashed: true, dots: false, points }];
}

function levelsOf(shown: readonly Answered[], metric: ScoreName, split: Split): Level[] {
  const compared = shown.length > 1;
  const oracles = shown.flatMap(({ result: { title, analysis } }, tone): Level[] => {
    const y = meanOf(analysis.oracle, split, metric);
    if (y === null) return [];
    return [
      {
        title: compared ? `${title}, all neurons` : 'all neurons (oracle)',
        y,
        tone: compared ? tone : 'ink',
        line: 'solid',
      },
    ];
  });
  if (compared || oracles.length === 0) return oracles;
  const [{ result, question }] = shown;
  const { protocol, majority } = result.analysis;
  const { layers, neurons } = question.deltas;
  const y = target(target(oracles[0].y, layers, protocol), neurons, protocol);
  const tolerance: Level = { title: `allowed loss, ${layers} % and ${neurons} %`, y, tone: 'ink', line: 'dashed' };
  const knowsMajority = majority !== null && metric === 'accuracy' && split === 'test';
  return [
    ...oracles,
    tolerance,
    ...(knowsMajority ? [{ title: 'most frequent label', y: majority, tone: 'soft', line: 'dotted' } as const] : []),
  ];
}
