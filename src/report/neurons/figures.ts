/** Figures about which neurons do the work: score by size, the paper's claims, the ranking. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import type { NamedAnalysis } from '../analysis.ts';
import type { Figure } from '../chart.ts';
import { originFinding, pathFinding } from './answer.ts';
import type { Answered } from './fates.ts';
import { claimsFigure } from './claims.ts';
import { keptNeurons } from './question.ts';
import { rankingFigure } from './ranking.ts';
import { sizesFigure } from './sizes.ts';

export interface NeuronFigures {
  findings: string[];
  sizes: Figure | null;
  claims: Figure | null;
  /** One a result; null where nothing was ranked. */
  rankings: (Figure | null)[];
}

/**
 * Which neurons do the work.
 * @param results of all open ones, those without neurons too.
 * @param measured what measures found, a text a result.
 */
export function neuronFigures(
  shown: readonly Answered[],
  results: number,
  metric: ScoreName,
  split: Split,
  measured: readonly string[],
): NeuronFigures {
  if (shown.length === 0) return { findings: [noNeurons], sizes: null, claims: null, rankings: [] };
  const compared = results > 1;
  const findings = shown.map(({ result: { title, analysis }, answer, question }, index) => {
    const hidden = analysis.shape?.hidden ?? 1;
    const words = compared
      ? [`${title}:`, pathFinding(answer, question, analysis)]
      : [originFinding(keptNeurons(answer, hidden), hidden), measured[index]];
    return words.filter((word) => word !== '').join(' ');
  });
  const rankingTitle = ({ title }: NamedAnalysis): string => `Which neurons lead${compared ? ` · ${title}` : ''}`;
  return {
    findings: findings.filter((text) => text !== ''),
    sizes: sizesFigure(shown, metric, split, findings[0]),
    claims: claimsFigure(shown, metric, split),
    rankings: shown.map((answered, index) => rankingFigure(answered, index, rankingTitle(answered.result))),
  };
}

const noNeurons = 'This result was made before Winnow looked at neurons: run it again to see which do the work.';
