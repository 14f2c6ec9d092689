/**
 * Does a probe find what the model knows, or learn anything it is given? The same probes are trained and tested on a
 * control task; selectivity is what they score above that (Hewitt & Liang 2019; protocols.md §7). Control labels are
 * drawn once for each word type, from the train labels; where rows are sentences, the labels are shuffled.
 */
import type { Control } from '../../base/abort.ts';
import { Mt19937 } from '../../base/random.ts';
import type { Device } from '../../compute/device.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { layerProbes, type LayerResults } from '../../probe/layer-probes.ts';
import { summarise } from '../../probe/metrics.ts';
import type { ProbeOptions, ProbePart, ProbeParts } from '../../probe/parts.ts';
import type { Score, SplitScores } from '../../data/scores.ts';
import type { Selectivity } from './field.ts';

/** One control task for all seeds, so that they differ in their probes only. */
const controlSeed = 2019;

/**
 * Selectivity of every layer's probe and of the oracle, by the test part. Progress counts batches.
 * @param layers the probes on the true labels, from the same parts and options.
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; DOMException AbortError.
 */
export async function selectivity(
  device: Device,
  parts: ProbeParts,
  layers: LayerResults,
  options: ProbeOptions & { metric: ScoreName },
  control: Control = {},
): Promise<Selectivity> {
  const controls = await layerProbes(device, controlParts(parts), options, control);
  const compare = (real: SplitScores, other: SplitScores) => {
    const score = real.test[options.metric]!;
    const chance = other.test[options.metric]!;
    return { score, control: chance, selectivity: difference(score, chance) };
  };
  return {
    control: parts.vocabulary ? 'word-types' : 'shuffled-labels',
    oracle: compare(layers.oracle, controls.oracle),
    layers: layers.individual.map((own, k) => ({ layer: own.layer, ...compare(own, controls.individual[k]) })),
  };
}

/** The same rows with the labels of the control task. */
export function controlParts({ train, dev, test, vocabulary }: ProbeParts): ProbeParts {
  const random = new Mt19937(controlSeed);
  const drawn = vocabulary?.map(() => random.choice(train.labels));
  const relabel = ({ activations, labels, types }: ProbePart): ProbePart => {
    const own = labels.slice();
    if (drawn && types) types.forEach((type, row) => (own[row] = drawn[type]));
    else random.shuffle(own);
    return { activations, labels: own };
  };
  return { train: relabel(train), dev: relabel(dev), test: relabel(test) };
}

/** Seed by seed, because probes of one seed start alike. */
function difference(score: Score, control: Score): Score {
  return summarise(
    score.seeds.map((value, i) => {
      const other = control.seeds[i];
      return value === null || other === null ? null : value - other;
    }),
  );
}
