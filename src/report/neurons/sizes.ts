/** Score by number of neurons: probes retrained on the first N of an ordering. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { target } from '../../redundancy/layer-selector.ts';
import type { Analysis } from '../analysis.ts';
import { curveChart, curveTable, scorePoint, type Curve, type CurveChart, type Figure, type Level } from '../chart.ts';
import { capital, scoreTitles, unitOf } from '../format.ts';
import type { Answered } from './fates.ts';
import type { NeuronAnswer } from './question.ts';
import { meanOf, scoreLimits } from '../scores.ts';
import { lossText } from '../verdict/words.ts';
import type { SizeScores } from '../../run/run-file.ts';

export function sizesFigure(
  shown: readonly Answered[],
  metric: ScoreName,
  split: Split,
  finding: string,
): Figure | null {
  const entries = shown.map(({ result, answer, question }) => ({ ...result, answer, delta: question.deltas.neurons }));
  const chart = sizesChart(entries, metric, split, `Score by number of neurons. ${finding}`);
  if (chart.curves.length === 0) return null;
  const probes = 'probes retrained on the first N neurons of the ordering';
  return {
    id: 'sizes',
    title: 'Score by number of neurons',
    description: `${capital(scoreTitles[metric])} on the ${split} part of ${probes}; the ring marks the smallest set that passes on dev.`,
    chart,
    table: curveTable(chart),
    stem: `${shown[0].result.stem}-sizes-${split}-${metric}`,
  };
}

/** Score against number of neurons, log x: probes retrained on the first N of the ordering; the base and the target are levels. */
export function sizesChart(
  entries: readonly { title: string; analysis: Analysis; answer: NeuronAnswer; delta: number }[],
  metric: ScoreName,
  split: Split,
  label: string,
): CurveChart {
  const compared = entries.length > 1;
  const known = entries.flatMap((one, tone) =>
    one.answer.kind === 'open' ? [] : [{ ...one, tone, answer: one.answer }],
  );
  const curves = known.flatMap(({ title, analysis, answer, tone }): Curve[] => {
    const selected = curveOf(compared ? title : 'first N of the ordering', tone, answer.entry.sizes, metric, split);
    const { maxFeatures } = analysis;
    if (compared || !maxFeatures) return [selected];
    const finer = curveOf('from all layers, no clustering', tone + 1, maxFeatures.sizes, metric, split);
    return [selected, { ...finer, dashed: true }];
  });
  const [only] = compared ? [] : known;
  const levels: Level[] = [];
  if (only) {
    const full = meanOf(only.analysis.oracle, split, metric);
    if (full !== null) levels.push({ title: 'all neurons (oracle)', y: full, tone: 'ink', line: 'solid' });
    const base = meanOf(only.answer.entry.base, split, metric);
    const y = base === null ? null : target(base, only.delta, only.analysis.protocol);
    if (y !== null)
      levels.push({ title: `what it chooses from, less ${lossText(only.delta)}`, y, tone: 'ink', line: 'dashed' });
  }
  const spots = known.flatMap(({ answer }) => {
    const y = meanOf(answer.scores, split, metric);
    return y === null
      ? []
      : [{ title: `${answer.kind === 'tried' ? 'at most ' : ''}${answer.size}`, x: answer.size, y }];
  });
  const axes = { xTitle: 'neurons', yTitle: scoreTitles[metric], scale: 'log', unit: unitOf(metric) } as const;
  return curveChart({ label, ...axes, curves, levels, spots }, scoreLimits(metric));
}

function curveOf(title: string, tone: number, sizes: readonly SizeScores[], metric: ScoreName, split: Split): Curve {
  const points = sizes.flatMap((one) => scorePoint(one.neurons, one[split][metric]));
  return { title, tone, dashed: false, dots: true, points };
}
