/**
 * How much each layer knows: one probe a layer, one on layers 0..k for every k (the last is the oracle), all trained on the
 * same batches in one pass per epoch, once a seed (protocols.md §2, §4). Scores are fractions; null is undefined.
 */
import type { Control } from '../base/abort.ts';
import type { Device, LayerRange, LinearWeights } from '../compute/device.ts';
import type { LayerScores, SplitScores } from '../run/run-file.ts';
import { TrainingClock } from './clock.ts';
import type { LossCurve } from './early-stopping.ts';
import { score, summariseSplits, type SeedScores } from './evaluate.ts';
import { checkParts, type ProbeOptions, type ProbeParts } from './parts.ts';
import { neuronStatistics, type NeuronStatistics } from './statistics.ts';
import { concatenatedProbe, layerRanges, specOf, startOf, train } from './train.ts';

export type { ProbeOptions, ProbePart, ProbeParts } from './parts.ts';

/** Scores of the seeds that are done. */
export interface LayerResults {
  seedsDone: number;
  oracle: SplitScores;
  individual: LayerScores[];
  concatenated: LayerScores[];
}

export interface TrainedLayers extends LayerResults {
  /** The oracle of each seed: [classes, layers × hidden]; in `refined` the weights are those of standardised neurons. */
  oracles: LinearWeights[];
  /** The probe on layers 0..k of each seed, [seeds][k]. */
  concatenatedWeights: LinearWeights[][];
  /** The probe on each layer by itself, [seeds][layer]. */
  individualWeights: LinearWeights[][];
  /** Of each seed, one a layer alone, then one on layers 0..k for k ≥ 1; the last is the oracle's. */
  curves: LossCurve[][];
  /** By which the neurons were standardised; null in `paper`. */
  standard: NeuronStatistics | null;
  /** Neurons that have one value in every train row; `refined` leaves them out. */
  constantNeurons: number | null;
}

/** Progress counts batches over all seeds, training and scoring. */
export interface ProbeControl extends Control {
  seedDone?: (results: LayerResults) => void;
}

/**
 * Trains and scores all probes.
 * @throws WinnowError `bad-data` for labels that do not fit, values or losses that are not numbers, `device-lost`,
 *   `out-of-memory`; DOMException AbortError.
 */
export async function layerProbes(
  device: Device,
  parts: ProbeParts,
  options: ProbeOptions,
  control: ProbeControl = {},
): Promise<TrainedLayers> {
  checkParts(parts, options);
  const { activations, labels } = parts.train;
  const { layers, hidden } = activations;
  const standard =
    options.protocol === 'refined' ? await neuronStatistics(parts.train.activations, { signal: control.signal }) : null;
  const clock = new TrainingClock(parts, options, control);
  const ranges = layerRanges(layers);
  const seeds: SeedScores[] = [];
  const concatenatedWeights: LinearWeights[][] = [];
  const individualWeights: LinearWeights[][] = [];
  const curves: LossCurve[][] = [];
  const results = () => collect(layers, seeds, options);
  for (const seed of options.seeds) {
    const spec = specOf(parts.train.activations, options, ranges, starts(ranges, seed));
    const trained = await train(device, spec, parts, options, { seed, standard, clock });
    const { weights } = trained;
    seeds.push(await score(device, { ...spec, start: weights }, parts, options, { standard, clock }));
    concatenatedWeights.push(Array.from({ length: layers }, (_, k) => weights[concatenatedProbe(layers, k)]));
    individualWeights.push(weights.slice(0, layers));
    curves.push(trained.curves);
    control.seedDone?.(results());
  }
  const oracles = concatenatedWeights.map((weights) => weights[layers - 1]);
  const constantNeurons = standard ? standard.constant.reduce((sum, one) => sum + one, 0) : null;
  return { ...results(), oracles, concatenatedWeights, individualWeights, curves, standard, constantNeurons };

  function starts(ranges: readonly LayerRange[], seed: number): LinearWeights[] {
    return ranges.map(({ first, last }) => {
      const constant = standard?.constant.subarray(first * hidden) ?? null;
      return startOf(seed, (last - first + 1) * hidden, options, { constant, labels });
    });
  }
}

/** Scores of the seeds so far as the run file has them. */
function collect(layers: number, seeds: SeedScores[], options: ProbeOptions): LayerResults {
  const splitScores = (probe: number) => summariseSplits(seeds, probe, options);
  const numbers = Array.from({ length: layers }, (_, layer) => layer);
  return {
    seedsDone: seeds.length,
    oracle: splitScores(concatenatedProbe(layers, layers - 1)),
    individual: numbers.map((layer) => ({ layer, ...splitScores(layer) })),
    concatenated: numbers.map((layer) => ({ layer, ...splitScores(concatenatedProbe(layers, layer)) })),
  };
}
