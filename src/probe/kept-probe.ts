/**
 * The one probe of several seeds that a result keeps, folded for raw activations (protocols.md §12): logits =
 * weight · x + bias. Folded in float64, stored as float32.
 */
import { floatsToBase64 } from '../base/base64.ts';
import type { LinearWeights } from '../compute/device.ts';
import { bySplit, type Score, type Split, type SplitScores } from '../data/scores.ts';
import type { ScoreName } from '../data/tasks.ts';
import type { KeptProbe } from '../run/run-file.ts';
import type { ProbeOptions } from './parts.ts';
import type { NeuronStatistics } from './statistics.ts';

/** A probe of every seed on the same neurons. */
export interface SeedProbes {
  /** Model neurons in the order that the weights read them. */
  neurons: Int32Array;
  /** By seed, [outputs, neurons]; of standardised values where there are statistics. */
  weights: readonly LinearWeights[];
  scores: SplitScores;
}

/** Place of the median by dev score, the lower middle one of an even number; an undefined score is the lowest. */
export function medianSeed({ seeds }: Pick<Score, 'seeds'>): number {
  const valueAt = (place: number): number => seeds[place] ?? -Infinity;
  const places = Array.from(seeds.keys()).sort((a, b) => (valueAt(a) === valueAt(b) ? a - b : valueAt(a) - valueAt(b)));
  return places[Math.floor((seeds.length - 1) / 2)];
}

/**
 * A probe of standardised values as one of raw values: weight / deviation, bias − Σ weight · mean / deviation. The bias
 * goes with the weights as float32 rounds them, so that a mean far from zero does not multiply what rounding takes.
 * @param standard by model neuron; null: the probe reads raw values.
 * @param columns the model neurons of the new weight, in its order; those that the probe reads beside them must be
 *   constant, so that it does not look at them.
 */
export function foldProbe(
  neurons: Int32Array,
  { weight, bias }: LinearWeights,
  standard: NeuronStatistics | null,
  columns: Int32Array,
): LinearWeights {
  const places = new Map(Array.from(neurons, (neuron, place) => [neuron, place]));
  const from = columns.map((neuron) => places.get(neuron) ?? notRead(neuron));
  const scales = Float64Array.from(columns, (neuron) => (standard ? scaleOf(standard, neuron) : 1));
  const means = Float64Array.from(columns, (neuron) => standard?.mean[neuron] ?? 0);
  const folded = new Float32Array(bias.length * columns.length);
  const foldedBias = bias.map((start, output) => {
    let sum = start;
    for (let column = 0; column < columns.length; column++) {
      const at = output * columns.length + column;
      folded[at] = weight[output * neurons.length + from[column]] * scales[column];
      sum -= folded[at] * means[column];
    }
    return sum;
  });
  return { weight: folded, bias: foldedBias };
}

/** As batches are standardised. */
function scaleOf({ deviation, constant }: NeuronStatistics, neuron: number): number {
  return constant[neuron] || deviation[neuron] === 0 ? 0 : 1 / deviation[neuron];
}

function notRead(neuron: number): never {
  throw new Error(`the probe does not read neuron ${neuron}`);
}

/**
 * The median seed's probe for the run file, with its own scores.
 * @param columns model neurons in the order of the kept weight's columns.
 */
export function keptProbe(
  { neurons, weights, scores }: SeedProbes,
  standard: NeuronStatistics | null,
  columns: Int32Array,
  { seeds, metrics, metric }: Pick<ProbeOptions, 'seeds' | 'metrics'> & { metric: ScoreName },
): KeptProbe {
  const place = medianSeed(scores.dev[metric] ?? { seeds: seeds.map(() => null) });
  const { weight, bias } = foldProbe(neurons, weights[place], standard, columns);
  const own = (split: Split) =>
    Object.fromEntries(metrics.map((name) => [name, scores[split][name]?.seeds[place] ?? null]));
  return { seed: seeds[place], ...bySplit(own), weight: floatsToBase64(weight), bias: floatsToBase64(bias) };
}
