/** Measured times as figures: a row's by depth of the encoder, a training's by its features, and every answer's as a factor. */
import type { DepthSeries, EncoderTiming, Spread, Timing } from '../../run/run-file.ts';
import { latencyOf, throughputOf } from '../../timing/costs.ts';
import type { NamedAnalysis } from '../analysis.ts';
import { curveChart, figureId, layerAxis, type Curve, type CurvePoint, type Figure } from '../chart.ts';
import { counted, integer } from '../format.ts';
import { deviceText } from '../../run/place.ts';
import { timingFinding } from './finding.ts';
import { timedParts, type TimedPart } from './parts.ts';
import { classifierTable, costKinds, costTable, depthTable, seriesTitle } from './tables.ts';

/** Times have no end. */
const limits: [number, number] = [0, Infinity];

const bands = 'bands reach half as far as the quartiles lie apart';

interface Subject {
  timing: Timing;
  stem: string;
  index: number;
  /** Behind a figure's title, where several results are shown. */
  of: string;
}

/** Of every result that holds times: a sentence, and up to three figures. */
export function timingFigures(results: readonly NamedAnalysis[]): { findings: string[]; figures: Figure[] } {
  const timed = results.flatMap((result) =>
    result.analysis.timing ? [{ ...result, timing: result.analysis.timing }] : [],
  );
  const figures = timed.flatMap(({ timing, stem, title, analysis }, index) => {
    const subject: Subject = { timing, stem, index, of: results.length > 1 ? ` · ${title}` : '' };
    const parts = timedParts(analysis);
    return [
      ...(timing.encoder ? [depthFigure(timing.encoder, subject)] : []),
      ...trainingFigure(subject),
      ...(parts.length > 0 ? [costFigure(parts, subject)] : []),
    ];
  });
  return { findings: timed.map(({ analysis }) => timingFinding(analysis)), figures };
}

function depthFigure(encoder: EncoderTiming, { timing, stem, index, of }: Subject): Figure {
  const shown = [latencyOf(timing), throughputOf(timing), ...encoder.series.filter(({ padded }) => padded !== null)];
  const series = [...new Set(shown)].filter((one) => one !== null);
  const curves = series.flatMap((one, tone): Curve[] => [
    curveOf(one, seriesTitle(one), tone, false, ({ wall }) => wall),
    ...(one.depths.every(({ device }) => device !== null)
      ? [curveOf(one, `${seriesTitle(one)}, the device alone`, tone, true, ({ device }) => device!.ms)]
      : []),
  ]);
  const rows = `${counted(encoder.rows, 'row')} of ${integer(encoder.tokens)} tokens on the average`;
  const title = `What a row takes, by depth${of}`;
  const description = `Milliseconds a row in the encoder cut after so many layers, with ${deviceText(timing.device)}: medians of ${counted(repeatsOf(series), 'round')}, ${bands}; ${rows}.`;
  const axes = { ...layerAxis, yTitle: 'ms a row', unit: 'decimal' } as const;
  const chart = curveChart({ label: `${title}. ${description}`, ...axes, curves }, limits);
  return {
    ...{ id: figureId('timing-depth', index), title, description, stem: `${stem}-timing-depth` },
    chart: { ...chart, yDomain: [0, chart.yDomain[1]] },
    table: depthTable(encoder),
  };
}

function curveOf(
  { depths }: DepthSeries,
  title: string,
  tone: number,
  dashed: boolean,
  spread: (depth: DepthSeries['depths'][number]) => Spread,
): Curve {
  const points = depths.map((depth) => pointOf(depth.layers, spread(depth)));
  return { title, tone, dashed, dots: true, points };
}

function pointOf(x: number, { median, lower, upper }: Spread, scale = 1): CurvePoint {
  return { x, y: median * scale, deviation: ((upper - lower) / 2) * scale };
}

function repeatsOf(series: readonly DepthSeries[]): number {
  return series[0]?.depths[0]?.wall.samples.length ?? 0;
}

/** By features: on own rows as many as were trained on, and on made numbers where these have several sizes. */
function trainingFigure({ timing, stem, index, of }: Subject): Figure[] {
  const { classifiers, device } = timing;
  const own = classifiers.filter(({ made }) => !made);
  const like = own.filter(({ rows, classes }) => rows === own[0].rows && classes === own[0].classes);
  const groups = [like, classifiers.filter(({ made }) => made)].filter((group) => group.length > 0);
  if (groups.every((group) => group.length < 2)) return [];
  const curves = groups.map((group, tone): Curve => {
    const [{ made, rows, classes, epochs }] = group;
    const how = `${counted(rows, 'row')}, ${counted(epochs, 'epoch')}${classes === null ? '' : `, ${counted(classes, 'class', 'classes')}`}`;
    const points = group.toSorted((a, b) => a.features - b.features);
    return {
      ...{ title: `${made ? 'made numbers: ' : ''}${how}`, tone, dashed: made, dots: true },
      points: points.map(({ features, training }) => pointOf(features, training, 1 / 1000)),
    };
  });
  const title = `What a classifier's training takes, by features${of}`;
  const description = `Seconds of a whole training with ${deviceText(device)}: medians, ${bands}; time grows with rows and epochs alike.`;
  const axes = { scale: 'log', xTitle: 'features', yTitle: 'seconds', unit: 'decimal' } as const;
  const chart = curveChart({ label: `${title}. ${description}`, ...axes, curves }, limits);
  return [
    {
      ...{ id: figureId('timing-training', index), title, description, stem: `${stem}-timing-training` },
      chart: { ...chart, yDomain: [0, chart.yDomain[1]] },
      table: classifierTable(classifiers),
    },
  ];
}

function costFigure(parts: readonly TimedPart[], { timing, stem, index, of }: Subject): Figure {
  const title = `What answers take of the full model's time${of}`;
  const description = `Of every answer what layers alone leave, and neurons with them, with ${deviceText(timing.device)}: a row's features in the best batch; features of all train rows with the training; one text with its answer. Medians of the rounds' factors.`;
  return {
    ...{ id: figureId('timing-answers', index), title, description, stem: `${stem}-timing-answers` },
    chart: {
      ...{ kind: 'bars', layout: 'rows', label: `${title}. ${description}`, unit: 'share' },
      ...{ xTitle: "of the full model's time", yTitle: 'what is left' },
      groups: parts.map((part) => part.title),
      bars: costKinds.map(({ kind, title: of }, tone) => ({
        ...{ title: of, tone },
        values: parts.map(({ costs }) => costs[kind]?.ratio.median ?? null),
      })),
    },
    table: costTable(parts),
  };
}
