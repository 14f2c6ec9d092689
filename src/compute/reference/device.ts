/**
 * The device that every other one is tested against: plain loops in float64 on the CPU, slow and obviously right. Each
 * probe is trained by itself, with nothing shared or packed.
 */
import type {
  AdamState,
  ColumnProducts,
  ColumnProductsSpec,
  Device,
  LinearWeights,
  ProbeSpec,
  ProbeTrainer,
} from '../device.ts';
import { checkStart } from '../packing.ts';
import { pairCount, rowOffset } from '../products/condensed.ts';
import { adamStep, beta1, beta2, epsilon } from './adam.ts';
import { lossAndErrors } from './loss.ts';

export function referenceDevice(): Device {
  return {
    backend: 'reference',
    adapter: null,
    threads: 1,
    joinedWidth: null,
    columnProducts: (spec) => Promise.resolve(referenceProducts(spec)),
    probeTrainer: (spec) => new ReferenceTrainer(spec),
    dispose() {},
  };
}

function referenceProducts({ mean }: ColumnProductsSpec): ColumnProducts {
  const width = mean.length;
  const products = new Float64Array(pairCount(width));
  const squares = new Float64Array(width);
  return {
    ...{ products, squares },
    add(data, rows) {
      for (let row = 0; row < rows; row++) {
        const centred = mean.map((value, i) => data[row * width + i] - value);
        for (let i = 0; i < width; i++) {
          squares[i] += centred[i] ** 2;
          for (let j = i + 1; j < width; j++) products[rowOffset(i, width) + j] += centred[i] * centred[j];
        }
      }
      return Promise.resolve();
    },
    dispose() {},
  };
}

class ReferenceTrainer implements ProbeTrainer {
  readonly #spec: ProbeSpec;
  readonly #probes: ReferenceProbe[];

  constructor(spec: ProbeSpec) {
    checkStart(spec);
    this.#spec = spec;
    this.#probes = spec.probes.map((_, p) => new ReferenceProbe(spec, p));
  }

  step(data: Float32Array, labels: Int32Array | Float32Array, rows: number): Promise<void> {
    for (const probe of this.#probes) probe.step(data, labels, rows);
    return Promise.resolve();
  }

  takeLosses(): Promise<Float64Array> {
    return Promise.resolve(Float64Array.from(this.#probes, (probe) => probe.takeLoss()));
  }

  scores(data: Float32Array, rows: number): Promise<Float32Array> {
    const { outputs } = this.#spec;
    const all = new Float32Array(rows * this.#probes.length * outputs);
    this.#probes.forEach((probe, p) => {
      const scores = probe.scores(data, rows);
      for (let row = 0; row < rows; row++) {
        const own = scores.subarray(row * outputs, (row + 1) * outputs);
        all.set(own, (row * this.#probes.length + p) * outputs);
      }
    });
    return Promise.resolve(all);
  }

  weights(): Promise<LinearWeights[]> {
    return Promise.resolve(this.#probes.map((probe) => probe.weights()));
  }

  adam(): Promise<AdamState> {
    const all = this.#probes.map((probe) => probe.adam());
    const [moments, squares] = [all.map((own) => own.moments), all.map((own) => own.squares)];
    return Promise.resolve({ steps: all[0]?.steps ?? 0, moments, squares });
  }

  dispose(): void {}
}

/** One probe: weight [outputs, features] and bias [outputs] in one array, weights first. */
class ReferenceProbe {
  readonly #spec: ProbeSpec;
  readonly #from: number;
  readonly #features: number;
  readonly #parameters: Float64Array;
  readonly #moments: Float64Array;
  readonly #squares: Float64Array;
  #steps = 0;
  #loss = 0;

  constructor(spec: ProbeSpec, probe: number) {
    this.#spec = spec;
    const { first, last } = spec.probes[probe];
    this.#from = first * spec.hidden;
    this.#features = (last - first + 1) * spec.hidden;
    const { start, adam } = spec;
    this.#parameters = flat(start[probe]);
    this.#steps = adam?.steps ?? 0;
    this.#moments = adam ? flat(adam.moments[probe]) : new Float64Array(this.#parameters.length);
    this.#squares = adam ? flat(adam.squares[probe]) : new Float64Array(this.#parameters.length);
  }

  step(data: Float32Array, labels: Int32Array | Float32Array, rows: number): void {
    const { outputs, loss, lambda1, lambda2, penalty, learningRate } = this.#spec;
    const errors = this.scores(data, rows);
    const losses = new Float64Array(1);
    lossAndErrors(errors, labels, rows, { probes: 1, outputs, loss }, losses);
    const weights = this.#parameters.subarray(0, outputs * this.#features);
    const squares = weights.reduce((sum, w) => sum + w * w, 0);
    const norm = Math.sqrt(squares);
    const lengths = weights.reduce((sum, w) => sum + Math.abs(w), 0);
    this.#loss += losses[0] + lambda1 * lengths + lambda2 * (penalty === 'norm' ? norm : squares);

    this.#steps += 1;
    const { size, root } = adamStep(learningRate, this.#steps);
    for (let i = 0; i < this.#parameters.length; i++) {
      const w = this.#parameters[i];
      let gradient = this.#dataGradient(data, errors, rows, i);
      if (i < weights.length) {
        gradient += lambda1 * Math.sign(w);
        if (penalty === 'square') gradient += lambda2 * 2 * w;
        else if (norm > 0) gradient += (lambda2 * w) / norm;
      }
      this.#moments[i] = beta1 * this.#moments[i] + (1 - beta1) * gradient;
      this.#squares[i] = beta2 * this.#squares[i] + (1 - beta2) * gradient ** 2;
      this.#parameters[i] = w - (size * this.#moments[i]) / (Math.sqrt(this.#squares[i]) / root + epsilon);
    }
  }

  /** Derivative of the mean loss by parameter i. */
  #dataGradient(data: Float32Array, errors: Float64Array, rows: number, i: number): number {
    const { outputs, layers, hidden } = this.#spec;
    const isBias = i >= outputs * this.#features;
    const output = isBias ? i - outputs * this.#features : Math.floor(i / this.#features);
    const column = this.#from + (i % this.#features);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const input = isBias ? 1 : data[row * layers * hidden + column];
      sum += errors[row * outputs + output] * input;
    }
    return sum;
  }

  scores(data: Float32Array, rows: number): Float64Array {
    const { outputs, layers, hidden } = this.#spec;
    const scores = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      const from = row * layers * hidden + this.#from;
      for (let k = 0; k < outputs; k++) {
        let sum = this.#parameters[outputs * this.#features + k];
        for (let f = 0; f < this.#features; f++) sum += this.#parameters[k * this.#features + f] * data[from + f];
        scores[row * outputs + k] = sum;
      }
    }
    return scores;
  }

  takeLoss(): number {
    const loss = this.#loss;
    this.#loss = 0;
    return loss;
  }

  weights(): LinearWeights {
    return this.#apart(this.#parameters);
  }

  adam() {
    return { steps: this.#steps, moments: this.#apart(this.#moments), squares: this.#apart(this.#squares) };
  }

  #apart(values: Float64Array): LinearWeights {
    const split = this.#spec.outputs * this.#features;
    return { weight: Float32Array.from(values.subarray(0, split)), bias: Float32Array.from(values.subarray(split)) };
  }
}

function flat({ weight, bias }: LinearWeights): Float64Array {
  return Float64Array.from([...weight, ...bias]);
}
