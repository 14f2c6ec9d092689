/**
 * One trainer made of several, each with some of the probes, that work at the same time: probes share batches and nothing
 * else. Numbers are those of one trainer with all of them.
 */
import { checkStart, someProbes } from './packing.ts';
import type { AdamState, LinearWeights, ProbeSpec, ProbeTrainer } from './device.ts';

/** Below this many weights a batch costs its trainer less than handing it over does. */
const leastWeights = 32_768;

/** So many weights a feature cost as much as reading the feature, which several parts may do. */
const weightsAFeature = 16;

interface Part {
  trainer: ProbeTrainer;
  /** Numbers of its probes, ascending. */
  probes: number[];
}

/** Into how many parts these probes are worth splitting, at most `most`. */
export function partCount(spec: ProbeSpec, most: number): number {
  const costs = spec.probes.map((_, p) => weightsOf(spec, p));
  const all = costs.reduce((sum, cost) => sum + cost, 0);
  const worthIt = Math.floor(all / Math.max(leastWeights, weightsAFeature * spec.layers * spec.hidden));
  // A probe is not cut: beside the largest one there is room for as many parts as the rest fills.
  return Math.max(1, Math.min(most, worthIt, Math.ceil(all / Math.max(...costs))));
}

export class SplitTrainer implements ProbeTrainer {
  readonly #spec: ProbeSpec;
  readonly #parts: Part[];
  /** What the parts read; shared memory goes to another thread without being copied again. */
  #data: Float32Array = new Float32Array(0);

  /**
   * @param count parts, at most as many as probes.
   * @throws WinnowError `internal` as `checkStart`.
   */
  constructor(spec: ProbeSpec, count: number, make: (spec: ProbeSpec) => ProbeTrainer) {
    checkStart(spec);
    this.#spec = spec;
    this.#parts = shares(spec, count).map((probes) => ({
      probes,
      trainer: make({
        ...spec,
        ...someProbes(spec, probes),
      }),
    }));
  }

  async step(data: Float32Array, labels: Int32Array | Float32Array, rows: number): Promise<void> {
    const shared = this.#share(data, rows);
    // Alone: handed to another thread, a part of an array takes all of it along.
    const own = labels.slice(0, rows);
    await Promise.all(this.#parts.map(({ trainer }) => trainer.step(shared, own, rows)));
  }

  async takeLosses(): Promise<Float64Array> {
    const all = new Float64Array(this.#spec.probes.length);
    await this.#each(async ({ trainer, probes }) => {
      (await trainer.takeLosses()).forEach((loss, i) => (all[probes[i]] = loss));
    });
    return all;
  }

  async scores(data: Float32Array, rows: number): Promise<Float32Array> {
    const shared = this.#share(data, rows);
    const { outputs } = this.#spec;
    const width = this.#spec.probes.length * outputs;
    const all = new Float32Array(rows * width);
    await this.#each(async ({ trainer, probes }) => {
      const own = await trainer.scores(shared, rows);
      for (let row = 0; row < rows; row++) {
        probes.forEach((p, i) => {
          const from = (row * probes.length + i) * outputs;
          all.set(own.subarray(from, from + outputs), row * width + p * outputs);
        });
      }
    });
    return all;
  }

  async weights(): Promise<LinearWeights[]> {
    const all: LinearWeights[] = [];
    await this.#each(async ({ trainer, probes }) => {
      (await trainer.weights()).forEach((weights, i) => (all[probes[i]] = weights));
    });
    return all;
  }

  async adam(): Promise<AdamState> {
    const moments: LinearWeights[] = [];
    const squares: LinearWeights[] = [];
    let steps = 0;
    await this.#each(async ({ trainer, probes }) => {
      const own = await trainer.adam();
      steps = own.steps;
      probes.forEach((p, i) => {
        moments[p] = own.moments[i];
        squares[p] = own.squares[i];
      });
    });
    return { steps, moments, squares };
  }

  dispose(): void {
    this.#parts.forEach(({ trainer }) => trainer.dispose());
  }

  async #each(work: (part: Part) => Promise<void>): Promise<void> {
    await Promise.all(this.#parts.map(work));
  }

  #share(data: Float32Array, rows: number): Float32Array {
    const length = rows * this.#spec.layers * this.#spec.hidden;
    if (this.#data.length < length) this.#data = new Float32Array(new SharedArrayBuffer(length * 4));
    this.#data.set(data.subarray(0, length));
    return this.#data;
  }
}

/** The probes of each part: the largest first, each to the part that has least to do. */
function shares(spec: ProbeSpec, count: number): number[][] {
  const parts = Array.from({ length: count }, () => ({ weights: 0, probes: [] as number[] }));
  const largestFirst = spec.probes.map((_, p) => p).sort((a, b) => weightsOf(spec, b) - weightsOf(spec, a));
  for (const p of largestFirst) {
    const idlest = parts.reduce((best, part) => (part.weights < best.weights ? part : best));
    idlest.weights += weightsOf(spec, p);
    idlest.probes.push(p);
  }
  return parts.map(({ probes }) => probes.sort((a, b) => a - b));
}

function weightsOf({ hidden, outputs, probes }: ProbeSpec, probe: number): number {
  const { first, last } = probes[probe];
  return (last - first + 1) * hidden * outputs;
}
