/**
 * Probes that train together, fewer as one after the other ends: those that are left read no more layers than they need,
 * so that long trainings of narrow probes do not wait for neurons that nobody reads (protocols.md §2).
 */
import type { Activations } from '../activations/matrix.ts';
import { holdNeurons, selectNeurons } from '../activations/select.ts';
import { WinnowError } from '../base/errors.ts';
import type { Device, LayerRange, LinearWeights, ProbeSpec, ProbeTrainer } from '../compute/device.ts';
import { someProbes } from '../compute/packing.ts';
import { operationsARow } from './operations.ts';
import type { ProbePart, ProbeParts } from './parts.ts';
import { selectStatistics, type NeuronStatistics } from './statistics.ts';

/** What they learn from and what ends their training. */
interface Source {
  train: ProbePart;
  dev: ProbePart;
  standard: NeuronStatistics | null;
}

/** Probes whose training has ended go along until they hold this share of the work: to set them aside costs, too. */
const idleShare = 0.1;

/** What is left is held in memory up to so many bytes: to read a chunk again costs more than to train on a few of its layers. */
const heldBytes = 2 ** 29;

export class TrainingGroup {
  /** The best weights of each probe. */
  readonly kept: LinearWeights[] = [];
  /** Numbers of the probes that the trainer has. */
  probes: number[];
  trainer: ProbeTrainer;
  /** The layers that they read, and no others. */
  source: Source;
  readonly #device: Device;
  #spec: ProbeSpec;
  /** What the source is taken from: everything, or what is held. */
  #base: Source;
  /** Of the base, those that the source has. */
  #layers: readonly number[];

  constructor(device: Device, spec: ProbeSpec, { train, dev }: ProbeParts, standard: NeuronStatistics | null) {
    this.#device = device;
    this.#spec = spec;
    this.#layers = numbers(spec.layers);
    this.#base = { train, dev, standard };
    this.source = this.#base;
    this.probes = [...spec.probes.keys()];
    this.trainer = device.probeTrainer(spec);
  }

  /** Weights that train. */
  get size(): number {
    return sizeOf(this.#spec);
  }

  /** Keeps the present weights of these probes. */
  async keep(probes: readonly number[]): Promise<void> {
    if (probes.length === 0) return;
    const weights = await this.trainer.weights();
    for (const probe of probes) this.kept[probe] = weights[this.probes.indexOf(probe)];
  }

  /** Goes on without those that have ended, as soon as that is worth it. */
  async setAside(hasEnded: (probe: number) => boolean): Promise<void> {
    const places = [...this.probes.keys()].filter((place) => !hasEnded(this.probes[place]));
    if (places.length === 0) return;
    const some = someProbes(this.#spec, places);
    const read = layersRead(some.probes);
    const { joined } = this.#spec;
    const rest = {
      ...{ layers: read.length, probes: renumbered(some.probes, read) },
      ...(joined && { joined: read.map((layer) => joined[layer]) }),
    };
    if (workOf({ ...this.#spec, ...rest }) > (1 - idleShare) * workOf(this.#spec)) return;
    const [start, adam] = [await this.trainer.weights(), await this.trainer.adam()];
    this.#spec = { ...this.#spec, ...someProbes({ ...this.#spec, start, adam }, places), ...rest };
    this.#layers = read.map((layer) => this.#layers[layer]);
    if (read.length < this.source.train.activations.layers) await this.#narrow();
    this.probes = places.map((place) => this.probes[place]);
    this.trainer.dispose();
    this.trainer = this.#device.probeTrainer(this.#spec);
  }

  dispose(): void {
    this.trainer.dispose();
  }

  async #narrow(): Promise<void> {
    const held = await hold(this.#base, this.#layers);
    if (held) {
      this.#base = held;
      this.#layers = numbers(this.#layers.length);
    }
    this.source = held ?? (await taken(this.#base, this.#layers, selectNeurons));
  }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}

/** Weights of all probes. */
export function sizeOf({ hidden, outputs, probes }: Pick<ProbeSpec, 'hidden' | 'outputs' | 'probes'>): number {
  return probes.reduce((sum, { first, last }) => sum + (last - first + 1) * hidden * outputs, 0);
}

/** Of training on a row. */
function workOf(spec: ProbeSpec): number {
  return operationsARow(spec.layers * spec.hidden, sizeOf(spec));
}

/** Ascending. */
function layersRead(ranges: readonly LayerRange[]): number[] {
  const read = new Set<number>();
  for (const { first, last } of ranges) for (let layer = first; layer <= last; layer++) read.add(layer);
  return [...read].sort((a, b) => a - b);
}

/** The same ranges where no other layers are left; a range keeps all of its own. */
function renumbered(ranges: readonly LayerRange[], layers: readonly number[]): LayerRange[] {
  return ranges.map(({ first, last }) => ({ first: layers.indexOf(first), last: layers.indexOf(last) }));
}

/** Some layers of a source, read once; null where they are too much for the memory. */
async function hold(source: Source, layers: readonly number[]): Promise<Source | null> {
  const { train, dev } = source;
  const rows = train.activations.rows + dev.activations.rows;
  if (4 * rows * layers.length * train.activations.hidden > heldBytes) return null;
  try {
    return await taken(source, layers, holdNeurons);
  } catch (error) {
    if (error instanceof WinnowError && error.code === 'out-of-memory') return null;
    throw error;
  }
}

/** Some layers of a source. */
async function taken(
  { train, dev, standard }: Source,
  layers: readonly number[],
  take: (activations: Activations, neurons: Int32Array) => Activations | Promise<Activations>,
): Promise<Source> {
  const { hidden } = train.activations;
  const columns = Int32Array.from(
    { length: layers.length * hidden },
    (_, j) => layers[Math.floor(j / hidden)] * hidden + (j % hidden),
  );
  const of = async ({ activations, labels }: ProbePart): Promise<ProbePart> => {
    const some = await take(activations, columns);
    return { activations: { ...some, layers: layers.length, hidden }, labels };
  };
  return {
    train: await of(train),
    dev: await of(dev),
    standard: standard && selectStatistics(standard, columns),
  };
}
