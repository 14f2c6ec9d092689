/** Figures about which neurons do the work: score by size, ablation, selectivity, the ranking, the paper's claims. */
import type { ScoreName } from '../data/tasks.ts';
import { target } from '../redundancy/layer-selector.ts';
import type { Analysis, NamedAnalysis } from './analysis.ts';
import { meanOf, scoreLimits, type Split } from './answer.ts';
import {
  curveChart,
  figureId,
  layerAxis,
  type Curve,
  type CurveChart,
  type CurvePoint,
  type Figure,
  type Level,
} from './chart.ts';
import { capital, scoreTitles, unitOf } from './format.ts';
import { claims, claimsChart } from './neuron-claims.ts';
import { rankChart, type FateMap } from './neuron-fates.ts';
import { keptNeurons, type NeuronAnswer, type Question } from './neuron-question.ts';
import {
  ablationFinding,
  controlTexts,
  mcnemarFinding,
  originFinding,
  pathFinding,
  selectivityFinding,
} from './neuron-sentences.ts';
import { claimTable, curveTable, rankTable } from './neuron-tables.ts';
import type { Score, SizeScores } from './run.ts';

function pointOf(x: number, score: Score | undefined): CurvePoint[] {
  return score && score.mean !== null ? [{ x, y: score.mean, deviation: score.deviation ?? 0 }] : [];
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
    const own: Curve[] = [
      curveOf(compared ? title : 'first N of the ordering', tone, answer.entry.sizes, metric, split),
    ];
    const { maxFeatures } = analysis;
    if (!compared && maxFeatures) {
      own.push({
        ...curveOf('from all layers, no clustering', tone + 1, maxFeatures.sizes, metric, split),
        dashed: true,
      });
    }
    return own;
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
  const points = sizes.flatMap((one) => pointOf(one.neurons, one[split][metric]));
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
    points: ablation.sizes.flatMap((one) => pointOf(one.neurons, one[kind][metric])),
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
    points: selectivity.layers.flatMap((one) => pointOf(one.layer, one[kind])),
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
  const compared = results > 1;
  const named = (text: string, { title }: NamedAnalysis): string => (compared ? `${text} · ${title}` : text);
  const findings = shown.map(({ one, answer, question }) => {
    const { analysis } = one;
    const hidden = analysis.shape?.hidden ?? 1;
    const words = compared
      ? [`${one.title}:`, pathFinding(answer, question, analysis)]
      : [originFinding(keptNeurons(answer, hidden), hidden), mcnemarFinding(analysis, question)];
    return words.filter((word) => word !== '').join(' ');
  });
  const [first] = shown;
  if (!first) return { findings: [noNeurons], sizes: null, others: [], rankings: [] };

  const entries = shown.map(({ one, answer, question }) => ({ ...one, answer, delta: question.deltas.neurons }));
  const chart = sizesChart(entries, metric, split, `Score by number of neurons. ${findings[0]}`);
  const sizes: Figure = {
    id: 'sizes',
    title: 'Score by number of neurons',
    description: `${capital(scoreTitles[metric])} on the ${split} part of probes retrained on the first N neurons of the ordering; the ring marks the smallest set that is enough on dev.`,
    chart,
    table: curveTable(chart),
    stem: `${first.one.stem}-sizes-${split}-${metric}`,
  };

  const claimed = shown.map(({ one: { title, analysis }, answer }) => {
    return { title, claims: claims(analysis, answer, metric, split) };
  });
  const paper: Figure = {
    id: 'claims',
    title: 'Beside the paper’s headline figures',
    description:
      'Dalvi et al. 2020 for BERT and XLNet over all their tasks; the bars are of this result and the question above.',
    chart: claimsChart(claimed),
    table: claimTable(claimed),
    stem: `${first.one.stem}-beside-the-paper`,
  };

  const ablated = shown.filter(({ one }) => one.analysis.ablation);
  const ablations = ablated.flatMap(({ one }, index): Figure[] => {
    const finding = ablationFinding(one.analysis, metric);
    const curves = ablationChart(one.analysis, metric, `Ablation of ${one.title}. ${finding}`);
    if (!curves) return [];
    return [
      {
        id: figureId('ablation', index),
        title: named('Without retraining: only N neurons keep their weight', one),
        description: `The full probe on the test part with its top, bottom or random N neurons; all others show their mean. ${finding}`,
        chart: curves,
        table: curveTable(curves),
        stem: `${one.stem}-ablation-${metric}`,
      },
    ];
  });

  const controlled = shown.filter(({ one }) => one.analysis.selectivity);
  const selectivities = controlled.flatMap(({ one }, index): Figure[] => {
    const { selectivity, metric: own } = one.analysis;
    const finding = selectivityFinding(one.analysis, own);
    const curves = selectivityChart(one.analysis, `Selectivity by layer of ${one.title}. ${finding}`);
    if (!curves || !selectivity) return [];
    return [
      {
        id: figureId('selectivity', index),
        title: named('Is it the neurons or the probe?', one),
        description: `Test scores by layer beside those of probes trained on ${controlTexts[selectivity.control]}. ${finding}`,
        chart: curves,
        table: curveTable(curves),
        stem: `${one.stem}-selectivity`,
      },
    ];
  });

  const rankings = shown.map(({ one, answer, map }, index): Figure | null => {
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
  });
  return {
    findings: findings.filter((text) => text !== ''),
    sizes: chart.curves.length > 0 ? sizes : null,
    others: [paper, ...ablations, ...selectivities],
    rankings,
  };
}

const noNeurons = 'This result was made before Winnow looked at neurons: run it again to see which do the work.';
