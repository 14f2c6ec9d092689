/** Which layers know the task, in sentences made from the scores by layer. Layer 0 is the embeddings. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { selectTopLayer, usualDeltas } from '../../redundancy/layer-selector.ts';
import { dash, layerRange, listed, scoreText, scoreTitles } from '../format.ts';
import { meanOf } from '../scores.ts';
import { bestLayer } from './single.ts';
import type { LayerScores, SplitScores } from '../../run/run-file.ts';

/** The part of a run that the layer findings need; a run under way has it too. */
export interface LayerResult {
  /** Decides what a tolerated loss leaves of a score below zero. */
  protocol: 'paper' | 'refined';
  oracle: SplitScores;
  individual: LayerScores[];
  concatenated: LayerScores[];
}

/** LayerSelector on any score of a result, on dev: the smallest k whose probe on layers 0..k loses less than `delta` per cent. */
export function selectLayer(result: LayerResult, metric: ScoreName, delta: number): number {
  const dev = result.concatenated.map((entry) => meanOf(entry, 'dev', metric));
  return selectTopLayer(dev, delta, result.protocol);
}

/** What a finding about layers has to know of the whole result. */
export interface LayerFacts {
  /** Whether the oracle shows the task at all: where it does not, no layer is singled out. */
  isSignal: boolean;
  /** Layers that say the same of every row. */
  constant: ReadonlySet<number>;
}

/** Which layers know the task: the best single layer by dev, and how many stay within the three losses. */
export function layersFinding(
  result: LayerResult,
  metric: ScoreName,
  split: Split,
  { isSignal, constant }: LayerFacts,
): string {
  const full = meanOf(result.oracle, split, metric);
  if (!isSignal) return rangeFinding(result, metric, split);
  const best = bestLayer(result.individual, 'dev', metric, constant);
  const value = best && meanOf(result.individual[best.layer], split, metric);
  if (!best || value === null) return `No single layer has a ${scoreTitles[metric]} on the ${split} part.`;
  const beside = full === null ? '' : `, all layers together ${scoreText(full, metric)}`;
  const single = `The best single layer by dev is ${best.layer} (${scoreText(value, metric)} on ${split}${beside}).`;
  const within = [...lossesByLayer(result, metric)].map(
    ([layer, losses]) => `${layerRange(layer)} at ${listed(losses.map(String))} %`,
  );
  return `${single} Within a tolerated loss on dev: ${within.join('; ')}.`;
}

function rangeFinding({ individual, oracle }: LayerResult, metric: ScoreName, split: Split): string {
  const scores = individual.flatMap((entry) => meanOf(entry, split, metric) ?? []);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const range = scores.length === 0 ? dash : `${scoreText(low, metric)} to ${scoreText(high, metric)}`;
  const full = scoreText(meanOf(oracle, split, metric), metric);
  return `The full probe does not show the task, so no layer is singled out: on ${split} each by itself scores ${range}, all together ${full}.`;
}

/** The smallest stacks by their last layer, each with the losses that it stays within on dev. */
export function lossesByLayer(result: LayerResult, metric: ScoreName): Map<number, number[]> {
  const losses = new Map<number, number[]>();
  for (const delta of usualDeltas) {
    const layer = selectLayer(result, metric, delta);
    losses.set(layer, [...(losses.get(layer) ?? []), delta]);
  }
  return losses;
}
