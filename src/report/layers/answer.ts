/** How many layers the task needs, in sentences made from the scores by layer. Layer 0 is the embeddings. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { selectTopLayer } from '../../redundancy/layer-selector.ts';
import { layerRange, listed, percent, scoreText, scoreTitles } from '../format.ts';
import { meanOf } from '../scores.ts';
import { plain, strong, type Phrase } from '../sentence.ts';
import type { LayerScores, SplitScores } from '../../run/run-file.ts';

/** The part of a run that the layer findings need; a run under way has it too. */
export interface LayerResult {
  oracle: SplitScores;
  individual: LayerScores[];
  concatenated: LayerScores[];
}

/** The tolerated losses of LayerSelector in per cent. */
export const deltas = [1, 2, 3] as const;

/** LayerSelector on any score of a result, on dev: the smallest k whose probe on layers 0..k loses less than `delta` per cent. */
export function selectLayer(result: LayerResult, metric: ScoreName, delta: number): number {
  const dev = result.concatenated.map((entry) => meanOf(entry, 'dev', metric));
  return selectTopLayer(dev, delta, 'refined');
}

/**
 * "SST-2 needs 5 of 6 layers: a probe on layers 0–5 reaches 99.6 % of the full probe's accuracy."
 * @param subject what the sentence is about.
 */
export function layersAnswer(result: LayerResult, metric: ScoreName, split: Split, subject: string): Phrase[] {
  const title = scoreTitles[metric];
  const chosen = selectLayer(result, metric, 1);
  const total = result.concatenated.length - 1;
  const full = meanOf(result.oracle, split, metric);
  const stack = result.concatenated[chosen];
  const reached = stack ? meanOf(stack, split, metric) : null;
  if (full === null || reached === null) {
    return [plain(`${subject}: the ${title} of the full probe is not defined, so layers cannot be told apart.`)];
  }
  const needs = (need: string, reason: string) => [plain(`${subject} needs `), strong(need), plain(`: ${reason}.`)];
  const fullText = scoreText(full, metric);
  if (chosen >= total) {
    return needs(`all ${total} layers`, `no shorter stack comes within 1 % of the full probe's ${title} (${fullText})`);
  }
  const need = chosen === 0 ? 'none of the layers' : `${chosen} of ${total} layers`;
  const comparison = full > 0 ? `${percent(reached / full)} of the full probe's ${title}` : title;
  const scores = `${scoreText(reached, metric)} against ${fullText}`;
  return needs(need, `a probe on ${layerRange(chosen)} reaches ${comparison} (${scores})`);
}

/** Which layers know the task: the best single layer, and how many the three tolerances need. */
export function layersFinding(result: LayerResult, metric: ScoreName, split: Split): string {
  const best = bestLayer(result, split, metric);
  if (!best) return `No single layer has a ${scoreTitles[metric]} on the ${split} part.`;
  const full = meanOf(result.oracle, split, metric);
  const share = full !== null && full > 0 ? `, ${percent(best.value / full)} of what all layers together reach` : '';
  const single = `The best single layer is ${best.layer} (${scoreText(best.value, metric)}${share}).`;
  const needs = [...lossesByLayer(result, metric)].map(
    ([layer, within]) => `${layerRange(layer)} at ${listed(within.map(String))} %`,
  );
  return `${single} Enough within a tolerated loss: ${needs.join('; ')}.`;
}

/** The layers that are enough, each with the losses for which it is. */
export function lossesByLayer(result: LayerResult, metric: ScoreName): Map<number, number[]> {
  const losses = new Map<number, number[]>();
  for (const delta of deltas) {
    const layer = selectLayer(result, metric, delta);
    losses.set(layer, [...(losses.get(layer) ?? []), delta]);
  }
  return losses;
}

/** Null where no layer has that score. */
export function bestLayer({ individual }: LayerResult, split: Split, metric: ScoreName) {
  const scored = individual.flatMap((entry) => {
    const value = meanOf(entry, split, metric);
    return value === null ? [] : [{ layer: entry.layer, value }];
  });
  return scored.toSorted((a, b) => b.value - a.value)[0] ?? null;
}
