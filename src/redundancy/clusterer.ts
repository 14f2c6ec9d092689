/**
 * Clusters of the neurons of layers 0…k at any threshold, with one representative each (protocols.md §5). The layers
 * that are left are always clustered by themselves; their dendrogram is built once.
 */
import type { Control } from '../base/abort.ts';
import { Mt19937 } from '../base/random.ts';
import { clustersAt, dendrogram, type Dendrogram } from './clusters.ts';
import type { Correlation } from './correlation.ts';
import { drawnRepresentatives, medoids } from './representatives.ts';

export interface Clusters {
  /** Cluster from 1 of every neuron of these layers, 0 for one set aside as constant. */
  labels: Int32Array<ArrayBuffer>;
  /** One neuron a cluster, in cluster order. */
  representatives: Int32Array<ArrayBuffer>;
  /** Of these layers. */
  constantNeurons: number;
}

export interface ClusterSource {
  protocol: 'paper' | 'refined';
  /** Neurons a layer. */
  hidden: number;
  /** Where the paper's draws come from: the generator after it has shuffled the split. Unused in `refined`. */
  draws: Mt19937;
}

/** The generator that made the split of so many rows, ready to draw representatives. */
export function drawsAfterSplit(seed: number, rows: number): Mt19937 {
  const random = new Mt19937(seed);
  random.shuffle(new Int32Array(rows));
  return random;
}

export class Clusterer {
  readonly #correlation: Correlation;
  readonly #source: ClusterSource;
  readonly #dendrograms: Map<number, Dendrogram>;

  constructor(correlation: Correlation, source: ClusterSource, dendrograms = new Map<number, Dendrogram>()) {
    this.#correlation = correlation;
    this.#source = source;
    this.#dendrograms = dendrograms;
  }

  /** The same dendrograms with other draws. */
  drawingFrom(draws: Mt19937): Clusterer {
    return new Clusterer(this.#correlation, { ...this.#source, draws }, this.#dendrograms);
  }

  /** Of all layers. */
  get constantNeurons(): number {
    return this.#correlation.constant.reduce((sum, flag) => sum + flag, 0);
  }

  async dendrogram(topLayer: number, control: Control = {}): Promise<Dendrogram> {
    const { protocol, hidden } = this.#source;
    const constants = protocol === 'paper' ? 'clustered' : 'aside';
    const width = (topLayer + 1) * hidden;
    const known =
      this.#dendrograms.get(topLayer) ?? (await dendrogram(this.#correlation, { width, constants }, control));
    this.#dendrograms.set(topLayer, known);
    return known;
  }

  /** In `paper` each call draws anew, so the order of calls is part of the result. Progress is that of the dendrogram. */
  async at(topLayer: number, threshold: number, control: Control = {}): Promise<Clusters> {
    const tree = await this.dendrogram(topLayer, control);
    const labels = clustersAt(tree, threshold);
    const { protocol, draws } = this.#source;
    const chosen = protocol === 'paper' ? drawnRepresentatives(labels, draws) : medoids(labels, this.#correlation);
    return { labels, representatives: Int32Array.from(chosen), constantNeurons: tree.constantNeurons };
  }
}
