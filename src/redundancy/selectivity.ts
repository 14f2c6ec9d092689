/**
 * Does a probe find what the model knows, or learn anything it is given? The same probes are trained and tested on
 * shuffled labels; selectivity is what they score above that (Hewitt & Liang 2019; protocols.md §7). Sentence tasks.
 */
import type { Control } from '../base/abort.ts';
import { Mt19937 } from '../base/random.ts';
import type { Device } from '../compute/device.ts';
import type { ScoreName } from '../data/tasks.ts';
import { layerProbes, type LayerResults } from '../probe/layer-probes.ts';
import { summarise } from '../probe/metrics.ts';
import type { ProbeOptions, ProbePart, ProbeParts } from '../probe/parts.ts';
import type { Score, Selectivity, SplitScores } from '../report/run.ts';

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
  const random = new Mt19937(controlSeed);
  const shuffled = { train: shuffle(parts.train), dev: shuffle(parts.dev), test: shuffle(parts.test) };
  const controls = await layerProbes(device, shuffled, options, control);
  const compare = (real: SplitScores, other: SplitScores) => {
    const score = real.test[options.metric]!;
    const chance = other.test[options.metric]!;
    return { score, control: chance, selectivity: difference(score, chance) };
  };
  return {
    control: 'shuffled-labels',
    oracle: compare(layers.oracle, controls.oracle),
    layers: layers.individual.map((own, k) => ({ layer: own.layer, ...compare(own, controls.individual[k]) })),
  };

  function shuffle({ activations, labels }: ProbePart): ProbePart {
    const mixed = labels.slice();
    random.shuffle(mixed);
    return { activations, labels: mixed };
  }
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
