/**
 * Probes that train together, fewer as one after the other ends: those that are left read no more layers than they need,
 * so that long trainings of narrow probes do not wait for neurons that nobody reads (protocols.md §2).
 */
import { selectNeurons } from '../activations/select.ts';
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

export class TrainingGroup {
  /** The best weights of each probe. */
  readonly kept: LinearWeights[] = [];
  /** Numbers of the probes that the trainer has. */
  probes: number[];
  trainer: ProbeTrainer;
  /** The layers that they read, and no others. */
  source: Source;
  readonly #device: Device;
  readonly #whole: Source;
  #spec: ProbeSpec;
  /** Their numbers in the whole source. */
  #layers: readonly number[];

  constructor(device: Device, spec: ProbeSpec, { train, dev }: ProbeParts, standard: NeuronStatistics | null) {
    this.#device = device;
    this.#spec = spec;
    this.#layers = Array.from({ length: spec.layers }, (_, layer) => layer);
    this.#whole = { train, dev, standard };
    this.source = this.#whole;
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
    const rest = { layers: read.length, probes: renumbered(some.probes, read) };
    if (workOf({ ...this.#spec, ...rest }) > (1 - idleShare) * workOf(this.#spec)) return;
    const [start, adam] = [await this.trainer.weights(), await this.trainer.adam()];
    this.trainer.dispose();
    this.#spec = { ...this.#spec, ...someProbes({ ...this.#spec, start, adam }, places), ...rest };
    this.#layers = read.map((layer) => this.#layers[layer]);
    this.source = narrowed(this.#whole, this.#layers);
    this.probes = places.map((place) => this.probes[place]);
    this.trainer = this.#device.probeTrainer(this.#spec);
  }

  dispose(): void {
    this.trainer.dispose();
  }
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

/** Some layers of a source. */
function narrowed({ train, dev, standard }: Source, layers: readonly number[]): Source {
  const { hidden } = train.activations;
  if (layers.length === train.activations.layers) return { train, dev, standard };
  const columns = Int32Array.from(
    { length: layers.length * hidden },
    (_, j) => layers[Math.floor(j / hidden)] * hidden + (j % hidden),
  );
  const of = ({ activations, labels }: ProbePart): ProbePart => ({
    activations: { ...selectNeurons(activations, columns), layers: layers.length, hidden },
    labels,
  });
  return { train: of(train), dev: of(dev), standard: standard && selectStatistics(standard, columns) };
}
