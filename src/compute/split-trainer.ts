/**
 * One trainer made of several, each with some of the probes, that work on threads of their own: probes share batches and
 * nothing else. Steps are handed over in groups, and while one is taken the next is put together; whatever is asked for in
 * between waits for them. Numbers are those of one trainer with all probes.
 */
import { withRoomAtOnce } from '../base/errors.ts';
import { checkStart, someProbes } from './packing.ts';
import type { AdamState, LinearWeights, ProbeSpec, ProbeTrainer } from './device.ts';
import type { BatchGroup, TrainerApart } from './threads.ts';

/** Of a part, in weights: a batch of less costs its trainer less than handing it over does. */
const leastWeights = 32_768;

/** An output, with its softmax, costs as much as so many weights: 4.5 and 1.5 ns for them and all else, 0.16 a weight. */
const weightsAnOutput = 32;

/** So many weights a feature cost as much as reading the feature, which several parts may do. */
const weightsAFeature = 16;

/** A group of batches has at most so many, and so many bytes unless one alone has more. */
const [mostBatches, groupBytes] = [8, 2 ** 23];

interface Part {
  trainer: TrainerApart;
  /** Numbers of its probes, ascending. */
  probes: number[];
}

/** Into how many parts these probes are worth splitting, at most `most`. */
export function partCount(spec: ProbeSpec, most: number): number {
  const costs = spec.probes.map((_, p) => costOf(spec, p));
  const all = costs.reduce((sum, cost) => sum + cost, 0);
  const worthIt = Math.floor(all / Math.max(leastWeights, weightsAFeature * spec.layers * spec.hidden));
  // A probe is not cut: beside the largest one there is room for as many parts as the rest fills.
  return Math.max(1, Math.min(most, worthIt, Math.ceil(all / Math.max(...costs))));
}

export class SplitTrainer implements ProbeTrainer {
  readonly #spec: ProbeSpec;
  readonly #parts: Part[];
  /** Two, made when they are needed: one is filled while the parts work through the other. */
  readonly #groups: BatchGroup[] = [];
  /** Of one group. */
  readonly #batches: number;
  #filling = 0;
  /** What the parts read of a batch that is scored. */
  #scored: Float32Array = new Float32Array(0);
  #working: Promise<unknown> = Promise.resolve();

  /**
   * @param count parts, at most as many as probes.
   * @throws WinnowError `internal` as `checkStart`.
   */
  constructor(spec: ProbeSpec, count: number, make: (spec: ProbeSpec) => TrainerApart) {
    checkStart(spec);
    this.#spec = spec;
    this.#batches = Math.max(1, Math.min(mostBatches, Math.floor(groupBytes / (4 * spec.batchSize * this.#width))));
    this.#parts = shares(spec, count).map((probes) => ({
      probes,
      trainer: make({
        ...spec,
        ...someProbes(spec, probes),
      }),
    }));
  }

  get #width(): number {
    return this.#spec.layers * this.#spec.hidden;
  }

  /** A step that fails is heard of at one of the next calls. */
  async step(data: Float32Array, labels: Int32Array | Float32Array, rows: number): Promise<void> {
    const group = this.#roomFor(rows, labels);
    const from = group.rows.length * this.#spec.batchSize;
    group.data.set(data.subarray(0, rows * this.#width), from * this.#width);
    group.labels.set(labels.subarray(0, rows), from);
    group.rows.push(rows);
    if (group.rows.length === this.#batches) await this.#handOver();
  }

  async takeLosses(): Promise<Float64Array> {
    await this.#settle();
    const all = new Float64Array(this.#spec.probes.length);
    await this.#each(async ({ trainer, probes }) => {
      (await trainer.takeLosses()).forEach((loss, i) => (all[probes[i]] = loss));
    });
    return all;
  }

  async scores(data: Float32Array, rows: number): Promise<Float32Array> {
    await this.#settle();
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
    await this.#settle();
    const all: LinearWeights[] = [];
    await this.#each(async ({ trainer, probes }) => {
      (await trainer.weights()).forEach((weights, i) => (all[probes[i]] = weights));
    });
    return all;
  }

  async adam(): Promise<AdamState> {
    await this.#settle();
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

  /** The group that is filled. One of a single batch is as large as that: few rows may come in a batch of many. */
  #roomFor(rows: number, labels: Int32Array | Float32Array): BatchGroup {
    const count = this.#batches === 1 ? rows : this.#batches * this.#spec.batchSize;
    const known = this.#groups[this.#filling];
    if (known !== undefined && known.labels.length >= count) return known;
    const group = {
      data: withRoomAtOnce('the batches', 4 * count * this.#width, () => shared(count * this.#width)),
      labels: labels instanceof Int32Array ? new Int32Array(count) : new Float32Array(count),
      rows: [],
    };
    this.#groups[this.#filling] = group;
    return group;
  }

  /** Waits for the group before, and has the parts begin with the one that is filled. */
  async #handOver(): Promise<void> {
    await this.#working;
    const { data, labels, rows } = this.#groups[this.#filling];
    const working = this.#each(({ trainer }) => trainer.steps({ data, labels, rows }));
    working.catch(() => undefined);
    this.#working = working;
    this.#filling = 1 - this.#filling;
    if (this.#filling in this.#groups) this.#groups[this.#filling].rows = [];
  }

  async #settle(): Promise<void> {
    if ((this.#groups[this.#filling]?.rows.length ?? 0) > 0) await this.#handOver();
    await this.#working;
  }

  /** Shared memory goes to another thread without being copied again. */
  #share(data: Float32Array, rows: number): Float32Array {
    const length = rows * this.#width;
    if (this.#scored.length < length) this.#scored = withRoomAtOnce('a batch', 4 * length, () => shared(length));
    this.#scored.set(data.subarray(0, length));
    return this.#scored;
  }
}

function shared(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** The probes of each part: the largest first, each to the part that has least to do. */
function shares(spec: ProbeSpec, count: number): number[][] {
  const parts = Array.from({ length: count }, () => ({ cost: 0, probes: [] as number[] }));
  const largestFirst = spec.probes.map((_, p) => p).sort((a, b) => costOf(spec, b) - costOf(spec, a));
  for (const p of largestFirst) {
    const idlest = parts.reduce((best, part) => (part.cost < best.cost ? part : best));
    idlest.cost += costOf(spec, p);
    idlest.probes.push(p);
  }
  return parts.map(({ probes }) => probes.sort((a, b) => a - b));
}

function costOf({ hidden, outputs, probes }: ProbeSpec, probe: number): number {
  const { first, last } = probes[probe];
  return ((last - first + 1) * hidden + weightsAnOutput) * outputs;
}
