/** Figures about which neurons do the work: score by size, ablation, selectivity, the ranking, the paper's claims. */
import type { Question } from '../data/question.ts';
import type { ScoreName } from '../data/tasks.ts';
import { target } from '../redundancy/layer-selector.ts';
import type { Analysis, NamedAnalysis } from './analysis.ts';
import { meanOf, scoreLimits, type Split } from './answer.ts';
import {
  curveChart,
  figureId,
  layerAxis,
  scorePoint,
  type Curve,
  type CurveChart,
  type Figure,
  type Level,
} from './chart.ts';
import { capital, scoreTitles, unitOf } from './format.ts';
import { claims, claimsChart } from './neuron-claims.ts';
import { rankChart, type FateMap } from './neuron-fates.ts';
import { keptNeurons, type NeuronAnswer } from './neuron-question.ts';
import {
  ablationFinding,
  controlTexts,
  mcnemarFinding,
  originFinding,
  pathFinding,
  selectivityFinding,
} from './neuron-sentences.ts';
import { claimTable, curveTable, rankTable } from './neuron-tables.ts';
import type { SizeScores } from '../run/run-file.ts';

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
    if (y !== null) levels.push({ title: 'target', y, tone: 'ink', line: 'dashed' });
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

/** Ablation: test score of the full probe, not retrained, when only N neurons keep their weight. */
export function ablationChart(analysis: Analysis, metric: ScoreName, label: string): CurveChart | null {
  const { ablation, oracle } = analysis;
  if (!ablation) return null;
  const kinds = ['top', 'random', 'bottom'] as const;
  const curves = kinds.map((kind, tone) => ({
    title: `${kind} N`,
    tone,
    dashed: kind === 'random',
    dots: true,
    points: ablation.sizes.flatMap((one) => scorePoint(one.neurons, one[kind][metric])),
  }));
  const full = meanOf(oracle, 'test', metric);
  const levels: Level[] = full === null ? [] : [{ title: 'all neurons', y: full, tone: 'ink', line: 'solid' }];
  const axes = { xTitle: 'neurons kept', yTitle: scoreTitles[metric], scale: 'log', unit: unitOf(metric) } as const;
  return curveChart({ label, ...axes, curves, levels }, scoreLimits(metric));
}

/** Score, score on the control task, and their difference by layer. */
export function selectivityChart(analysis: Analysis, label: string): CurveChart | null {
  const { selectivity, metric } = analysis;
  if (!selectivity) return null;
  const kinds = [
    ['score', 'score'],
    ['control', `on ${controlTexts[selectivity.control]}`],
    ['selectivity', 'selectivity (difference)'],
  ] as const;
  const curves = kinds.map(([kind, title], tone) => ({
    title,
    tone,
    dashed: kind === 'control',
    dots: true,
    points: selectivity.layers.flatMap((one) => scorePoint(one.layer, one[kind])),
  }));
  const y = { yTitle: scoreTitles[metric], unit: unitOf(metric) };
  return curveChart({ label, ...layerAxis, ...y, curves, height: 220 }, [-1, 1]);
}

/** A result with its answer to the question that is shown. */
interface Answered {
  one: NamedAnalysis;
  question: Question;
  answer: NeuronAnswer;
  map: FateMap | null;
}

export interface NeuronFigures {
  findings: string[];
  sizes: Figure | null;
  others: Figure[];
  /** One a result; null where nothing was ranked. */
  rankings: (Figure | null)[];
}

/** Which neurons do the work. @param results of all open ones, those without neurons too. */
export function neuronFigures(
  shown: readonly Answered[],
  results: number,
  metric: ScoreName,
  split: Split,
): NeuronFigures {
  if (shown.length === 0) return { findings: [noNeurons], sizes: null, others: [], rankings: [] };
  const compared = results > 1;
  const findings = shown.map(({ one: { title, analysis }, answer, question }) => {
    const hidden = analysis.shape?.hidden ?? 1;
    const words = compared
      ? [`${title}:`, pathFinding(answer, question, analysis)]
      : [originFinding(keptNeurons(answer, hidden), hidden), mcnemarFinding(analysis, question)];
    return words.filter((word) => word !== '').join(' ');
  });
  const named = (text: string, { title }: NamedAnalysis): string => (compared ? `${text} · ${title}` : text);
  return {
    findings: findings.filter((text) => text !== ''),
    sizes: sizesFigure(shown, metric, split, findings[0]),
    others: [
      claimsFigure(shown, metric, split),
      ...ablationFigures(shown, metric, named),
      ...selectivityFigures(shown, named),
    ],
    rankings: shown.map((result, index) => rankingFigure(result, index, named)),
  };
}

const noNeurons = 'This result was made before Winnow looked at neurons: run it again to see which do the work.';

type Naming = (text: string, result: NamedAnalysis) => string;

function sizesFigure(shown: readonly Answered[], metric: ScoreName, split: Split, finding: string): Figure | null {
  const entries = shown.map(({ one, answer, question }) => ({ ...one, answer, delta: question.deltas.neurons }));
  const chart = sizesChart(entries, metric, split, `Score by number of neurons. ${finding}`);
  if (chart.curves.length === 0) return null;
  const probes = 'probes retrained on the first N neurons of the ordering';
  return {
    id: 'sizes',
    title: 'Score by number of neurons',
    description: `${capital(scoreTitles[metric])} on the ${split} part of ${probes}; the ring marks the smallest set that is enough on dev.`,
    chart,
    table: curveTable(chart),
    stem: `${shown[0].one.stem}-sizes-${split}-${metric}`,
  };
}

function claimsFigure(shown: readonly Answered[], metric: ScoreName, split: Split): Figure {
  const results = shown.map(({ one: { title, analysis }, answer }) => {
    return { title, claims: claims(analysis, answer, metric, split) };
  });
  return {
    id: 'claims',
    title: 'Beside the paper’s headline figures',
    description:
      'Dalvi et al. 2020 for BERT and XLNet over all their tasks; the bars are of this result and the question above.',
    chart: claimsChart(results),
    table: claimTable(results),
    stem: `${shown[0].one.stem}-beside-the-paper`,
  };
}

function ablationFigures(shown: readonly Answered[], metric: ScoreName, named: Naming): Figure[] {
  const ablated = shown.filter(({ one }) => one.analysis.ablation);
  return ablated.flatMap(({ one }, index) => {
    const finding = ablationFinding(one.analysis, metric);
    const chart = ablationChart(one.analysis, metric, `Ablation of ${one.title}. ${finding}`);
    if (!chart) return [];
    return {
      id: figureId('ablation', index),
      title: named('Without retraining: only N neurons keep their weight', one),
      description: `The full probe on the test part with its top, bottom or random N neurons; all others show their mean. ${finding}`,
      chart,
      table: curveTable(chart),
      stem: `${one.stem}-ablation-${metric}`,
    };
  });
}

function selectivityFigures(shown: readonly Answered[], named: Naming): Figure[] {
  const controlled = shown.filter(({ one }) => one.analysis.selectivity);
  return controlled.flatMap(({ one }, index) => {
    const { selectivity, metric } = one.analysis;
    const finding = selectivityFinding(one.analysis, metric);
    const chart = selectivityChart(one.analysis, `Selectivity by layer of ${one.title}. ${finding}`);
    if (!chart || !selectivity) return [];
    return {
      id: figureId('selectivity', index),
      title: named('Is it the neurons or the probe?', one),
      description: `Test scores by layer beside those of probes trained on ${controlTexts[selectivity.control]}. ${finding}`,
      chart,
      table: curveTable(chart),
      stem: `${one.stem}-selectivity`,
    };
  });
}

function rankingFigure({ one, answer, map }: Answered, index: number, named: Naming): Figure | null {
  if (!map || answer.kind === 'open' || answer.entry.ordering.length === 0) return null;
  return {
    id: figureId('ranking', index),
    title: named('Which neurons lead', one),
    description:
      'Every neuron by its place in the ordering, from the weights of the probe on all that layers and clusters leave.',
    chart: rankChart(map, `Ranking of the neurons of ${one.title}`),
    table: rankTable(map),
    stem: `${one.stem}-ranking`,
  };
}
