/**
 * What a run found, in sentences made from its numbers: the answer on top of the result and one finding a section.
 * Pure text; a part that matters most is marked, never formatted. Layer 0 is the embeddings.
 */
import type { ScoreName } from '../data/tasks.ts';
import { selectTopLayer } from '../redundancy/layer-selector.ts';
import {
  counted,
  dash,
  decimal,
  duration,
  isShare,
  layerRange,
  listed,
  percent,
  scoreText,
  scoreTitles,
} from './format.ts';
import type { Analysis } from './analysis.ts';
import type { LayerScores, RunFile, SplitScores } from '../run/run-file.ts';

export const splits = ['train', 'dev', 'test'] as const;
export type Split = (typeof splits)[number];

/** A stretch of a sentence. */
export interface Phrase {
  text: string;
  strong: boolean;
}

/** The part of a run that the layer findings need; a run under way has it too. */
export interface LayerResult {
  oracle: SplitScores;
  individual: LayerScores[];
  concatenated: LayerScores[];
}

export function meanOf(scores: SplitScores, split: Split, metric: ScoreName): number | null {
  return scores[split][metric]?.mean ?? null;
}

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
  const chosen = selectLayer(result, metric, 1);
  const total = result.concatenated.length - 1;
  const full = meanOf(result.oracle, split, metric);
  const stack = result.concatenated[chosen];
  const reached = stack ? meanOf(stack, split, metric) : null;
  if (full === null || reached === null) {
    return [
      plain(`${subject}: the ${scoreTitles[metric]} of the full probe is not defined, so layers cannot be told apart.`),
    ];
  }
  if (chosen >= total) {
    return [
      plain(`${subject} needs `),
      strong(`all ${total} layers`),
      plain(
        `: no shorter stack comes within 1 % of the full probe's ${scoreTitles[metric]} (${scoreText(full, metric)}).`,
      ),
    ];
  }
  const need = chosen === 0 ? 'none of the layers' : `${chosen} of ${total} layers`;
  const comparison =
    full > 0 ? `${percent(reached / full)} of the full probe's ${scoreTitles[metric]}` : scoreTitles[metric];
  return [
    plain(`${subject} needs `),
    strong(need),
    plain(
      `: a probe on ${layerRange(chosen)} reaches ${comparison} (${scoreText(reached, metric)} against ${scoreText(full, metric)}).`,
    ),
  ];
}

/**
 * How the choice was made and what the figures are of: the small print under the answer.
 * @param of the results shown, all of them.
 */
export function answerBasis(
  what: 'layers' | 'neurons',
  of: readonly Pick<Analysis, 'instances' | 'unit' | 'officialDev'>[],
  split: Split,
): string {
  const official = split === 'test' && of.every(({ officialDev }) => officialDev);
  const part = `the ${split} part${official ? ' (the official dev file)' : ''}`;
  const counts = new Set(of.map(({ instances, unit }) => (instances ? counted(instances[split], unit) : '')));
  const [same] = counts;
  const count = counts.size === 1 && same ? `, ${same}` : '';
  const choice =
    what === 'layers'
      ? 'Chosen on the dev part as the smallest stack that loses less than 1 %'
      : 'Chosen on the dev part';
  return `${choice}; the figures are of ${part}${count}.`;
}

/** Which layers know the task: the best single layer, and how many the three tolerances need. */
export function layersFinding(result: LayerResult, metric: ScoreName, split: Split): string {
  const best = bestLayer(result, split, metric);
  if (!best) return `No single layer has a ${scoreTitles[metric]} on the ${split} part.`;
  const full = meanOf(result.oracle, split, metric);
  const share = full !== null && full > 0 ? `, ${percent(best.value / full)} of what all layers together reach` : '';
  const single = `The best single layer is ${best.layer} (${scoreText(best.value, metric)}${share}).`;
  const byLayer = new Map<number, number[]>();
  for (const delta of deltas) {
    const chosen = selectLayer(result, metric, delta);
    byLayer.set(chosen, [...(byLayer.get(chosen) ?? []), delta]);
  }
  const needs = [...byLayer].map(([layer, within]) => `${layerRange(layer)} at ${listed(within.map(String))} %`);
  return `${single} Enough within a tolerated loss: ${needs.join('; ')}.`;
}

/** The tolerated losses of LayerSelector in per cent. */
export const deltas = [1, 2, 3] as const;

export function bestLayer(
  result: LayerResult,
  split: Split,
  metric: ScoreName,
): { layer: number; value: number } | null {
  let best: { layer: number; value: number } | null = null;
  for (const entry of result.individual) {
    const value = meanOf(entry, split, metric);
    if (value !== null && (best === null || value > best.value)) best = { layer: entry.layer, value };
  }
  return best;
}

/** Which layers say the same: the most and the least alike pair, and layers that have no similarity. */
export function similarityFinding(matrix: readonly (readonly (number | null)[])[]): string {
  const constant = constantLayers(matrix);
  const sentences: string[] = [];
  let most: Pair | null = null;
  let least: Pair | null = null;
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j < i; j++) {
      const value = matrix[i]?.[j] ?? null;
      if (value === null) continue;
      if (most === null || value > most.value) most = { a: j, b: i, value };
      if (least === null || value < least.value) least = { a: j, b: i, value };
    }
  }
  if (most && least) {
    sentences.push(`Most alike are layers ${most.a} and ${most.b} (${decimal(most.value)}), least alike`);
    sentences[0] += ` ${least.a} and ${least.b} (${decimal(least.value)}).`;
  }
  if (constant.length > 0) {
    const names = constant.length === 1 ? `Layer ${constant[0]} is` : `Layers ${listed(constant.map(String))} are`;
    sentences.push(
      `${names} the same vector in every row and ${constant.length === 1 ? 'has' : 'have'} no similarity.`,
    );
  }
  return sentences.join(' ') || `There is nothing to compare: ${dash}.`;
}

interface Pair {
  a: number;
  b: number;
  value: number;
}

/** Layers whose whole row is null: the same vector everywhere. */
export function constantLayers(matrix: readonly (readonly (number | null)[])[]): number[] {
  return matrix.flatMap((row, layer) => (row.every((value) => value === null) ? [layer] : []));
}

/** How the run was made, in one line. */
export function provenanceFinding(run: RunFile): string {
  const where =
    run.device.backend === 'webgpu'
      ? `WebGPU (${run.device.adapter ?? 'unnamed adapter'})`
      : `WebAssembly, ${counted(run.device.threads, 'thread')}`;
  const total = run.timings.reduce((sum, timing) => sum + timing.ms, 0);
  const time = total > 0 ? ` in ${duration(total)}` : '';
  return `${protocolTitle(run)}, ${counted(run.options.seeds.length, 'seed')}, on ${where}${time}.`;
}

export function protocolTitle(run: RunFile): string {
  return run.protocol === 'paper' ? 'Protocol of the paper' : 'Refined protocol';
}

/** How far a score can go, for axes: shares from 0 to 1, correlations from −1. */
export function scoreLimits(metric: ScoreName): [number, number] {
  return isShare(metric) ? [0, 1] : [-1, 1];
}

export function plain(text: string): Phrase {
  return { text, strong: false };
}

export function strong(text: string): Phrase {
  return { text, strong: true };
}
