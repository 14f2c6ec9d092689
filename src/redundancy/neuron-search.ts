/**
 * Feature selection among some neurons (protocols.md §6): their probe, the order it gives them, and probes retrained on
 * the first N of that order. What was trained once is kept, so that several deltas share it.
 */
import { type Activations } from '../activations/matrix.ts';
import { holdNeurons } from '../activations/select.ts';
import type { Control } from '../base/abort.ts';
import type { Device, LinearWeights } from '../compute/device.ts';
import type { ProbeOptions, ProbePart, ProbeParts } from '../probe/parts.ts';
import { selectStatistics, type NeuronStatistics } from '../probe/statistics.ts';
import { subsetProbes, type Subset, type SubsetProbe } from '../probe/subset-probes.ts';
import { largestSizes, orderNeurons, rankByClass, weightSizes } from './rank.ts';

/** The first neurons of an order are read into memory as far as they fit in here. */
const heldBytes = 2 ** 27;

export interface Ordered {
  /** Model neurons, most important first; neurons constant on train come last in `refined`. */
  order: Int32Array;
  cutoffs: Int32Array;
  /** Largest |w| over classes, by `order`. */
  weights: Float32Array;
  /** Of each class, its first neurons with |w|. */
  leaders: { neurons: Int32Array; weights: Float32Array }[];
}

/** Leaders of all classes together; each class has from 5 to 100. */
const allLeaders = 5000;

/** Probes on the first N neurons of one order, by N. */
export class NeuronSearch {
  readonly base: SubsetProbe;
  /** As the base reads them. */
  readonly neurons: Int32Array;
  readonly ordered: Ordered;
  /** Neurons that can be chosen: in `refined` a constant one cannot. */
  readonly available: number;
  readonly tried = new Map<number, SubsetProbe>();
  readonly #parts: ProbeParts;
  readonly #standard: NeuronStatistics | null;
  readonly #options: ProbeOptions;
  #held: { parts: ProbeParts; subset: Subset } | null = null;

  /** @param base the probe on `neurons` in their order. */
  constructor(
    parts: ProbeParts,
    standard: NeuronStatistics | null,
    options: ProbeOptions,
    { neurons, base }: { neurons: Int32Array; base: SubsetProbe },
  ) {
    this.#parts = parts;
    this.#standard = standard;
    this.#options = options;
    this.base = base;
    this.neurons = neurons;
    this.ordered = orderBy(base.weights, neurons, options);
    this.available = standard ? neurons.filter((neuron) => !standard.constant[neuron]).length : neurons.length;
  }

  /** Trains what is not there yet. Progress counts batches. */
  async train(device: Device, sizes: readonly number[], control: Control): Promise<SubsetProbe[]> {
    const missing = sizes.filter((size) => !this.tried.has(size));
    if (missing.length > 0) {
      const { parts, subset } = await this.#source(missing[missing.length - 1], control.signal);
      const trained = await subsetProbes(device, parts, subset, missing, this.#options, control);
      for (const probe of trained) this.tried.set(probe.size, probe);
    }
    return sizes.map((size) => this.tried.get(size)!);
  }

  /** Lets go of what is held in memory. */
  release(): void {
    this.#held = null;
  }

  async #source(largest: number, signal: AbortSignal | undefined): Promise<{ parts: ProbeParts; subset: Subset }> {
    const { train, dev, test } = this.#parts;
    const rows = train.activations.rows + dev.activations.rows + test.activations.rows;
    const count = Math.min(this.available, Math.floor(heldBytes / (4 * rows)));
    if (largest > count) {
      return { parts: this.#parts, subset: { neurons: this.ordered.order, standard: this.#standard } };
    }
    if (this.#held) return this.#held;
    const neurons = Int32Array.from(this.ordered.order.subarray(0, count));
    const hold = async ({ activations, labels }: ProbePart): Promise<ProbePart> => {
      const held: Activations = await holdNeurons(activations, neurons, { signal });
      return { activations: held, labels };
    };
    const parts = { train: await hold(train), dev: await hold(dev), test: await hold(test) };
    const standard = this.#standard && selectStatistics(this.#standard, neurons);
    this.#held = { parts, subset: { neurons: Int32Array.from(neurons.keys()), standard } };
    return this.#held;
  }
}

/** In `paper` by the first seed's weights, as one run of the published scripts; in `refined` by the mean over seeds. */
function orderBy(weights: readonly LinearWeights[], neurons: Int32Array, { protocol }: ProbeOptions): Ordered {
  const sizes = weightSizes(protocol === 'paper' ? weights.slice(0, 1) : weights);
  const { order, cutoffs } = orderNeurons(sizes, protocol === 'paper' ? 'number' : 'size');
  const largest = largestSizes(sizes);
  const count = Math.max(5, Math.min(100, Math.floor(allLeaders / sizes.length)));
  const leaders = sizes.map((own) => {
    const first = rankByClass(own).subarray(0, count);
    return { neurons: first.map((place) => neurons[place]), weights: Float32Array.from(first, (place) => own[place]) };
  });
  return {
    order: order.map((place) => neurons[place]),
    cutoffs,
    weights: Float32Array.from(order, (place) => largest[place]),
    leaders,
  };
}
