/** What leaving layers out costs: by their number, without the best block of each and without as many at the top. */
import { mean, standardDeviation } from 'simple-statistics';
import type { ScoreName } from '../../data/tasks.ts';
import type { Analysis } from '../../report/analysis.ts';
import { curveChart, figureId, scorePoint, type CurveChart, type Level } from '../../report/chart.ts';
import {
  capital,
  differenceText,
  isShare,
  probabilityText,
  probabilityValue,
  scoreText,
  scoreTitles,
  unitOf,
} from '../../report/format.ts';
import { blockText, cutMarks, cutTops } from '../../report/layer-blocks.ts';
import { splitObservations, type Observation } from '../../report/observation.ts';
import { meanOf, scoreLimits } from '../../report/scores.ts';
import {
  countCell,
  missingCell,
  numberColumn,
  numberColumns,
  scoreCell,
  textCell,
  textColumn,
  type Cell,
  type Table,
} from '../../report/table.ts';
import { standing, type Standing } from '../../report/verdict/checks.ts';
import { pairedInterval } from '../../report/verdict/intervals.ts';
import { pairedOutcome } from '../../report/verdict/paired.ts';
import { signalOfScores } from '../../report/verdict/signal.ts';
import type { LayerScores } from '../../run/run-file.ts';
import { titled, type Report, type Subject } from '../report.ts';
import type { Shortened, ShortenedModel } from './field.ts';

export const shortenedReport: Report<Shortened> = {
  section: 'geometry',
  finding(value, { analysis, metric }) {
    const whole = analysis.layers?.individual.at(-1);
    return whole ? findingOf(value, whole, analysis, metric) : '';
  },
  figures(value, subject) {
    const whole = subject.analysis.layers?.individual.at(-1);
    return whole ? [figureOf(value, whole, subject)] : [];
  },
  observations: ({ lengths }, { seeds }) =>
    lengths.flatMap(({ length, best, top }) => [
      ...observed(best, length, 'without-block', seeds),
      ...(top ? observed(top, length, 'without-top', seeds) : []),
    ]),
};

/** Layers from the first that is left out to the last. */
function observed(model: ShortenedModel, length: number, kind: string, seeds: readonly number[]): Observation[] {
  const { first, train, dev, test } = model;
  const setting = { kind, layer: first + 1, otherLayer: first + length };
  const tests = (model.seeds ?? []).map(({ p }, index): Observation => {
    return { ...setting, kind: `${kind}-mcnemar`, part: 'test', metric: 'p', seed: seeds[index] ?? null, value: p };
  });
  return [...splitObservations({ train, dev, test }, seeds, setting), ...tests];
}

/** A model without layers beside the whole one, by the probes on their last layers. */
interface Judged {
  model: ShortenedModel;
  standing: Standing;
  /** What it scores more than the whole one on the test part, mean and deviation over seeds; null where it is not defined. */
  gain: { mean: number; deviation: number } | null;
  /** Where the 95 % interval of its loss ends, by the rows that only one of both has right; null in other scores than shares of hits. */
  most: number | null;
}

function judgedBy(whole: LayerScores, analysis: Analysis, metric: ScoreName): (model: ShortenedModel) => Judged {
  return (model) => {
    const test = model.seeds ? pairedOutcome(model.seeds) : null;
    const full = whole.test[metric]?.seeds ?? [];
    const gains = (model.test[metric]?.seeds ?? []).flatMap((own, seed) => {
      const other = full.at(seed) ?? null;
      return own === null || other === null ? [] : [own - other];
    });
    const gain = gains.length === 0 ? null : { mean: mean(gains), deviation: standardDeviation(gains) };
    const rows = metric === 'accuracy' ? (analysis.instances?.test ?? null) : null;
    const most = test && rows !== null ? pairedInterval(test.onlyOracle, test.onlyOther, rows).high : null;
    return { model, standing: standing({ ...analysis, oracle: whole }, model, test), gain, most };
  };
}

/** The longest block that costs nothing that the test part shows; what longer ones cost, and as many layers at the top. */
function findingOf({ lengths }: Shortened, whole: LayerScores, analysis: Analysis, metric: ScoreName): string {
  const judge = judgedBy(whole, analysis, metric);
  const tried = lengths.map(({ length, best, top }) => ({ length, best: judge(best), top: top && judge(top) }));
  if (tried.length === 0) return '';
  const { kind } = signalOfScores(analysis, whole);
  if (kind !== 'present' && kind !== 'untested') {
    return 'The probe on the last layer does not show the task, so that leaving layers out has nothing to cost.';
  }
  const isFree = ({ best: { standing: own } }: (typeof tried)[number]) => own.kind === 'alike' || own.kind === 'better';
  const free = tried.findLast(isFree);
  const { length, best, top } = free ?? tried[0];
  const [own, full] = [best.model, whole].map((of) => scoreText(meanOf(of, 'test', metric), metric));
  const block = blockText({ first: best.model.first, length });
  const longer = tried.filter((other) => other.length > length);
  const isClear = longer.length > 0 && longer.every((other) => other.best.standing.kind === 'worse');
  return [
    `Without ${block} a probe trained anew on the last layer has ${own} on the test part, with all layers ${full}: leaving ${length === 1 ? 'it' : 'them'} out ${costText(best, metric)}.`,
    free && isClear
      ? `No longer block that was tried does as well: leaving out ${blockText({ first: longer[0].best.model.first, length: longer[0].length })} ${costText(longer[0].best, metric)}.`
      : '',
    topText(top, length, metric),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

function topText(top: Judged | null, length: number, metric: ScoreName): string {
  const [these, them] = length === 1 ? ['This is the top layer', 'it'] : ['These are the top layers', 'them'];
  if (top === null) return `${these}: cutting ${them} off is the same.`;
  return `Cutting off the top ${length === 1 ? 'layer' : `${length} layers`} instead ${costText(top, metric)}.`;
}

/** "costs 0.4 ± 0.2 points, a difference that chance makes often (…)", "costs nothing (…)". */
function costText({ gain, standing: { kind, p }, most }: Judged, metric: ScoreName): string {
  if (gain === null) return 'has a cost that is not defined';
  const size = (value: number) => differenceText(Math.abs(value), metric).replace('+', '');
  const isNothing = Number(size(gain.mean)) === 0;
  const deviation = Number(size(gain.deviation)) === 0 ? '' : ` ± ${size(gain.deviation)}`;
  const unit = isShare(metric) ? ' points' : ` of the ${scoreTitles[metric]}`;
  const cost = isNothing
    ? 'costs nothing'
    : `${gain.mean < 0 ? 'costs' : 'gains'} ${size(gain.mean)}${deviation}${unit}`;
  const reach = kind === 'alike' && most !== null ? `; the 95 % interval reaches ${size(most)} points` : '';
  const test = p === null ? '' : ` (McNemar’s exact test, ${probabilityText(p)}${reach})`;
  switch (kind) {
    case 'worse':
    case 'better':
      return `${cost}, more than chance explains${test}`;
    case 'alike':
      return `${cost}${isNothing ? '' : ', a difference that chance makes often'}${test}`;
    case 'untested':
      return `${cost}, which this file does not test`;
    default:
      return kind satisfies never;
  }
}

function figureOf(value: Shortened, whole: LayerScores, subject: Subject) {
  const { analysis, metric, title, stem, index } = subject;
  return {
    id: figureId('shortened', index),
    title: titled('What does leaving layers out cost?', subject),
    description: `${capital(scoreTitles[metric])} on the test part of a probe trained anew on the last layer: without the block that turns the vectors least, and without as many layers at the top; lines stand where LayerSelector leaves out as many, for a loss in per cent. Each length is tested by itself.`,
    chart: chartOf(value, whole, analysis, metric, `What leaving layers of ${title} out costs`),
    table: tableOf(value, judgedBy(whole, analysis, metric), metric),
    stem: `${stem}-shortened-test-${metric}`,
  };
}

function chartOf(
  { lengths }: Shortened,
  whole: LayerScores,
  analysis: Analysis,
  metric: ScoreName,
  label: string,
): CurveChart {
  const start = scorePoint(0, whole.test[metric], 'the whole model');
  const pointsOf = (modelOf: (of: Shortened['lengths'][number]) => ShortenedModel) =>
    lengths.flatMap((of) => {
      const model = modelOf(of);
      const name = `without ${blockText({ first: model.first, length: of.length })}`;
      return scorePoint(of.length, model.test[metric], name);
    });
  const curves = [
    { title: 'without the best block', tone: 0, dashed: false, points: pointsOf(({ best }) => best) },
    { title: 'without the top layers', tone: 1, dashed: true, points: pointsOf(({ best, top }) => top ?? best) },
  ].map((curve) => ({ ...curve, dots: true, points: [...start, ...curve.points] }));
  const full = meanOf(whole, 'test', metric);
  const levels: Level[] = full === null ? [] : [{ title: 'whole model', y: full, tone: 'ink', line: 'solid' }];
  const axes = {
    scale: 'layers',
    xTitle: 'layers left out',
    yTitle: scoreTitles[metric],
    unit: unitOf(metric),
  } as const;
  const longest = lengths.at(-1)?.length ?? 0;
  const marks = cutMarks(cutTops(analysis)).filter(({ x }) => x <= longest);
  return curveChart({ label, ...axes, curves, levels, marks, height: 220 }, scoreLimits(metric));
}

/** A row a length: scores without the best block and without the top, each with its difference and its test. */
function tableOf({ lengths }: Shortened, judge: (model: ShortenedModel) => Judged, metric: ScoreName): Table {
  const points = isShare(metric) ? 'difference in points' : 'difference';
  const cellsOf = (model: ShortenedModel): Cell[] => {
    const { gain, standing: own } = judge(model);
    return [
      scoreCell(meanOf(model, 'test', metric), metric, 'It is not defined.'),
      gain ? { value: gain.mean, text: differenceText(gain.mean, metric) } : missingCell('It is not defined.'),
      own.p === null ? missingCell('McNemar’s test compares labels.') : { value: own.p, text: probabilityValue(own.p) },
    ];
  };
  return {
    columns: [
      ...[numberColumn('layers left out'), textColumn('best block')],
      ...numberColumns(`${scoreTitles[metric]} without it`, points, 'p'),
      ...numberColumns(`${scoreTitles[metric]} without the top`, points, 'p'),
    ],
    rows: lengths.map(({ length, best, top }) => [
      countCell(length),
      textCell(blockText({ first: best.first, length })),
      ...cellsOf(best),
      ...cellsOf(top ?? best),
    ]),
  };
}
