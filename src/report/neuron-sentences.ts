/** What a run found out about neurons, in sentences made from its numbers. Pure text; the part that matters most is marked. */
import type { ScoreName } from '../data/tasks.ts';
import { noClustering, type Question } from '../data/question.ts';
import type { Analysis } from './analysis.ts';
import { neuronCount } from './analysis.ts';
import { meanOf, plain, strong, type Phrase, type Split } from './answer.ts';
import { counted, decimal, integer, layerRange, listed, percent, scoreText, scoreTitles } from './format.ts';
import type { ClusterView } from './neuron-clusters.ts';
import { leftToChooseFrom, sameQuestion, type NeuronAnswer } from './neuron-question.ts';
import type { McNemar } from '../measures/mcnemar/field.ts';
import type { Selectivity } from '../measures/selectivity/field.ts';

export interface Shown {
  metric: ScoreName;
  split: Split;
  subject: string;
}

/**
 * "SST-2 needs 53 of 2,688 neurons (2.0 %) from layers 0–5: 98.9 % of the full probe's accuracy."
 * @param left neurons that layers and clusters leave, where nothing was retrained yet.
 */
export function neuronAnswer(
  analysis: Analysis,
  question: Question,
  answer: NeuronAnswer,
  { metric, split, subject }: Shown,
  left: number | null = null,
): Phrase[] {
  const total = analysis.shape ? neuronCount(analysis.shape) : 0;
  if (answer.kind === 'open') {
    // Fewer layers cluster a little differently by themselves than among all.
    const isExact = question.threshold === noClustering || answer.topLayer === (analysis.shape?.layers ?? 0) - 1;
    const from =
      left === null
        ? ''
        : `: ${isExact ? '' : 'about '}${counted(left, 'neuron')} of ${integer(total)} are left to choose from`;
    return [
      strong('Not yet retrained'),
      plain(` ${thresholdWords(question)} with ${layerRange(answer.topLayer)}${from}.`),
    ];
  }
  const { size, scores, topLayer } = answer;
  const atMost = answer.kind === 'tried' ? 'at most ' : '';
  const share = total > 0 ? ` (${percent(size / total)})` : '';
  const full = meanOf(analysis.oracle, split, metric);
  const reached = meanOf(scores, split, metric);
  const title = scoreTitles[metric];
  const needs = [plain(`${subject} needs `), strong(`${atMost}${integer(size)} of ${integer(total)} neurons`)];
  const from = `${share} from ${layerRange(topLayer)}`;
  if (full === null || reached === null) return [...needs, plain(`${from}; its ${title} here is not defined.`)];
  const texts = `${scoreText(reached, metric)} against ${scoreText(full, metric)}`;
  if (full <= 0) return [...needs, plain(`${from}: ${title} ${texts}.`)];
  return [...needs, plain(`${from}: ${percent(reached / full)} of the full probe's ${title} (${texts}).`)];
}

/** What clustering alone leaves, for a file in which nothing else was asked. */
export function clusteringAnswer(analysis: Analysis, view: ClusterView, { metric, split, subject }: Shown): Phrase[] {
  const total = view.labels.length;
  const full = meanOf(analysis.oracle, split, metric);
  const reached = view.entry?.[split]?.[metric]?.mean ?? null;
  const head = [
    plain(`${subject}: ${thresholdWords(view)} `),
    strong(`${integer(view.clusters)} of ${integer(total)} neurons`),
  ];
  if (full === null || reached === null || full <= 0) return [...head, plain(' stand for all.')];
  return [
    ...head,
    plain(
      ` (${percent(view.clusters / Math.max(1, total))}) stand for all: ${percent(reached / full)} of the full probe's ${scoreTitles[metric]}.`,
    ),
  ];
}

/** "at c = 0.35", "without clustering". */
export function thresholdWords({ threshold }: Pick<Question, 'threshold'>): string {
  return threshold === noClustering ? 'without clustering' : `at c = ${thresholdText(threshold)}`;
}

export function thresholdText(threshold: number): string {
  return threshold === noClustering ? 'none' : String(Number(threshold.toFixed(4)));
}

/** What was left on the way to an answer, in the order of the protocol. */
export function pathFinding(answer: NeuronAnswer, question: Question, analysis: Analysis): string {
  if (analysis.shape === null) return '';
  const { hidden } = analysis.shape;
  const total = neuronCount(analysis.shape);
  const below = (answer.topLayer + 1) * hidden;
  const start = `Of ${integer(total)} neurons, layer selection leaves ${below === total ? 'all' : integer(below)}`;
  if (answer.kind === 'open') return `${start}; the rest has to be retrained.`;
  const left = integer(leftToChooseFrom(answer.entry));
  const clusters = answer.entry.representatives ? `, clustering ${thresholdWords(question)} leaves ${left}` : '';
  const size = `${answer.kind === 'tried' ? 'at most ' : ''}${integer(answer.size)}`;
  return `${start}${clusters}, feature selection keeps ${size}.`;
}

/** Which neurons say the same at this threshold. */
export function clustersFinding(view: ClusterView): string {
  const total = view.labels.length;
  const members = total - (view.sizes[0] ?? 0);
  const wide = view.windows.filter(({ window }) => window > 1).reduce((sum, { clusters }) => sum + clusters, 0);
  const several = view.sizes.reduce((sum, size, label) => sum + (label > 0 && size > 1 ? 1 : 0), 0);
  const aside =
    view.constantNeurons > 0
      ? ` ${counted(view.constantNeurons, 'neuron')} ${view.constantNeurons === 1 ? 'has' : 'have'} one value in every row.`
      : '';
  if (view.threshold === noClustering)
    return `Without clustering all ${integer(members)} neurons stand for themselves.${aside}`;
  const where = view.layers > 0 && total > 0 ? ` in ${layerRange(view.layers - 1)}` : '';
  const share = total > 0 ? ` (${percent(view.clusters / total)} remain)` : '';
  const span =
    several > 0
      ? ` ${integer(several)} of them hold more than one neuron, ${integer(wide)} span more than one layer.`
      : '';
  return `At c = ${thresholdText(view.threshold)} the ${integer(total)} neurons${where} form ${counted(view.clusters, 'cluster')}${share}.${span}${aside}`;
}

/** Which layers the kept neurons are from, most of them first. */
export function originFinding(kept: readonly number[], hidden: number): string {
  const byLayer = new Map<number, number>();
  for (const neuron of kept) {
    const layer = Math.floor(neuron / hidden);
    byLayer.set(layer, (byLayer.get(layer) ?? 0) + 1);
  }
  const most = [...byLayer].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const words = most.map(([layer, neurons]) => `${integer(neurons)} from layer ${layer}`);
  const rest =
    byLayer.size > most.length ? ', the others from ' + counted(byLayer.size - most.length, 'more layer') : '';
  if (kept.length === 1) return `The one kept neuron is from layer ${most[0][0]}.`;
  return kept.length === 0 ? '' : `Of the ${counted(kept.length, 'kept neuron')}, ${listed(words)}${rest}.`;
}

/** McNemar's test in words, a sentence a seed at most; empty where the run did not make the test for this selection. */
export function mcnemarFinding(
  { mcnemar, instances, unit }: Pick<Analysis, 'mcnemar' | 'instances' | 'unit'>,
  question: Question,
): string {
  const found = mcnemar?.comparisons.find((one) => sameQuestion(one, question));
  const first = found?.seeds[0];
  if (!found || !first) return '';
  const of = instances === null ? '' : ` of ${integer(instances.test)} test ${unit}s`;
  const { onlyOracleRight: full, onlyReducedRight: reduced } = first;
  const seed = found.seeds.length > 1 ? 'With the first seed, ' : '';
  const counts = `${seed}${integer(full)}${of} are right only with all neurons, ${integer(reduced)} only with these ${integer(found.size)}`;
  const ps = found.seeds.map(({ p }) => p);
  const values = [...new Set(ps.map(probabilityText))];
  const seeds = values.length > 1 ? `; p by seed ${listed(values)}` : `; p = ${values[0]}`;
  return `${counts}, ${verdictOf(found.seeds)} (McNemar’s exact test${seeds}).`;
}

/** At the usual 5 %. */
function verdictOf(seeds: McNemar['comparisons'][number]['seeds']): string {
  const clear = seeds.filter(({ p }) => p < 0.05);
  if (clear.length === 0) return 'a difference that chance makes often: the two probes cannot be told apart';
  const excess = clear.reduce((sum, one) => sum + one.onlyOracleRight - one.onlyReducedRight, 0);
  const often = clear.length === seeds.length ? '' : ` for ${clear.length} of ${seeds.length} seeds`;
  return `more than chance explains${often}: the reduced probe is ${excess > 0 ? 'worse' : 'better'}`;
}

function probabilityText(p: number): string {
  return p < 0.001 ? 'below 0.001' : p > 0.9995 ? '1' : decimal(p);
}

/** The labels of a control task, for a sentence. */
export const controlTexts: Readonly<Record<Selectivity['control'], string>> = {
  'shuffled-labels': 'shuffled labels',
  'word-types': 'labels drawn once a word',
};

/** Selectivity: how much of a score is knowledge of the task and not of the probe. */
export function selectivityFinding({ selectivity }: Analysis, metric: ScoreName): string {
  const oracle = selectivity?.oracle;
  if (!selectivity || oracle?.score.mean == null || oracle.control.mean === null) return '';
  const [best] = [...selectivity.layers].sort((a, b) => (b.selectivity.mean ?? -9) - (a.selectivity.mean ?? -9));
  const layer = best?.selectivity.mean == null ? '' : ` Most selective by itself is layer ${best.layer}.`;
  const [score, control] = [scoreText(oracle.score.mean, metric), scoreText(oracle.control.mean, metric)];
  const isKnowledge = oracle.score.mean > oracle.control.mean;
  const verdict = isKnowledge
    ? 'the rest is what the neurons know'
    : 'no more, so nothing shows that the neurons know the task';
  return `On ${controlTexts[selectivity.control]} the full probe reaches ${control}, on the true ones ${score}: ${verdict}.${isKnowledge ? layer : ''}`;
}

/** Half of the neurons that matter: where the ablation curves part. */
export function ablationFinding({ ablation, oracle }: Analysis, metric: ScoreName): string {
  const full = meanOf(oracle, 'test', metric);
  if (!ablation || full === null || full <= 0) return '';
  const near = ablation.sizes.find(({ top }) => (top[metric]?.mean ?? -1) > 0.97 * full);
  if (!near) return '';
  const bottom = near.bottom[metric]?.mean ?? null;
  const random = near.random[metric]?.mean ?? null;
  const others = `the bottom ones ${scoreText(bottom, metric)}, random ones ${scoreText(random, metric)}`;
  return `Not retrained, its top ${near.neurons === 1 ? 'neuron keeps' : `${integer(near.neurons)} neurons keep`} 97 % of the full probe's ${scoreTitles[metric]}; as many of ${others}.`;
}
