/** Sizes, layers and scores as the sentences of a verdict say them. */
import { counted, decimal, integer, isShare, listed, percent, scoreText, scoreTitles } from '../format.ts';
import { neuronCount, type Analysis } from '../analysis.ts';
import type { Deltas } from '../../data/question.ts';
import type { SplitScores } from '../../data/scores.ts';
import { meanOf } from '../scores.ts';
import type { Interval } from './intervals.ts';

/** Word joiner: no line break here. */
const joiner = '\u2060';

/** "97 of 2,688 neurons". */
export function sizeText(size: number, { shape }: Pick<Analysis, 'shape'>): string {
  return shape ? `${integer(size)} of ${integer(neuronCount(shape))} neurons` : counted(size, 'neuron');
}

/** "2 % (1 % by layers, 1 % by neurons)". */
export function lossesText({ layers, neurons }: Deltas): string {
  const parts = layers > 0 && neurons > 0 ? ` (${lossText(layers)} by layers, ${lossText(neurons)} by neurons)` : '';
  return lossText(layers + neurons) + parts;
}

/** " (3.6 %), all in layer 0", from the layers that kept neurons lie in. */
export function originText(size: number, layers: readonly number[], { shape }: Pick<Analysis, 'shape'>): string {
  const share = shape ? ` (${percent(size / neuronCount(shape))})` : '';
  const [first, last] = [layers[0], layers[layers.length - 1]];
  if (layers.length === 0) return share;
  if (layers.length === 1) return `${share}, ${size === 1 ? '' : 'all '}in layer ${first}`;
  if (last - first === layers.length - 1) return `${share} from layers ${first}–${joiner}${last}`;
  if (layers.length <= 4) return `${share} from layers ${listed(layers.map(String))}`;
  return `${share} from ${layers.length} of the layers ${first}–${joiner}${last}`;
}

/** "84.5 % against 85.1 %": a probe's test score beside the oracle's. */
export function scoresText(scores: SplitScores, { oracle, metric }: Pick<Analysis, 'oracle' | 'metric'>): string {
  const [own, full] = [meanOf(scores, 'test', metric), meanOf(oracle, 'test', metric)];
  return `${scoreText(own, metric)} against ${scoreText(full, metric)}`;
}

/** "99.3 % of the full probe's accuracy (84.5 % against 85.1 %)"; a share of 100 or more is luck and is not praised. */
export function keptText(scores: SplitScores, analysis: Pick<Analysis, 'oracle' | 'metric'>): string {
  const { oracle, metric } = analysis;
  const [own, full] = [meanOf(scores, 'test', metric), meanOf(oracle, 'test', metric)];
  const title = scoreTitles[metric];
  const texts = scoresText(scores, analysis);
  if (own === null || full === null || full <= 0) return `${title} ${texts}`;
  if (own >= full) return `no less than the full probe's ${title} (${texts})`;
  return `${percent(own / full)} of the full probe's ${title} (${texts})`;
}

/** "81.9–86.9 %", "0.812 to 0.874": correlations may be negative. */
export function intervalText({ low, high }: Interval, score: 'accuracy' | 'pearson'): string {
  if (isShare(score)) return `${(low * 100).toFixed(1)}–${joiner}${percent(high)}`;
  return `${decimal(low)} to ${decimal(high)}`;
}

/** "1 %", "0.25 %". */
export function lossText(delta: number): string {
  return `${delta}\u202f%`;
}
