/**
 * Joint probe training on tfjs-wasm: the products with the activations run in WebAssembly, one forward and one backward a
 * layer for all probes together; softmax, loss and Adam touch only the small outputs and weights and run here. tfjs would
 * issue some 14 kernels an optimiser step for each variable.
 */
import * as tf from '@tensorflow/tfjs';
import type { AdamState, LinearWeights, ProbeSpec, ProbeTrainer } from '../device.ts';
import { pack, packBiases, packWeights, unpackWeights, type Packing } from '../packing.ts';
import { adamStep, beta1, beta2, epsilon, type AdamStep } from '../reference/adam.ts';
import { lossAndErrors } from '../reference/loss.ts';
import type { BackendGuard } from '../tfjs/guard.ts';

export class WasmProbeTrainer implements ProbeTrainer {
  readonly #spec: ProbeSpec;
  readonly #guard: BackendGuard;
  readonly #packing: Packing;
  /** Packed weights, layer by layer [columns, hidden], with Adam's two moments. */
  readonly #weights: Float32Array;
  readonly #moments: Float32Array;
  readonly #squares: Float32Array;
  /** The same weights as the forward product wants them: layer by layer [hidden, columns]. */
  readonly #transposed: Float32Array;
  readonly #bias: { values: Float32Array; moments: Float32Array; squares: Float32Array };
  readonly #losses: Float64Array;
  #steps = 0;

  constructor(spec: ProbeSpec, guard: BackendGuard) {
    this.#spec = spec;
    this.#guard = guard;
    this.#packing = pack(spec);
    const { size, outputs } = this.#packing;
    this.#weights = packWeights(spec, this.#packing);
    const { adam } = spec;
    this.#steps = adam?.steps ?? 0;
    this.#moments = adam ? packWeights(spec, this.#packing, adam.moments) : new Float32Array(size);
    this.#squares = adam ? packWeights(spec, this.#packing, adam.squares) : new Float32Array(size);
    this.#transposed = new Float32Array(size);
    this.#packing.columns.forEach((_, layer) => this.#transpose(layer));
    this.#bias = {
      values: packBiases(spec.start),
      moments: adam ? packBiases(adam.moments) : new Float32Array(outputs),
      squares: adam ? packBiases(adam.squares) : new Float32Array(outputs),
    };
    this.#losses = new Float64Array(spec.probes.length);
  }

  async step(data: Float32Array, labels: Int32Array | Float32Array, rows: number): Promise<void> {
    const { probes, outputs, loss } = this.#spec;
    const inputs = this.#inputs(data, rows);
    try {
      const errors = await this.#forward(inputs, rows);
      lossAndErrors(errors, labels, rows, { probes: probes.length, outputs, loss }, this.#losses);
      const norms = this.#penalties();
      this.#steps += 1;
      const step = adamStep(this.#spec.learningRate, this.#steps);
      for (const [layer, input] of inputs.entries()) {
        if (!input) continue;
        this.#update(layer, await this.#backward(input, layer, errors, rows), norms, step);
      }
      this.#updateBias(errors, rows, step);
    } finally {
      inputs.forEach((input) => input?.dispose());
    }
  }

  takeLosses(): Promise<Float64Array> {
    const losses = this.#losses.slice();
    this.#losses.fill(0);
    return Promise.resolve(losses);
  }

  async scores(data: Float32Array, rows: number): Promise<Float32Array> {
    const inputs = this.#inputs(data, rows);
    try {
      return Float32Array.from(await this.#forward(inputs, rows));
    } finally {
      inputs.forEach((input) => input?.dispose());
    }
  }

  weights(): Promise<LinearWeights[]> {
    return Promise.resolve(unpackWeights(this.#spec, this.#packing, this.#weights, this.#bias.values));
  }

  adam(): Promise<AdamState> {
    const { moments, squares } = this.#bias;
    const unpack = (packed: Float32Array, biases: Float32Array) =>
      unpackWeights(this.#spec, this.#packing, packed, biases);
    return Promise.resolve({
      steps: this.#steps,
      moments: unpack(this.#moments, moments),
      squares: unpack(this.#squares, squares),
    });
  }

  dispose(): void {}

  /** One tensor [rows, hidden] a layer; null for a layer that no probe reads. */
  #inputs(data: Float32Array, rows: number): (tf.Tensor2D | null)[] {
    const { layers, hidden } = this.#spec;
    this.#guard.enter(rows * hidden * 4);
    const slice = new Float32Array(rows * hidden);
    return Array.from({ length: layers }, (_, layer) => {
      if (this.#packing.columns[layer].length === 0) return null;
      for (let row = 0; row < rows; row++) {
        const from = (row * layers + layer) * hidden;
        slice.set(data.subarray(from, from + hidden), row * hidden);
      }
      return tf.tensor2d(slice, [rows, hidden]);
    });
  }

  /** Outputs of all probes, [rows, all outputs]. */
  async #forward(inputs: (tf.Tensor2D | null)[], rows: number): Promise<Float64Array> {
    const { columns, offsets, outputs } = this.#packing;
    const { hidden } = this.#spec;
    const scores = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++) scores.set(this.#bias.values, row * outputs);
    for (const [layer, input] of inputs.entries()) {
      if (!input) continue;
      const own = columns[layer];
      const weights = this.#transposed.subarray(offsets[layer], offsets[layer] + own.length * hidden);
      // A fresh tensor each time: XNNPACK keeps a packed copy of the right side for as long as the tensor lives.
      const right = tf.tensor2d(weights, [hidden, own.length]);
      const product = tf.matMul(input, right);
      const values = await this.#guard.settle(product.data<'float32'>());
      tf.dispose([right, product]);
      for (let row = 0; row < rows; row++) {
        for (let c = 0; c < own.length; c++) scores[row * outputs + own[c]] += values[row * own.length + c];
      }
    }
    return scores;
  }

  /** Derivatives by a layer's weights, [columns, hidden]. */
  async #backward(input: tf.Tensor2D, layer: number, errors: Float64Array, rows: number): Promise<Float32Array> {
    const own = this.#packing.columns[layer];
    const values = new Float32Array(own.length * rows);
    for (let c = 0; c < own.length; c++) {
      for (let row = 0; row < rows; row++) values[c * rows + row] = errors[row * this.#packing.outputs + own[c]];
    }
    const left = tf.tensor2d(values, [own.length, rows]);
    const product = tf.matMul(left, input);
    const gradient = await this.#guard.settle(product.data<'float32'>());
    tf.dispose([left, product]);
    return gradient;
  }

  /** Adds the penalties to the losses; answers with each probe's derivative factor of the second penalty. */
  #penalties(): Float64Array {
    const { hidden, outputs, probes, lambda1, lambda2, penalty } = this.#spec;
    const lengths = new Float64Array(probes.length);
    const squares = new Float64Array(probes.length);
    this.#packing.columns.forEach((own, layer) => {
      own.forEach((q, c) => {
        const from = this.#packing.offsets[layer] + c * hidden;
        let length = 0;
        let square = 0;
        for (let at = from; at < from + hidden; at++) {
          const w = this.#weights[at];
          length += Math.abs(w);
          square += w * w;
        }
        lengths[Math.floor(q / outputs)] += length;
        squares[Math.floor(q / outputs)] += square;
      });
    });
    return squares.map((square, p) => {
      const norm = Math.sqrt(square);
      this.#losses[p] += lambda1 * lengths[p] + lambda2 * (penalty === 'norm' ? norm : square);
      if (penalty === 'square') return 2 * lambda2;
      return norm > 0 ? lambda2 / norm : 0;
    });
  }

  #update(layer: number, gradient: Float32Array, factors: Float64Array, { size, root }: AdamStep): void {
    const { hidden, outputs, lambda1 } = this.#spec;
    const own = this.#packing.columns[layer];
    const offset = this.#packing.offsets[layer];
    for (let c = 0; c < own.length; c++) {
      const factor = factors[Math.floor(own[c] / outputs)];
      for (let h = 0; h < hidden; h++) {
        const at = offset + c * hidden + h;
        const w = this.#weights[at];
        const sign = w > 0 ? lambda1 : w < 0 ? -lambda1 : 0;
        const g = gradient[c * hidden + h] + sign + factor * w;
        const moment = beta1 * this.#moments[at] + (1 - beta1) * g;
        const square = beta2 * this.#squares[at] + (1 - beta2) * g * g;
        this.#moments[at] = moment;
        this.#squares[at] = square;
        this.#weights[at] = w - (size * moment) / (Math.sqrt(square) / root + epsilon);
      }
    }
    this.#transpose(layer);
  }

  #updateBias(errors: Float64Array, rows: number, { size, root }: AdamStep): void {
    const { values, moments, squares } = this.#bias;
    for (let q = 0; q < values.length; q++) {
      let g = 0;
      for (let row = 0; row < rows; row++) g += errors[row * values.length + q];
      moments[q] = beta1 * moments[q] + (1 - beta1) * g;
      squares[q] = beta2 * squares[q] + (1 - beta2) * g * g;
      values[q] -= (size * moments[q]) / (Math.sqrt(squares[q]) / root + epsilon);
    }
  }

  #transpose(layer: number): void {
    const { hidden } = this.#spec;
    const count = this.#packing.columns[layer].length;
    const offset = this.#packing.offsets[layer];
    for (let h = 0; h < hidden; h++) {
      for (let c = 0; c < count; c++) this.#transposed[offset + h * count + c] = this.#weights[offset + c * hidden + h];
    }
  }
}
