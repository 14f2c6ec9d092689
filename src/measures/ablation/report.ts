/** Where the ablation curves part, as a figure and in a sentence. */
import type { ScoreName } from '../../data/tasks.ts';
import type { Analysis } from '../../report/analysis.ts';
import { curveChart, curveTable, figureId, scorePoint, type CurveChart, type Level } from '../../report/chart.ts';
import { integer, scoreText, scoreTitles, unitOf } from '../../report/format.ts';
import { scoreObservations } from '../../report/observation.ts';
import { meanOf, scoreLimits } from '../../report/scores.ts';
import { isShown } from '../../report/verdict/signal.ts';
import { titled, type Report } from '../report.ts';
import type { Ablation } from './field.ts';

export const ablationReport: Report<Ablation> = {
  section: 'neurons',
  figures(value, subject) {
    const { analysis, metric, title, stem, index } = subject;
    const finding = ablationFinding(analysis, metric);
    const chart = ablationChart(value, analysis, metric, `Ablation of ${title}. ${finding}`);
    return [
      {
        id: figureId('ablation', index),
        title: titled('Without retraining: only N neurons keep their weight', subject),
        description: `The full probe on the test part with its top, bottom or random N neurons; all others show their mean. ${finding}`,
        chart,
        table: curveTable(chart),
        stem: `${stem}-ablation-${metric}`,
      },
    ];
  },
  observations: ({ sizes }, { seeds }) =>
    sizes.flatMap(({ neurons, ...scores }) =>
      kinds.flatMap((kind) => scoreObservations(scores[kind], seeds, 'test', { kind: `ablation-${kind}`, neurons })),
    ),
};

const kinds = ['top', 'random', 'bottom'] as const;

/** Ablation: test score of the full probe, not retrained, when only N neurons keep their weight. */
function ablationChart({ sizes }: Ablation, { oracle }: Analysis, metric: ScoreName, label: string): CurveChart {
  const curves = kinds.map((kind, tone) => ({
    title: `${kind} N`,
    tone,
    dashed: kind === 'random',
    dots: true,
    points: sizes.flatMap((size) => scorePoint(size.neurons, size[kind][metric])),
  }));
  const full = meanOf(oracle, 'test', metric);
  const levels: Level[] = full === null ? [] : [{ title: 'all neurons', y: full, tone: 'ink', line: 'solid' }];
  const axes = { xTitle: 'neurons kept', yTitle: scoreTitles[metric], scale: 'log', unit: unitOf(metric) } as const;
  return curveChart({ label, ...axes, curves, levels }, scoreLimits(metric));
}

/** Half of the neurons that matter: where the ablation curves part. */
export function ablationFinding(analysis: Analysis, metric: ScoreName): string {
  const { ablation: found, oracle } = analysis;
  const full = meanOf(oracle, 'test', metric);
  if (!found || full === null || full <= 0 || !isShown(analysis)) return '';
  const near = found.sizes.find(({ top }) => (top[metric]?.mean ?? -1) > 0.97 * full);
  if (!near) return '';
  const bottom = near.bottom[metric]?.mean ?? null;
  const random = near.random[metric]?.mean ?? null;
  const own = scoreText(near.top[metric]?.mean, metric);
  const others = `the bottom ones ${scoreText(bottom, metric)}, random ones ${scoreText(random, metric)}`;
  const [top, reach] =
    near.neurons === 1
      ? ['neuron', 'is the first to reach']
      : [`${integer(near.neurons)} neurons`, 'are the fewest that reach'];
  return `Not retrained, its top ${top} ${reach} 97 % of the full probe's ${scoreTitles[metric]} (${own}); as many of ${others}.`;
}
