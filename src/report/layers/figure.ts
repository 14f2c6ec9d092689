/** Score by layer as a chart: series of one or several results, the oracle with what may be lost under it, the choices. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import type { NamedAnalysis } from '../analysis.ts';
import {
  curveChart,
  layerAxis,
  scorePoint,
  type Curve,
  type CurveChart,
  type Figure,
  type LegendEntry,
  type Level,
} from '../chart.ts';
import { capital, layerRange, scoreTitles, unitOf } from '../format.ts';
import { target, usualDeltas } from '../../redundancy/layer-selector.ts';
import { isShown } from '../verdict/signal.ts';
import { layersFinding, lossesByLayer, type LayerResult } from './answer.ts';
import { constantLayers } from './single.ts';
import { layerTable, type NamedResult } from './table.ts';
import { meanOf, scoreLimits } from '../scores.ts';

/** Which layers know the task: in a sentence, and score by layer of one or several results. */
export function layerFigures(
  results: readonly NamedAnalysis[],
  metric: ScoreName,
  split: Split,
): { findings: string[]; figures: Figure[] } {
  const runs = results.flatMap(({ title, analysis: { protocol, oracle, layers } }): NamedResult[] =>
    layers ? [{ title, result: { protocol, oracle, ...layers } }] : [],
  );
  const [first] = results;
  if (runs.length === 0) return { findings: ['This file holds no scores by layer.'], figures: [] };
  const isSignal = isShown(first.analysis);
  const finding =
    runs.length === 1
      ? layersFinding(runs[0].result, metric, split, { isSignal, constant: constantLayers(first.analysis) })
      : `${runs.length} runs on one axis; the table gives each one's difference to the first.`;
  const bands = first.analysis.seeds > 1 ? '; bands are one standard deviation over seeds.' : '.';
  const probes = 'of probes on each layer alone, and on all layers from 0 up to it';
  const majority = results.length === 1 && metric === 'accuracy' && split === 'test' ? first.analysis.majority : null;
  const figure: Figure = {
    id: 'layers',
    title: 'Score by layer',
    description: `${capital(scoreTitles[metric])} on the ${split} part: ${probes}${bands}`,
    chart: layerChart(runs, { metric, split, majority, isMarked: isSignal, label: `Score by layer. ${finding}` }),
    table: layerTable(runs, split, metric),
    stem: `${first.stem}-layers-${split}-${metric}`,
  };
  return { findings: [finding], figures: [figure] };
}

interface LayerChartOptions {
  metric: ScoreName;
  split: Split;
  /** Score of always saying the most frequent label; null where it is not known. */
  majority: number | null;
  /** Whether LayerSelector's choices are marked; where nothing shows the task there is none. */
  isMarked?: boolean;
  label: string;
  height?: number;
}

const kinds = ['individual', 'concatenated'] as const;

const oracleLine = { title: 'all layers (oracle)', tone: 'ink', line: 'solid' } as const;

const majorityLine = { title: 'most frequent label', tone: 'soft', line: 'dotted' } as const;

/** One run's two kinds of probe differ in hue; compared runs spend the hue on the run and use the line's dash. */
const kindsLegend: readonly LegendEntry[] = [
  { title: 'layers 0 to k together', tone: 0, sample: 'dots' },
  { title: 'each layer alone', tone: 1, sample: 'dots', line: 'dashed' },
];

const dashesLegend: readonly LegendEntry[] = [
  { title: 'solid: layers 0 to k', tone: 'soft', sample: 'dots' },
  { title: 'dashed: single layer', tone: 'soft', sample: 'dots', line: 'dashed' },
];

/** Score by layer for one or more runs; tolerated losses and LayerSelector's choices for one only. */
export function layerChart(runs: readonly NamedResult[], options: LayerChartOptions): CurveChart {
  const { metric, split, majority, label, isMarked = true, height = 320 } = options;
  const compared = runs.length > 1;
  const curves = runs.flatMap((run, index) =>
    kinds.map((kind): Curve => {
      const prefix = compared ? `${run.title}, ` : '';
      const single = kind === 'individual';
      const points = run.result[kind].flatMap(({ layer, [split]: scores }) =>
        scorePoint(layer, scores[metric], single ? undefined : prefix + layerRange(layer)),
      );
      const title = prefix + (single ? 'single layer' : 'layers 0 to k');
      return { title, tone: compared ? index : Number(single), dashed: single, dots: true, points };
    }),
  );
  const levels = runs.flatMap(({ result }, index): Level[] => {
    const y = meanOf(result.oracle, split, metric);
    if (y === null) return [];
    const bands = [...usualDeltas].reverse().map((delta) => target(y, delta, result.protocol));
    return [compared ? { ...oracleLine, y, tone: index } : { ...oracleLine, y, bands }];
  });
  const [only] = levels.length > 0 && !compared ? runs : [];
  const marks = only && isMarked ? choices(only.result, split, metric) : [];
  const legend: LegendEntry[] = [
    ...(compared ? runs.map(({ title }, tone): LegendEntry => ({ title, tone, sample: 'dots' })) : []),
    ...(compared ? dashesLegend : kindsLegend),
    ...(levels.length > 0 ? [{ ...oracleLine, sample: 'level' } as const] : []),
    ...(only ? [{ title: '1, 2, 3 % below', tone: 'ink', sample: 'bands' } as const] : []),
    ...(marks.length > 0 ? [{ title: 'smallest within that loss', tone: 'ink', sample: 'mark' } as const] : []),
    ...(majority !== null ? [{ ...majorityLine, sample: 'level' } as const] : []),
  ];
  if (majority !== null) levels.push({ ...majorityLine, y: majority });
  const y = { yTitle: scoreTitles[metric], unit: unitOf(metric) };
  const chart = { label, ...layerAxis, ...y, curves, levels, marks, legend, height };
  const lastLayer = Math.max(1, ...runs.map((run) => run.result.individual.length - 1));
  return { ...curveChart(chart, scoreLimits(metric)), xDomain: [0, lastLayer] };
}

/** LayerSelector's choice for each loss, losses of one choice together. */
function choices(result: LayerResult, split: Split, metric: ScoreName): { title: string; x: number }[] {
  return [...lossesByLayer(result, metric)].flatMap(([x, within]) => {
    const entry = result.concatenated[x];
    return entry && meanOf(entry, split, metric) !== null ? [{ title: `${within.join(', ')} %`, x }] : [];
  });
}
