/** What the order without a probe is worth beside the probe's, as curves and in a sentence. */
import type { ScoreName } from '../../data/tasks.ts';
import type { Analysis } from '../../report/analysis.ts';
import { curveChart, figureId, scorePoint, type CurveChart, type Level } from '../../report/chart.ts';
import { integer, percent, scoreText, scoreTitles, unitOf } from '../../report/format.ts';
import { scoreObservations } from '../../report/observation.ts';
import { meanOf, scoreLimits } from '../../report/scores.ts';
import { countCell, numberColumns, scoreCell, type Table } from '../../report/table.ts';
import { isShown } from '../../report/verdict/signal.ts';
import { titled, type Report } from '../report.ts';
import type { Probeless } from './field.ts';

const kinds = [
  ['probeless', 'without a probe'],
  ['probe', 'by the full probe'],
] as const;

export const probelessReport: Report<Probeless> = {
  noun: 'the order without a probe',
  section: 'neurons',
  figures(value, subject) {
    const { analysis, metric, title, stem, index } = subject;
    const finding = probelessFinding(value, analysis, metric);
    const chart = probelessChart(value, analysis, metric, `Scores of two orders of neurons of ${title}. ${finding}`);
    return [
      {
        id: figureId('probeless', index),
        title: titled('Does the order need a probe?', subject),
        description: `Test scores of probes trained on the first N neurons: ordered without a probe, by how far apart the labels’ means are, and by the weights of the full probe. ${finding}`,
        chart,
        table: probelessTable(value, metric),
        stem: `${stem}-probeless-${metric}`,
      },
    ];
  },
  observations: ({ sizes }, { seeds }) =>
    sizes.flatMap(({ neurons, overlap, ...scores }) => [
      { part: 'train', metric: 'overlap', kind: 'probeless-order', neurons, value: overlap },
      ...kinds.flatMap(([kind]) => scoreObservations(scores[kind], seeds, 'test', { kind: `${kind}-order`, neurons })),
    ]),
};

function probelessChart({ sizes }: Probeless, { oracle }: Analysis, metric: ScoreName, label: string): CurveChart {
  const curves = kinds.map(([kind, title], tone) => ({
    ...{ title, tone, dashed: kind === 'probeless', dots: true },
    points: sizes.flatMap((size) => scorePoint(size.neurons, size[kind][metric])),
  }));
  const full = meanOf(oracle, 'test', metric);
  const levels: Level[] = full === null ? [] : [{ title: 'all neurons', y: full, tone: 'ink', line: 'solid' }];
  const axes = { xTitle: 'neurons kept', yTitle: scoreTitles[metric], scale: 'log', unit: unitOf(metric) } as const;
  return curveChart({ label, ...axes, curves, levels }, scoreLimits(metric));
}

function probelessTable({ sizes }: Probeless, metric: ScoreName): Table {
  const why = 'Not defined: a correlation needs predictions that differ.';
  return {
    columns: numberColumns('neurons kept', ...kinds.map(([, title]) => title), 'in both orders'),
    rows: sizes.map((size) => [
      countCell(size.neurons),
      ...kinds.map(([kind]) => scoreCell(size[kind][metric]?.mean, metric, why)),
      { value: size.overlap, text: percent(size.overlap) },
    ]),
  };
}

/** Both orders at the most neurons that were tried; which of them leads more often. */
function probelessFinding({ sizes }: Probeless, analysis: Analysis, metric: ScoreName): string {
  const last = sizes.at(-1);
  const [ours, theirs] = kinds.map(([kind]) => last?.[kind][metric]?.mean ?? null);
  if (!last || ours === null || theirs === null || !isShown(analysis)) return '';
  const ahead = sizes.filter((size) => {
    const [own, other] = kinds.map(([kind]) => size[kind][metric]?.mean ?? null);
    return own !== null && other !== null && own > other;
  }).length;
  const often = ahead === 0 ? 'at no size' : `at ${ahead} of ${sizes.length} sizes`;
  return `With ${integer(last.neurons)} neurons ${scoreText(ours, metric)} without a probe, ${scoreText(theirs, metric)} by the probe; ${percent(last.overlap)} of them are in both. The order without a probe is ahead ${often}.`;
}
