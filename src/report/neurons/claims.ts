/** Headline figures of the paper, and of papers since, beside those found here: as bars and as a table (docs/protocols.md §15). */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { target } from '../../redundancy/layer-selector.ts';
import { neuronCount, type Analysis } from '../analysis.ts';
import type { BarChart, Figure } from '../chart.ts';
import { counted, percent } from '../format.ts';
import { keepingOf } from '../verdict/checks.ts';
import { isShown } from '../verdict/signal.ts';
import { testOf } from './computed-answers.ts';
import type { Answered } from './fates.ts';
import { keptNeurons, type NeuronAnswer } from './question.ts';
import { meanOf } from '../scores.ts';
import { missingCell, numberColumn, textCell, textColumn, type Cell, type Table } from '../table.ts';
import type { SizeScores } from '../../run/run-file.ts';

export interface Claim {
  title: string;
  /** What a paper found, as a share. */
  paper: number;
  paperText: string;
  /** Where it stands, and of which models on what. */
  source: string;
  yours: number | null;
  /** How the user's figure came about, or why there is none. */
  basis: string;
}

/**
 * The paper's headline figures beside the user's own: neurons that clustering alone can spare within 1 % of the oracle,
 * neurons that the task can spare, and the share of the score that at most 10 % of the neurons keep; then what papers since
 * leave out of models of theirs, beside the layers above all kept neurons.
 */
export function claims(analysis: Analysis, answer: NeuronAnswer | null, metric: ScoreName, split: Split): Claim[] {
  const total = analysis.shape ? neuronCount(analysis.shape) : 0;
  if (!isShown(analysis)) {
    // Of a task that nothing shows, everything can be spared.
    const none = { yours: null, basis: 'the full probe does not show the task' };
    return [...paperClaims, prunedClaim, ...layerClaims].map((claim) => ({ ...claim, ...none }));
  }
  const layers = layerShare(analysis, answer, total);
  const [general, task, kept] = paperClaims;
  return [
    { ...general, ...generalShare(analysis, total) },
    { ...task, ...taskShare(analysis, answer, total) },
    { ...kept, ...keptShare(analysis, answer, total, metric, split) },
    prunedClaim,
    ...layerClaims.map((claim) => ({ ...claim, ...layers })),
  ];
}

const source = 'Dalvi et al. 2020, abstract: BERT and XLNet, over all their tasks';
const paperClaims = [
  { title: 'redundant in general', paper: 0.85, paperText: '85 %', source },
  { title: 'redundant for the task', paper: 0.92, paperText: 'at least 92 %', source },
  { title: 'of the score with at most 10 % of neurons', paper: 0.97, paperText: '97 %', source },
] as const;

/** Of a model without some of its layers; the abstract does not say of what it is a share. */
const prunedClaim = {
  ...{ title: 'of the model pruned', paper: 0.4, paperText: 'up to 40 %' },
  source:
    'Sajjad et al. 2023, abstract: layers of BERT, RoBERTa and XLNet dropped, up to 98 % of the score on GLUE kept',
  ...{ yours: null, basis: 'the abstract does not say whether layers or weights are counted' },
};
/** Of layers that were taken out of the model itself. */
const layerClaims = [
  {
    ...{ title: 'of the layers left out', paper: 0.5, paperText: 'up to 50 %' },
    source: 'Gromov et al. 2025, abstract: open-weight language models on questions, trained a little afterwards',
  },
  {
    ...{ title: 'of the layers left out', paper: 0.25, paperText: '25 %' },
    source: 'Men et al. 2025, the layers named with their code: 10 of the 40 of Llama-2-13B',
  },
] as const;

type Share = Pick<Claim, 'yours' | 'basis'>;

function generalShare({ clustering, oracle, metric, protocol }: Analysis, total: number): Share {
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

function taskShare(analysis: Analysis, answer: NeuronAnswer | null, total: number): Share {
  if (answer === null || answer.kind === 'open' || total === 0) return { yours: null, basis: 'not yet retrained' };
  const { entry, size, scores } = answer;
  const test = testOf(analysis, entry, size);
  if (keepingOf(analysis, { deltas: entry.deltas, scores, test }).kind === 'worse') {
    return { yours: null, basis: `${counted(size, 'neuron')} ${size === 1 ? 'is' : 'are'} not enough` };
  }
  return {
    yours: 1 - size / total,
    basis: `${counted(size, 'neuron')} kept`,
  };
}

function keptShare(
  analysis: Analysis,
  answer: NeuronAnswer | null,
  total: number,
  metric: ScoreName,
  split: Split,
): Share {
  if (answer === null || answer.kind === 'open') return { yours: null, basis: 'not yet retrained' };
  const full = meanOf(analysis.oracle, split, metric);
  const dev = (scores: SizeScores) => scores.dev[metric]?.mean ?? -2;
  const small = answer.entry.sizes.filter(({ neurons }) => neurons <= 0.1 * total);
  const [best] = small.sort((a, b) => dev(b) - dev(a));
  const reached = best ? meanOf(best, split, metric) : null;
  if (!best || reached === null || full === null || full <= 0) {
    return { yours: null, basis: 'no probe on at most 10 % of the neurons has this score' };
  }
  return { yours: reached / full, basis: `${best.neurons} neurons, best of those on dev` };
}

function layerShare(analysis: Analysis, answer: NeuronAnswer | null, total: number): Share {
  const task = taskShare(analysis, answer, total);
  const { layers, hidden } = analysis.shape ?? { layers: 1, hidden: 1 };
  if (layers === 1) return { yours: null, basis: 'there is one layer alone' };
  if (answer === null || task.yours === null) return task;
  const top = Math.max(...keptNeurons(answer, hidden).map((neuron) => Math.floor(neuron / hidden)));
  return { yours: 1 - top / (layers - 1), basis: `${task.basis}, the highest of layer ${top} of ${layers - 1}` };
}

/** The claims of the paper itself as rows of bars, its share a mark on each. */
function claimsChart(results: readonly { title: string; claims: readonly Claim[] }[]): BarChart {
  return {
    kind: 'bars',
    label: 'Shares found here beside those of the paper',
    layout: 'rows',
    xTitle: 'share',
    yTitle: '',
    unit: 'share',
    groups: paperClaims.map(({ title, paperText }) => `${title}: ${paperText} in the paper`),
    bars: results.map(({ title, claims }, tone) => ({
      title: results.length > 1 ? title : 'yours',
      tone,
      values: paperClaims.map((_, i) => claims[i].yours),
    })),
    marks: { title: 'the paper', values: paperClaims.map((claim) => claim.paper) },
  };
}

function claimTable(results: readonly { title: string; claims: readonly Claim[] }[]): Table {
  const [first] = results;
  const compared = results.length > 1;
  const columns = results.flatMap(({ title }) => [
    numberColumn(compared ? title : 'yours'),
    textColumn(compared ? `${title}, how` : 'how it was found'),
  ]);
  const rows = (first?.claims ?? []).map((claim, i) => [
    textCell(claim.title),
    { value: claim.paper, text: claim.paperText.replace(' %', '\u202f%') },
    ...results.flatMap(({ claims }): Cell[] => {
      const { yours, basis } = claims[i];
      return [yours === null ? missingCell(basis) : { value: yours, text: percent(yours) }, textCell(basis)];
    }),
    textCell(claim.source),
  ]);
  return { columns: [textColumn('share'), numberColumn('published'), ...columns, textColumn('where')], rows };
}

export function claimsFigure(shown: readonly Answered[], metric: ScoreName, split: Split): Figure {
  const results = shown.map(({ result: { title, analysis }, answer }) => {
    return { title, claims: claims(analysis, answer, metric, split) };
  });
  return {
    id: 'claims',
    title: 'Beside the paper’s headline figures',
    description:
      'Dalvi et al. 2020 for BERT and XLNet over all their tasks; the bars are of this result and the question above. The table has published figures of papers since, too: of their models, in which layers were taken out.',
    chart: claimsChart(results),
    table: claimTable(results),
    stem: `${shown[0].result.stem}-beside-the-paper`,
  };
}
