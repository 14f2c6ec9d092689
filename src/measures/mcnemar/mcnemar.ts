/**
 * Is another probe worse than the oracle, or is it luck? McNemar's test on the rows that only one of them gets right, in
 * its exact form: a two-sided binomial test of fairness (McNemar 1947; protocols.md §7). Classification only. Nothing is
 * trained: probes that are there predict once more.
 */
import { selectNeurons } from '../../activations/select.ts';
import type { Control } from '../../base/abort.ts';
import { mcnemarExact } from '../../base/binomial.ts';
import type { Device, LinearWeights } from '../../compute/device.ts';
import { predictWith } from '../../probe/evaluate.ts';
import type { TrainedLayers } from '../../probe/layer-probes.ts';
import type { ProbeOptions, ProbePart } from '../../probe/parts.ts';
import { selectStatistics, type NeuronStatistics } from '../../probe/statistics.ts';
import type { Comparison, McNemar, SeedComparison } from './field.ts';
import type { Selected } from '../../redundancy/selection.ts';

/** A probe by the model neurons that it reads, in their order; weights by seed. */
export interface Contender {
  neurons: Int32Array;
  weights: readonly LinearWeights[];
}

export interface Contenders {
  selected: readonly Selected[];
  maxFeatures: Selected | null;
  bestLayer: (Contender & { layer: number }) | null;
  /** Layers 0 to `layer`. */
  stacks: readonly (Contender & { layer: number })[];
}

/**
 * Every contender against the oracle of the same seed, on the rows of `part` (the test part). Progress counts probes.
 * @throws WinnowError `bad-data`, `device-lost`; DOMException AbortError.
 */
export async function compareWithOracle(
  device: Device,
  part: ProbePart,
  layers: Pick<TrainedLayers, 'oracles' | 'standard'>,
  { selected, maxFeatures, bestLayer, stacks }: Contenders,
  options: ProbeOptions,
  { signal, progress }: Control = {},
): Promise<McNemar> {
  const all = [...selected, ...[maxFeatures, bestLayer].filter((one) => one !== null), ...stacks];
  const total = layers.oracles.length * (all.length + 1);
  let done = 0;
  const passed = { signal, progress: () => progress?.(++done, total) };
  const compare = await oracleComparison(device, part, layers, options, passed);
  const comparisons: McNemar['comparisons'] = [];
  for (const answer of selected) comparisons.push(comparisonOf(answer, await compare(answer)));
  const compared: Required<McNemar>['stacks'] = [];
  const finer = maxFeatures && { size: maxFeatures.entry.minimalSet.size, seeds: await compare(maxFeatures) };
  const best = bestLayer && { layer: bestLayer.layer, seeds: await compare(bestLayer) };
  for (const stack of stacks) compared.push({ layer: stack.layer, seeds: await compare(stack) });
  return {
    method: 'exact',
    comparisons,
    ...(finer && { maxFeatures: finer }),
    ...(best && { bestLayer: best }),
    stacks: compared,
  };
}

/** One answer that was found later. @throws as `compareWithOracle`. */
export async function compareAnswer(
  device: Device,
  part: ProbePart,
  layers: Pick<TrainedLayers, 'oracles' | 'standard'>,
  answer: Selected,
  options: ProbeOptions,
  { signal }: Control = {},
): Promise<Comparison> {
  const compare = await oracleComparison(device, part, layers, options, { signal });
  return comparisonOf(answer, await compare(answer));
}

function comparisonOf({ entry: { deltas, threshold, minimalSet } }: Selected, seeds: SeedComparison[]): Comparison {
  return { deltas, threshold, size: minimalSet.size, seeds };
}

/** A function that compares a contender with the oracle, whose own predictions are made once. */
async function oracleComparison(
  device: Device,
  part: ProbePart,
  { oracles, standard }: Pick<TrainedLayers, 'oracles' | 'standard'>,
  options: ProbeOptions,
  { signal, progress }: { signal?: AbortSignal; progress?: () => void },
): Promise<(contender: Contender) => Promise<SeedComparison[]>> {
  const rightOf = async (own: ProbePart, weights: LinearWeights, statistics: NeuronStatistics | null) => {
    const right = await hitRows(device, own, weights, statistics, options, { signal });
    progress?.();
    return right;
  };
  const full: Float64Array[] = [];
  for (const oracle of oracles) full.push(await rightOf(part, oracle, standard));
  return async ({ neurons, weights }) => {
    const reduced = { activations: selectNeurons(part.activations, neurons), labels: part.labels };
    const statistics = standard && selectStatistics(standard, neurons);
    const seeds: SeedComparison[] = [];
    for (const [seed, right] of full.entries())
      seeds.push(comparedHits(right, await rightOf(reduced, weights[seed], statistics)));
    return seeds;
  };
}

/** Of each row of the part 1 where the probe gives its label, else 0. @throws as `compareWithOracle`. */
export async function hitRows(
  device: Device,
  part: ProbePart,
  weights: LinearWeights,
  statistics: NeuronStatistics | null,
  options: ProbeOptions,
  control: Control = {},
): Promise<Float64Array> {
  const [predicted] = await predictWith(device, part, [weights], statistics, options, control);
  return predicted.map((value, row) => (value === part.labels[row] ? 1 : 0));
}

/** Two probes of one seed by the rows that each gets right. */
export function comparedHits(oracle: Float64Array, reduced: Float64Array): SeedComparison {
  const onlyOracleRight = oracle.filter((right, row) => right > reduced[row]).length;
  const onlyReducedRight = oracle.filter((right, row) => right < reduced[row]).length;
  return { onlyOracleRight, onlyReducedRight, p: mcnemarExact(onlyOracleRight, onlyReducedRight) };
}
