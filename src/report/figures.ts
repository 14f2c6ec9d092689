/**
 * What the figures show, as plain data: series of points, lines and bands in score units (fractions), layers from 0.
 * No colours, no pixels: src/ui/chart turns this into a picture.
 */
import type { ScoreName } from '../data/tasks.ts';
import { deltas, meanOf, scoreLimits, selectLayer, type LayerResult, type Split } from './answer.ts';
import type { NamedResult } from './tables.ts';

export type ProbeKind = 'individual' | 'concatenated';

export interface LayerPoint {
  layer: number;
  mean: number;
  /** Standard deviation over seeds; 0 for one seed. */
  deviation: number;
}

export interface LayerSeries {
  /** Which of the compared runs. */
  run: number;
  kind: ProbeKind;
  title: string;
  points: LayerPoint[];
}

export interface LayerChartData {
  metric: ScoreName;
  /** Index of the last layer of the deepest run. */
  lastLayer: number;
  series: LayerSeries[];
  oracles: { run: number; value: number }[];
  /** Tolerated losses under the first run's oracle, widest first; empty when several runs are compared. */
  bands: { delta: number; from: number; to: number }[];
  /** LayerSelector's choices of the first run, one entry a chosen layer; empty when several are compared. */
  choices: { layer: number; deltas: number[]; score: number }[];
  majority: number | null;
  domain: [number, number];
}

export interface LayerChartOptions {
  metric: ScoreName;
  split: Split;
  /** Score of always saying the most frequent label; null where it is not known. */
  majority: number | null;
}

/** Score by layer for one or more runs. */
export function layerChart(runs: readonly NamedResult[], options: LayerChartOptions): LayerChartData {
  const { metric, split, majority } = options;
  const series = runs.flatMap((run, index) =>
    (['individual', 'concatenated'] as const).map((kind): LayerSeries => {
      const word = kind === 'individual' ? 'single layer' : 'layers 0 to k';
      const title = runs.length > 1 ? `${run.title}, ${word}` : word;
      return { run: index, kind, title, points: points(run.result, kind, split, metric) };
    }),
  );
  const oracles = runs.flatMap((run, index) => {
    const value = meanOf(run.result.oracle, split, metric);
    return value === null ? [] : [{ run: index, value }];
  });
  const only = runs.length === 1 ? runs[0] : undefined;
  const oracle = oracles[0]?.value;
  const bands =
    only && oracle !== undefined
      ? [...deltas].reverse().map((delta) => ({ delta, from: oracle - (delta / 100) * Math.abs(oracle), to: oracle }))
      : [];
  const lastLayer = Math.max(0, ...runs.map((run) => run.result.individual.length - 1));
  const values = series.flatMap((one) => one.points.flatMap((p) => [p.mean - p.deviation, p.mean + p.deviation]));
  values.push(...oracles.map((one) => one.value), ...bands.map((band) => band.from));
  if (majority !== null) values.push(majority);
  return {
    metric,
    lastLayer,
    series,
    oracles,
    bands,
    choices: only && oracle !== undefined ? choices(only.result, split, metric) : [],
    majority,
    domain: domain(values, metric),
  };
}

function points(result: LayerResult, kind: ProbeKind, split: Split, metric: ScoreName): LayerPoint[] {
  return result[kind].flatMap((entry) => {
    const score = entry[split][metric];
    return score && score.mean !== null
      ? [{ layer: entry.layer, mean: score.mean, deviation: score.deviation ?? 0 }]
      : [];
  });
}

function choices(result: LayerResult, split: Split, metric: ScoreName): LayerChartData['choices'] {
  const chosen = new Map<number, number[]>();
  for (const delta of deltas) {
    const layer = selectLayer(result, metric, delta);
    chosen.set(layer, [...(chosen.get(layer) ?? []), delta]);
  }
  return [...chosen].flatMap(([layer, within]) => {
    const entry = result.concatenated[layer];
    const score = entry ? meanOf(entry, split, metric) : null;
    return score === null ? [] : [{ layer, deltas: within, score }];
  });
}

/** From the lowest to the highest value with a twentieth of air, within what the score can be. */
function domain(values: readonly number[], metric: ScoreName): [number, number] {
  if (values.length === 0) return scoreLimits(metric);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = Math.max((high - low) / 20, 0.005);
  const [least, most] = scoreLimits(metric);
  return [Math.max(least, low - air), Math.min(most, high + air)];
}
