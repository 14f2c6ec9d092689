/**
 * Is the reduced probe worse than the oracle, or is it luck? McNemar's test on the rows that only one of them gets right,
 * in its exact form: a two-sided binomial test of fairness (McNemar 1947; protocols.md §7). Classification only.
 */
import { selectNeurons } from '../../activations/select.ts';
import type { Control } from '../../base/abort.ts';
import { mcnemarExact } from '../../base/binomial.ts';
import type { Device, LinearWeights } from '../../compute/device.ts';
import { predictWith } from '../../probe/evaluate.ts';
import type { TrainedLayers } from '../../probe/layer-probes.ts';
import type { ProbeOptions, ProbePart } from '../../probe/parts.ts';
import { selectStatistics, type NeuronStatistics } from '../../probe/statistics.ts';
import type { McNemar } from './field.ts';
import type { Selected } from '../../redundancy/selection.ts';

/**
 * Every selection's minimal set against the oracle of the same seed, on the rows of `part` (the test part). Progress
 * counts probes.
 * @throws WinnowError `bad-data`, `device-lost`; DOMException AbortError.
 */
export async function compareWithOracle(
  device: Device,
  part: ProbePart,
  { oracles, standard }: Pick<TrainedLayers, 'oracles' | 'standard'>,
  selections: readonly Selected[],
  options: ProbeOptions,
  { signal, progress }: Control = {},
): Promise<McNemar> {
  const total = oracles.length * (selections.length + 1);
  let done = 0;
  const rightOf = async (own: ProbePart, weights: LinearWeights, statistics: NeuronStatistics | null) => {
    const [predicted] = await predictWith(device, own, [weights], statistics, options, { signal });
    progress?.(++done, total);
    return predicted.map((value, row) => (value === part.labels[row] ? 1 : 0));
  };
  const full: Float64Array[] = [];
  for (const oracle of oracles) full.push(await rightOf(part, oracle, standard));
  const comparisons: McNemar['comparisons'] = [];
  for (const { entry, neurons, weights } of selections) {
    const reduced = { activations: selectNeurons(part.activations, neurons), labels: part.labels };
    const statistics = standard && selectStatistics(standard, neurons);
    const seeds = [];
    for (const [seed, right] of full.entries())
      seeds.push(compare(right, await rightOf(reduced, weights[seed], statistics)));
    const { deltas, threshold, minimalSet } = entry;
    comparisons.push({ deltas, threshold, size: minimalSet.size, seeds });
  }
  return { method: 'exact', comparisons };
}

function compare(oracle: Float64Array, reduced: Float64Array): McNemar['comparisons'][number]['seeds'][number] {
  const onlyOracleRight = oracle.filter((right, row) => right > reduced[row]).length;
  const onlyReducedRight = oracle.filter((right, row) => right < reduced[row]).length;
  return { onlyOracleRight, onlyReducedRight, p: mcnemarExact(onlyOracleRight, onlyReducedRight) };
}
