/**
 * Feature selection among some neurons (protocols.md §6): their probe, the order it gives them, and probes retrained on
 * the first N of that order. What was trained once is kept, so that several deltas share it.
 */
import type { Control } from '../base/abort.ts';
import type { Device, LinearWeights } from '../compute/device.ts';
import { heldSource, neuronsThatFit, type SubsetSource } from '../probe/held-neurons.ts';
import type { ProbeOptions, ProbeParts } from '../probe/parts.ts';
import type { NeuronStatistics } from '../probe/statistics.ts';
import { subsetProbes, type SubsetProbe } from '../probe/subset-probes.ts';
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
  #held: SubsetSource | null = null;

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

  async #source(largest: number, signal: AbortSignal | undefined): Promise<SubsetSource> {
    const all = { neurons: this.ordered.order, standard: this.#standard };
    const count = Math.min(this.available, neuronsThatFit(this.#parts, heldBytes));
    if (largest > count) return { parts: this.#parts, subset: all };
    this.#held ??= await heldSource(this.#parts, { ...all, neurons: all.neurons.slice(0, count) }, signal);
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
