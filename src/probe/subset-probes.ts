/**
 * Probes on any neurons in any order: one on the first N of a list for every size N asked for, all trained on the same
 * batches in one pass an epoch, once a seed (protocols.md §2, §6).
 */
import { noNeuron, selectNeurons } from '../activations/select.ts';
import type { Control } from '../base/abort.ts';
import type { Device, LinearWeights } from '../compute/device.ts';
import { bySplit } from '../data/scores.ts';
import type { SplitScores } from '../run/run-file.ts';
import { TrainingClock } from './clock.ts';
import { score, summariseSplits, type SeedScores } from './evaluate.ts';
import { heldNeurons, type Subset } from './held-neurons.ts';
import { checkParts, type ProbeOptions, type ProbeParts } from './parts.ts';
import { selectStatistics } from './statistics.ts';
import { layoutOf, narrow, spread, type SubsetLayout } from './subset-layout.ts';
import { specOf, startOf, train } from './train.ts';

export interface SubsetProbe {
  /** It reads the first `size` neurons of the list. */
  size: number;
  scores: SplitScores;
  /** By seed, [classes, size]; in `refined` those of standardised neurons. */
  weights: LinearWeights[];
}

/**
 * One probe a size, in the order of `sizes`. Progress counts batches over all seeds.
 * @param sizes ascending, each from 1 to the number of neurons.
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`, `internal`; DOMException AbortError.
 */
export async function subsetProbes(
  device: Device,
  parts: ProbeParts,
  { neurons, standard }: Subset,
  sizes: readonly number[],
  options: ProbeOptions,
  control: Control = {},
): Promise<SubsetProbe[]> {
  checkParts(parts, options);
  const layout = layoutOf(sizes, neurons.length, {
    outputs: options.classes ?? 1,
    width: device.joinedWidth,
  });
  const columns = layout.columns.map((place) => (place === noNeuron ? noNeuron : neurons[place]));
  const laidOut = await layOut(parts, columns, layout, control.signal);
  const pass = {
    standard: standard && selectStatistics(standard, columns),
    clock: new TrainingClock(parts, options, control),
  };
  const seeds: SeedScores[] = [];
  const weights = sizes.map((): LinearWeights[] => []);
  for (const seed of options.seeds) {
    const spec = { ...specOf(layout, options, layout.probes, starts(seed)), joined: layout.joined };
    const trained = await train(device, spec, laidOut, options, { seed, ...pass });
    seeds.push(await score(device, { ...spec, start: trained.weights }, laidOut, options, pass));
    trained.weights.forEach((wide, p) => weights[p].push(narrow(wide, sizes[p], layout)));
  }
  return sizes.map((size, p) => ({ size, scores: summariseSplits(seeds, p, options), weights: weights[p] }));

  function starts(seed: number): LinearWeights[] {
    return sizes.map((size) => {
      const constant = standard && Uint8Array.from(neurons.subarray(0, size), (neuron) => standard.constant[neuron]);
      return spread(startOf(seed, size, options, { constant, labels: parts.train.labels }), size, layout);
    });
  }
}

/** These columns of all parts: held, for every epoch reads them; where they cannot be, gathered as they are read. */
async function layOut(
  parts: ProbeParts,
  columns: Int32Array,
  { layers, hidden }: SubsetLayout,
  signal: AbortSignal | undefined,
): Promise<ProbeParts> {
  const held = await heldNeurons(parts, columns, signal);
  return bySplit((split) => {
    const { activations, labels } = parts[split];
    return { activations: { ...(held?.[split] ?? selectNeurons(activations, columns)), layers, hidden }, labels };
  });
}
