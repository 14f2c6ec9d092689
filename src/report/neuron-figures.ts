/**
 * What the figures about neurons show, as plain data. Curves and bars know titles and numbers only; `tone` numbers
 * what must be told apart, and src/ui/chart gives it a colour and a dash.
 */
import type { ScoreName } from '../data/tasks.ts';
import type { WindowCount } from '../redundancy/windows.ts';
import { target } from '../redundancy/layer-selector.ts';
import { neuronCount, type Analysis } from './analysis.ts';
import { meanOf, type Split } from './answer.ts';
import { isShare, scoreTitles } from './format.ts';
import type { NeuronAnswer } from './neuron-question.ts';
import { controlTexts } from './neuron-sentences.ts';
import type { Score, SelectionEntry, SizeScores } from '../run/run-file.ts';

/** A result with the name it has on the page. */
export interface NamedAnalysis {
  title: string;
  analysis: Analysis;
}

export interface CurvePoint {
  x: number;
  y: number;
  /** Standard deviation over seeds; 0 for one seed. */
  deviation: number;
}

export interface Curve {
  title: string;
  tone: number;
  dashed: boolean;
  /** Whether each point is a measurement, drawn as a dot. */
  dots: boolean;
  points: CurvePoint[];
}

/** How numbers on an axis are written. */
export type Unit = 'share' | 'decimal' | 'count';

export interface CurveChart {
  xTitle: string;
  yTitle: string;
  scale: 'linear' | 'log';
  unit: Unit;
  curves: Curve[];
  /** Horizontal lines. */
  levels: { title: string; y: number }[];
  /** Points that matter. */
  spots: { title: string; x: number; y: number }[];
  xDomain: [number, number];
  yDomain: [number, number];
}

export function unitOf(metric: ScoreName): Unit {
  return isShare(metric) ? 'share' : 'decimal';
}

/** From the lowest to the highest with a twentieth of air. */
export function spanned(values: readonly number[], least: number, most: number): [number, number] {
  if (values.length === 0) return [least, most];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = (high - low) / 20 || Math.abs(high) / 20 || 1;
  return [Math.max(least, low - air), Math.min(most, high + air)];
}

function finished(chart: Omit<CurveChart, 'xDomain' | 'yDomain'>, limits: [number, number]): CurveChart {
  const points = chart.curves.flatMap((curve) => curve.points);
  const xs = points.map(({ x }) => x);
  const ys = points.flatMap(({ y, deviation }) => [y - deviation, y + deviation]);
  const yDomain = spanned([...ys, ...chart.levels.map(({ y }) => y)], ...limits);
  const xDomain: [number, number] = xs.length === 0 ? [1, 10] : [Math.min(...xs), Math.max(...xs)];
  return { ...chart, xDomain, yDomain };
}

function pointOf(x: number, score: Score | undefined): CurvePoint[] {
  return score && score.mean !== null ? [{ x, y: score.mean, deviation: score.deviation ?? 0 }] : [];
}

/** Clusters against c, as a share of all neurons so that runs can be compared. */
export function clusterChart(
  runs: readonly { title: string; total: number; curve: readonly { threshold: number; clusters: number }[] }[],
): CurveChart {
  const curves = runs.map(({ title, total, curve }, tone) => ({
    title,
    tone,
    dashed: false,
    dots: curve.length < 30,
    points: curve.map(({ threshold, clusters }) => ({ x: threshold, y: clusters / Math.max(1, total), deviation: 0 })),
  }));
  const chart = { xTitle: 'c, largest distance in a cluster', yTitle: 'clusters, % of neurons' };
  return {
    ...chart,
    scale: 'linear',
    unit: 'share',
    curves,
    levels: [],
    spots: [],
    xDomain: [0, 1],
    yDomain: [0, 1],
  };
}

/** Score against number of neurons, log x: probes retrained on the first N of the ordering; the base and the target are levels. */
export function sizesChart(
  entries: readonly { title: string; analysis: Analysis; answer: NeuronAnswer; delta: number }[],
  metric: ScoreName,
  split: Split,
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
  const levels: CurveChart['levels'] = [];
  if (only) {
    const full = meanOf(only.analysis.oracle, split, metric);
    if (full !== null) levels.push({ title: 'all neurons (oracle)', y: full });
    const base = meanOf(only.answer.entry.base, split, metric);
    if (base !== null) levels.push({ title: 'target', y: target(base, only.delta, only.analysis.protocol) });
  }
  const spots = known.flatMap(({ answer }) => {
    const y = meanOf(answer.scores, split, metric);
    return y === null
      ? []
      : [{ title: `${answer.kind === 'tried' ? 'at most ' : ''}${answer.size}`, x: answer.size, y }];
  });
  return finished(
    { xTitle: 'neurons', yTitle: scoreTitles[metric], scale: 'log', unit: unitOf(metric), curves, levels, spots },
    limitsOf(metric),
  );
}

function curveOf(title: string, tone: number, sizes: readonly SizeScores[], metric: ScoreName, split: Split): Curve {
  const points = sizes.flatMap((one) => pointOf(one.neurons, one[split][metric]));
  return { title, tone, dashed: false, dots: true, points };
}

function limitsOf(metric: ScoreName): [number, number] {
  return isShare(metric) ? [0, 1] : [-1, 1];
}

/** Ablation: test score of the full probe, not retrained, when only N neurons keep their weight. */
export function ablationChart(analysis: Analysis, metric: ScoreName): CurveChart | null {
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
  const levels = full === null ? [] : [{ title: 'all neurons', y: full }];
  return finished(
    {
      xTitle: 'neurons kept',
      yTitle: scoreTitles[metric],
      scale: 'log',
      unit: unitOf(metric),
      curves,
      levels,
      spots: [],
    },
    limitsOf(metric),
  );
}

/** Score, score on the control task, and their difference by layer. */
export function selectivityChart(analysis: Analysis): CurveChart | null {
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
  return finished(
    {
      xTitle: 'layer (0 = embeddings)',
      yTitle: scoreTitles[metric],
      scale: 'linear',
      unit: unitOf(metric),
      curves,
      levels: [],
      spots: [],
    },
    [-1, 1],
  );
}

export interface BarChart {
  xTitle: string;
  yTitle: string;
  unit: Unit;
  /** What one bar is of, per group one value; null is drawn as nothing. */
  groups: string[];
  bars: { title: string; tone: number; values: (number | null)[] }[];
  /** A mark beside each group's bars, the paper's figure for instance. */
  marks?: { title: string; values: (number | null)[] };
}

/** How many layers clusters span: stacked over runs. */
export function windowsChart(runs: readonly { title: string; windows: readonly WindowCount[] }[]): BarChart {
  const widest = Math.max(1, ...runs.map(({ windows }) => windows.length));
  return {
    xTitle: 'layers from a cluster’s first to its last',
    yTitle: 'clusters',
    unit: 'count',
    groups: Array.from({ length: widest }, (_, i) => String(i + 1)),
    bars: runs.map(({ title, windows }, tone) => ({
      title,
      tone,
      values: Array.from({ length: widest }, (_, i) => windows[i]?.clusters ?? 0),
    })),
  };
}

export interface Claim {
  title: string;
  /** What the paper found, as a share. */
  paper: number;
  paperText: string;
  yours: number | null;
  /** How the user's figure came about, or why there is none. */
  basis: string;
}

/**
 * The paper's headline figures beside the user's own: neurons that clustering alone can spare within 1 % of the oracle,
 * neurons that the task can spare, and the share of the score that at most 10 % of the neurons keep.
 */
export function claims(analysis: Analysis, answer: NeuronAnswer | null, metric: ScoreName, split: Split): Claim[] {
  const total = analysis.shape ? neuronCount(analysis.shape) : 0;
  return [
    { title: 'redundant in general', paper: 0.85, paperText: '85 %', ...generalShare(analysis, total) },
    { title: 'redundant for the task', paper: 0.92, paperText: 'at least 92 %', ...taskShare(answer, total) },
    {
      title: 'of the score with at most 10 % of neurons',
      paper: 0.97,
      paperText: '97 %',
      ...keptShare(analysis, answer, total, metric, split),
    },
  ];
}

type Own = Pick<Claim, 'yours' | 'basis'>;

function generalShare({ clustering, oracle, metric, protocol }: Analysis, total: number): Own {
  const full = oracle.dev[metric]?.mean ?? null;
  const scored = clustering.filter(({ dev, threshold }) => threshold >= 0 && dev?.[metric]?.mean != null);
  if (scored.length === 0 || full === null || total === 0) {
    return { yours: null, basis: 'no clustering over all layers was scored: run with all thresholds' };
  }
  const least = target(full, 1, protocol);
  const passing = scored.filter(({ dev }) => (dev?.[metric]?.mean ?? -1) > least);
  const [best] = passing.sort((a, b) => a.clusters - b.clusters);
  if (!best) return { yours: 0, basis: 'no clustering stays within 1 % of the full probe on dev' };
  return { yours: 1 - best.clusters / total, basis: `clustering alone at c = ${best.threshold}, within 1 % on dev` };
}

function taskShare(answer: NeuronAnswer | null, total: number): Own {
  if (answer === null || answer.kind === 'open' || total === 0) return { yours: null, basis: 'not yet retrained' };
  return {
    yours: 1 - answer.size / total,
    basis: `${answer.size} ${answer.size === 1 ? 'neuron is' : 'neurons are'} enough`,
  };
}

function keptShare(
  analysis: Analysis,
  answer: NeuronAnswer | null,
  total: number,
  metric: ScoreName,
  split: Split,
): Own {
  if (answer === null || answer.kind === 'open') return { yours: null, basis: 'not yet retrained' };
  const full = meanOf(analysis.oracle, split, metric);
  const few = (entry: SelectionEntry) => entry.sizes.filter(({ neurons }) => neurons <= 0.1 * total);
  const dev = (one: SizeScores) => one.dev[metric]?.mean ?? -2;
  const [best] = few(answer.entry).sort((a, b) => dev(b) - dev(a));
  const reached = best ? meanOf(best, split, metric) : null;
  if (!best || reached === null || full === null || full <= 0) {
    return { yours: null, basis: 'no probe on at most 10 % of the neurons has this score' };
  }
  return { yours: reached / full, basis: `${best.neurons} neurons, best of those on dev` };
}
