/**
 * How much of the oracle's work its top, its bottom and any random N neurons do: all others get weight 0, which in
 * standardised units is their mean, and nothing is retrained (Dalvi et al. 2019; protocols.md §7).
 */
import type { Control } from '../../base/abort.ts';
import { Mt19937 } from '../../base/random.ts';
import type { Device, LinearWeights } from '../../compute/device.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { predictWith } from '../../probe/evaluate.ts';
import { evaluate, summarise } from '../../probe/metrics.ts';
import type { ProbeOptions, ProbePart } from '../../probe/parts.ts';
import type { NeuronStatistics } from '../../probe/statistics.ts';
import type { Scores } from '../../data/scores.ts';
import type { Ablation } from './field.ts';
import { gridSizes } from '../../redundancy/grid.ts';
import { orderNeurons, weightSizes } from '../../redundancy/rank.ts';

/** Weights that one pass over the rows may carry. */
const weightsAtOnce = 2 ** 23;

const keeps = ['top', 'bottom', 'random'] as const;
type Keep = (typeof keeps)[number];

/**
 * Scores by number of neurons kept, mean and deviation over seeds. Progress counts seeds in thousandths.
 * @param part the rows that are scored: the test part.
 * @param oracles of each seed, [classes, layers × hidden].
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; DOMException AbortError.
 */
export async function ablation(
  device: Device,
  part: ProbePart,
  oracles: readonly LinearWeights[],
  standard: NeuronStatistics | null,
  options: ProbeOptions,
  { signal, progress }: Control = {},
): Promise<Ablation> {
  const { layers, hidden } = part.activations;
  const width = layers * hidden;
  const usable = standard ? width - standard.constant.reduce((sum, one) => sum + one, 0) : width;
  const sizes = [...new Set([...gridSizes('usual', { layers, hidden }, usable), usable])];
  const scores: Map<ScoreName, number | null>[][] = [];
  for (const [index, oracle] of oracles.entries()) {
    const masks = keepers(oracle, options.seeds[index], usable, standard);
    const asked = sizes.flatMap((size) => keeps.map((keep) => masks[keep].subarray(0, size)));
    scores.push(await scoreMasked(oracle, asked, index));
  }
  return {
    sizes: sizes.map((neurons, i) => ({ neurons, top: of(i, 0), bottom: of(i, 1), random: of(i, 2) })),
  };

  function of(size: number, keep: number): Scores {
    const place = size * keeps.length + keep;
    const entries = options.metrics.map((name) => [name, summarise(scores.map((own) => own[place].get(name) ?? null))]);
    return Object.fromEntries(entries) as Scores;
  }

  async function scoreMasked(oracle: LinearWeights, asked: Int32Array[], seed: number) {
    const atOnce = Math.max(1, Math.floor(weightsAtOnce / oracle.weight.length));
    const found: Map<ScoreName, number | null>[] = [];
    for (let from = 0; from < asked.length; from += atOnce) {
      const masked = asked.slice(from, from + atOnce).map((kept) => keepOnly(oracle, kept));
      const predictions = await predictWith(device, part, masked, standard, options, { signal });
      found.push(...predictions.map((predicted) => evaluate(options.metrics, part.labels, predicted)));
      progress?.(Math.floor(1000 * (seed + found.length / asked.length)), 1000 * oracles.length);
    }
    return found;
  }
}

/** All usable neurons in the three orders in which they are kept. */
function keepers(
  oracle: LinearWeights,
  seed: number,
  usable: number,
  standard: NeuronStatistics | null,
): Record<Keep, Int32Array> {
  const { order } = orderNeurons(weightSizes([oracle]), 'size');
  const top = order.filter((neuron) => !standard?.constant[neuron]);
  const random = top.slice();
  new Mt19937(seed).shuffle(random);
  return { top, bottom: top.slice(0, usable).reverse(), random };
}

function keepOnly({ weight, bias }: LinearWeights, kept: Int32Array): LinearWeights {
  const features = weight.length / bias.length;
  const masked = new Float32Array(weight.length);
  for (let row = 0; row < weight.length; row += features) {
    for (const neuron of kept) masked[row + neuron] = weight[row + neuron];
  }
  return { weight: masked, bias };
}
