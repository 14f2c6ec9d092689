/** Score by layer of results that share no score: a chart a score, each result in the hue that it has among all. */
import type { CurveChart, Figure, Tone } from '../report/chart.ts';
import { capital, scoreTitles } from '../report/format.ts';
import { layerFigures } from '../report/layers/figure.ts';
import type { ComparedRun } from './run.ts';

/** By the score that each reports first, on the test part. */
export function scoreCharts(runs: readonly ComparedRun[]): Figure[] {
  const metrics = [...new Set(runs.map(({ analysis }) => analysis.metric))];
  return metrics.flatMap((metric) => {
    const places = [...runs.keys()].filter((place) => runs[place].analysis.metric === metric);
    const { figures } = layerFigures(
      places.map((place) => runs[place]),
      metric,
      'test',
    );
    return figures.map((figure) => ({
      ...figure,
      id: `${figure.id}-${metric}`,
      title: `${capital(scoreTitles[metric])} by layer`,
      chart: figure.chart.kind === 'curve' && places.length > 1 ? inHuesOf(places, figure.chart) : figure.chart,
    }));
  });
}

function inHuesOf(places: readonly number[], chart: CurveChart): CurveChart {
  const moved = <T extends { tone: Tone }>(parts: readonly T[]): T[] =>
    parts.map((part) => (typeof part.tone === 'number' ? { ...part, tone: places[part.tone] } : part));
  return {
    ...chart,
    curves: moved(chart.curves),
    ...(chart.levels && { levels: moved(chart.levels) }),
    ...(chart.legend && { legend: moved(chart.legend) }),
  };
}
