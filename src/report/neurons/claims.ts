/** The headline figures of the paper beside those found here, as bars and as a table. */
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
import type { NeuronAnswer } from './question.ts';
import { meanOf } from '../scores.ts';
import { missingCell, numberColumn, textCell, textColumn, type Cell, type Table } from '../table.ts';
import type { SizeScores } from '../../run/run-file.ts';

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
  if (!isShown(analysis)) {
    // Of a task that nothing shows, everything can be spared.
    const none = { yours: null, basis: 'the full probe does not show the task' };
    return paperClaims.map((claim) => ({ ...claim, ...none }));
  }
  const [general, task, kept] = paperClaims;
  return [
    { ...general, ...generalShare(analysis, total) },
    { ...task, ...taskShare(analysis, answer, total) },
    { ...kept, ...keptShare(analysis, answer, total, metric, split) },
  ];
}

const paperClaims = [
  { title: 'redundant in general', paper: 0.85, paperText: '85 %' },
  { title: 'redundant for the task', paper: 0.92, paperText: 'at least 92 %' },
  { title: 'of the score with at most 10 % of neurons', paper: 0.97, paperText: '97 %' },
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

/** The claims as rows of bars, the paper's share a mark on each. */
function claimsChart(results: readonly { title: string; claims: readonly Claim[] }[]): BarChart {
  const paper = results[0]?.claims ?? [];
  return {
    kind: 'bars',
    label: 'Shares found here beside those of the paper',
    layout: 'rows',
    xTitle: 'share',
    yTitle: '',
    unit: 'share',
    groups: paper.map(({ title, paperText }) => `${title}: ${paperText} in the paper`),
    bars: results.map(({ title, claims }, tone) => ({
      title: results.length > 1 ? title : 'yours',
      tone,
      values: claims.map(({ yours }) => yours),
    })),
    marks: { title: 'the paper', values: paper.map((claim) => claim.paper) },
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
  ]);
  return { columns: [textColumn('share'), numberColumn('the paper'), ...columns], rows };
}

export function claimsFigure(shown: readonly Answered[], metric: ScoreName, split: Split): Figure {
  const results = shown.map(({ result: { title, analysis }, answer }) => {
    return { title, claims: claims(analysis, answer, metric, split) };
  });
  return {
    id: 'claims',
    title: 'Beside the paper’s headline figures',
    description:
      'Dalvi et al. 2020 for BERT and XLNet over all their tasks; the bars are of this result and the question above.',
    chart: claimsChart(results),
    table: claimTable(results),
    stem: `${shown[0].result.stem}-beside-the-paper`,
  };
}
