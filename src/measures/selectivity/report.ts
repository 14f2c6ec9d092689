/** How much of a score is knowledge of the task and not of the probe, as a figure and in a sentence. */
import type { ScoreName } from '../../data/tasks.ts';
import type { Analysis } from '../../report/analysis.ts';
import { curveChart, curveTable, figureId, layerAxis, scorePoint, type CurveChart } from '../../report/chart.ts';
import { scoreText, scoreTitles, unitOf } from '../../report/format.ts';
import { constantLayers } from '../../report/layers/single.ts';
import { isShown } from '../../report/verdict/signal.ts';
import { seedObservations } from '../../report/observation.ts';
import { titled, type Report } from '../report.ts';
import type { Selectivity } from './field.ts';

export const selectivityReport: Report<Selectivity> = {
  section: 'neurons',
  figures(value, subject) {
    const { analysis, title, stem, index } = subject;
    const finding = selectivityFinding(analysis, analysis.metric);
    const chart = selectivityChart(value, analysis.metric, `Selectivity by layer of ${title}. ${finding}`);
    return [
      {
        id: figureId('selectivity', index),
        title: titled('Is it the neurons or the probe?', subject),
        description: `Test scores by layer beside those of probes trained on ${controlTexts[value.control]}. ${finding}`,
        chart,
        table: curveTable(chart),
        stem: `${stem}-selectivity`,
      },
    ];
  },
  observations({ oracle, layers }, { seeds, metric }) {
    const probes = [
      { of: 'oracle', place: {}, ...oracle },
      ...layers.map(({ layer, ...scores }) => ({ of: 'individual', place: { layer }, ...scores })),
    ];
    return probes.flatMap(({ of, place, control, selectivity }) => {
      const setting = { ...place, part: 'test', metric } as const;
      return [
        ...seedObservations(control, seeds, { ...setting, kind: `${of}-control` }),
        ...seedObservations(selectivity, seeds, { ...setting, kind: `${of}-selectivity` }),
      ];
    });
  },
};

/** Score, score on the control task, and their difference by layer. */
function selectivityChart({ control, layers }: Selectivity, metric: ScoreName, label: string): CurveChart {
  const kinds = [
    ['score', 'score'],
    ['control', `on ${controlTexts[control]}`],
    ['selectivity', 'selectivity (difference)'],
  ] as const;
  const curves = kinds.map(([kind, title], tone) => ({
    title,
    tone,
    dashed: kind === 'control',
    dots: true,
    points: layers.flatMap((entry) => scorePoint(entry.layer, entry[kind])),
  }));
  const y = { yTitle: scoreTitles[metric], unit: unitOf(metric) };
  return curveChart({ label, ...layerAxis, ...y, curves, height: 220 }, [-1, 1]);
}

/** The labels of a control task, for a sentence. */
const controlTexts: Readonly<Record<Selectivity['control'], string>> = {
  'shuffled-labels': 'shuffled labels',
  'word-types': 'labels drawn once a word',
};

/** Selectivity: how much of a score is knowledge of the task and not of the probe. */
export function selectivityFinding(analysis: Analysis, metric: ScoreName): string {
  const { selectivity: found } = analysis;
  const oracle = found?.oracle;
  const constant = constantLayers(analysis);
  if (!found || oracle?.score.mean == null || oracle.control.mean === null) return '';
  const [best] = found.layers
    .filter(({ layer }) => !constant.has(layer))
    .sort((a, b) => (b.selectivity.mean ?? -9) - (a.selectivity.mean ?? -9));
  const layer = best?.selectivity.mean == null ? '' : ` Most selective by itself is layer ${best.layer}.`;
  const [score, control] = [scoreText(oracle.score.mean, metric), scoreText(oracle.control.mean, metric)];
  const isKnowledge = oracle.score.mean > oracle.control.mean && isShown(analysis);
  const verdict = isKnowledge
    ? 'the rest is what the neurons know'
    : oracle.score.mean > oracle.control.mean
      ? 'too little more to show that the neurons know the task'
      : 'no more, so nothing shows that the neurons know the task';
  return `On ${controlTexts[found.control]} the full probe reaches ${control}, on the true ones ${score}: ${verdict}.${isKnowledge ? layer : ''}`;
}
