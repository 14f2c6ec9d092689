/**
 * Joint probe training on WebAssembly: a layer's weights for all probes lie side by side, so that one pass over the layer's
 * neurons serves them all. Products, penalties, softmax and Adam run in the kernel, what touches only the outputs in float64.
 */
import { withRoomAtOnce } from '../../base/errors.ts';
import type { AdamState, LinearWeights, ProbeSpec, ProbeTrainer } from '../device.ts';
import { featureGroup, rowGroup, type ProbeKernel } from '../kernels/linear-probe.ts';
import { startCompiled } from '../kernels/wasm-kernel.ts';
import { pack, packBiases, packWeights, unpackWeights, type Packing } from '../packing.ts';
import { adamStep, beta1, beta2, epsilon, type AdamStep } from '../reference/adam.ts';
import { lossAndErrors } from '../reference/loss.ts';
import { doubleBytes, floatBytes, readLayers, padded, placesOf, type Layer, type Places } from './probe-memory.ts';

export class WasmProbeTrainer implements ProbeTrainer {
  readonly #spec: ProbeSpec;
  readonly #packing: Packing;
  readonly #check: () => void;
  readonly #layers: Layer[];
  readonly #places: Places;
  readonly #kernel: ProbeKernel;
  readonly #floats: Float32Array;
  readonly #doubles: Float64Array;
  readonly #wholes: Int32Array;
  readonly #bias: { values: Float32Array; moments: Float32Array; squares: Float32Array };
  readonly #losses: Float64Array;
  /** Neurons of a layer with those that fill up their group. */
  readonly #hidden: number;
  #steps: number;
  /** Rows of the input that are not 0. */
  #filled = 0;

  /**
   * @param module the kernel, compiled.
   * @param check throws where the device gives no more numbers.
   * @throws WinnowError `out-of-memory`, `internal` as `pack`.
   */
  constructor(spec: ProbeSpec, module: WebAssembly.Module, check: () => void) {
    this.#spec = spec;
    this.#check = check;
    this.#packing = pack(spec);
    this.#hidden = padded(spec.hidden, featureGroup);
    this.#layers = readLayers(spec, this.#packing, this.#hidden);
    this.#places = placesOf(spec, this.#layers, this.#hidden);
    const { bytes } = this.#places;
    this.#kernel = withRoomAtOnce('the probes', bytes, () => startCompiled(module, bytes));
    this.#floats = new Float32Array(this.#kernel.memory.buffer);
    this.#doubles = new Float64Array(this.#kernel.memory.buffer);
    this.#wholes = new Int32Array(this.#kernel.memory.buffer);
    this.#layers.forEach(({ probes }, layer) => this.#wholes.set(probes, this.#places.probes[layer]));
    const { adam } = spec;
    this.#steps = adam?.steps ?? 0;
    this.#write(this.#places.weights, packWeights(spec, this.#packing));
    if (adam) {
      this.#write(this.#places.moments, packWeights(spec, this.#packing, adam.moments));
      this.#write(this.#places.squares, packWeights(spec, this.#packing, adam.squares));
    }
    const { outputs } = this.#packing;
    this.#bias = {
      values: packBiases(spec.start),
      moments: adam ? packBiases(adam.moments) : new Float32Array(outputs),
      squares: adam ? packBiases(adam.squares) : new Float32Array(outputs),
    };
    this.#losses = new Float64Array(spec.probes.length);
  }

  step(data: Float32Array, labels: Int32Array | Float32Array, rows: number): Promise<void> {
    return this.#now(() => {
      const { learningRate, lambda1 } = this.#spec;
      this.#forward(data, rows);
      this.#lossAndErrors(labels, rows);
      const penalties = this.#penalties();
      this.#steps += 1;
      const step = adamStep(learningRate, this.#steps);
      for (const [number, layer] of this.#layers.entries()) {
        this.#writeErrors(number, rows, penalties);
        const { weights, moments, squares, outputs, factors } = this.#places;
        const [w, m, s] = [weights, moments, squares].map((place) => (place + layer.at) * floatBytes);
        this.#kernel.update(
          ...this.#input(layer),
          ...([outputs * floatBytes, w, m, s, factors * floatBytes] as const),
          ...([padded(rows, rowGroup), layer.padded, layer.width, lambda1, step.size, step.root] as const),
        );
      }
      this.#updateBias(rows, step);
    });
  }

  takeLosses(): Promise<Float64Array> {
    return this.#now(() => {
      const losses = this.#losses.slice();
      this.#losses.fill(0);
      return losses;
    });
  }

  scores(data: Float32Array, rows: number): Promise<Float32Array> {
    return this.#now(() => Float32Array.from(this.#forward(data, rows)));
  }

  weights(): Promise<LinearWeights[]> {
    return this.#now(() => this.#read(this.#places.weights, this.#bias.values));
  }

  adam(): Promise<AdamState> {
    return this.#now(() => ({
      steps: this.#steps,
      moments: this.#read(this.#places.moments, this.#bias.moments),
      squares: this.#read(this.#places.squares, this.#bias.squares),
    }));
  }

  dispose(): void {}

  async #now<T>(work: () => T): Promise<T> {
    this.#check();
    return work();
  }

  /** Outputs of all probes, [rows, all outputs], in the kernel's memory. */
  #forward(data: Float32Array, rows: number): Float64Array {
    this.#fill(data, rows);
    const { outputs } = this.#packing;
    const { scores, biases } = this.#places;
    this.#doubles.set(this.#bias.values, biases);
    for (let row = 0; row < rows; row++) this.#doubles.copyWithin(scores + row * outputs, biases, biases + outputs);
    for (const [number, layer] of this.#layers.entries()) {
      const w = (this.#places.weights + layer.at) * floatBytes;
      const out = this.#places.outputs * floatBytes;
      this.#kernel.forward(...this.#input(layer), w, out, padded(rows, rowGroup), layer.padded, layer.width);
      this.#kernel.addOutputs(out, scores * doubleBytes, ...this.#own(number), rows, layer.padded, outputs);
    }
    return this.#doubles.subarray(scores, scores + rows * outputs);
  }

  /** Address and number of a layer's probes, and their outputs. */
  #own(layer: number): [number, number, number] {
    return [this.#places.probes[layer] * floatBytes, this.#layers[layer].probes.length, this.#spec.outputs];
  }

  /** Turns the outputs into errors, and adds the losses of the batch. */
  #lossAndErrors(labels: Int32Array | Float32Array, rows: number): void {
    const { probes, outputs, loss } = this.#spec;
    const { scores, found, labels: place } = this.#places;
    if (loss === 'squared-error') {
      const all = this.#doubles.subarray(scores, scores + rows * this.#packing.outputs);
      lossAndErrors(all, labels, rows, { probes: probes.length, outputs, loss }, this.#losses);
      return;
    }
    this.#wholes.set(labels.subarray(0, rows), place);
    const addresses = [scores * doubleBytes, place * floatBytes, found * doubleBytes] as const;
    this.#kernel.softmax(...addresses, rows, probes.length, outputs);
    for (let at = found, row = 0; row < rows; row++) {
      for (let probe = 0; probe < probes.length; probe++, at += 2) {
        this.#losses[probe] += (Math.log(this.#doubles[at]) + this.#doubles[at + 1]) / rows;
      }
    }
  }

  /** Address and stride of a layer's neurons. */
  #input({ from }: Layer): [number, number] {
    return [(this.#places.input + from) * floatBytes, this.#spec.layers * this.#hidden * floatBytes];
  }

  /** Rows behind the last are 0. */
  #fill(data: Float32Array, rows: number): void {
    const { layers, hidden } = this.#spec;
    const { input } = this.#places;
    const width = layers * this.#hidden;
    if (hidden === this.#hidden) this.#floats.set(data.subarray(0, rows * width), input);
    else {
      for (let piece = 0; piece < rows * layers; piece++) {
        const [from, to] = [piece * hidden, input + piece * this.#hidden];
        for (let at = 0; at < hidden; at++) this.#floats[to + at] = data[from + at];
      }
    }
    if (this.#filled > rows) this.#floats.fill(0, input + rows * width, input + this.#filled * width);
    this.#filled = rows;
  }

  /** Adds the penalties to the losses; answers with each probe's derivative factor of the second penalty. */
  #penalties(): Float64Array {
    const { probes, outputs, lambda1, lambda2, penalty } = this.#spec;
    const place = this.#places.lengths;
    const lengths = this.#doubles.subarray(place, place + 2 * probes.length).fill(0);
    for (const [number, layer] of this.#layers.entries()) {
      const w = (this.#places.weights + layer.at) * floatBytes;
      const [own, count] = this.#own(number);
      this.#kernel.lengths(w, place * doubleBytes, own, count, outputs, layer.width);
    }
    return Float64Array.from(probes, (_, p) => {
      const [length, square] = [lengths[2 * p], lengths[2 * p + 1]];
      const norm = Math.sqrt(square);
      this.#losses[p] += lambda1 * length + lambda2 * (penalty === 'norm' ? norm : square);
      if (penalty === 'square') return 2 * lambda2;
      return norm > 0 ? lambda2 / norm : 0;
    });
  }

  /** Of a layer's columns, as the kernel wants them; 0 where no row and no output is. */
  #writeErrors(number: number, rows: number, penalties: Float64Array): void {
    const { columns, probes, padded: width } = this.#layers[number];
    const { outputs } = this.#spec;
    const { scores, outputs: to, factors } = this.#places;
    const addresses = [to * floatBytes, scores * doubleBytes] as const;
    this.#kernel.takeErrors(...addresses, ...this.#own(number), rows, width, this.#packing.outputs);
    this.#floats.fill(0, to + rows * width, to + padded(rows, rowGroup) * width);
    probes.forEach((probe, i) => {
      this.#floats.fill(penalties[probe], factors + i * outputs, factors + (i + 1) * outputs);
    });
    this.#floats.fill(0, factors + columns, factors + width);
  }

  #updateBias(rows: number, { size, root }: AdamStep): void {
    const { values, moments, squares } = this.#bias;
    const { scores, sums } = this.#places;
    this.#kernel.columnSums(scores * doubleBytes, sums * doubleBytes, rows, values.length);
    for (let q = 0; q < values.length; q++) {
      const g = this.#doubles[sums + q];
      moments[q] = beta1 * moments[q] + (1 - beta1) * g;
      squares[q] = beta2 * squares[q] + (1 - beta2) * g * g;
      values[q] -= (size * moments[q]) / (Math.sqrt(squares[q]) / root + epsilon);
    }
  }

  /** Packed weights into the kernel's blocks. */
  #write(place: number, values: Float32Array): void {
    this.#eachColumn((packed, at, hidden) => this.#floats.set(values.subarray(packed, packed + hidden), place + at));
  }

  #read(place: number, biases: Float32Array): LinearWeights[] {
    const values = new Float32Array(this.#packing.size);
    this.#eachColumn((packed, at, hidden) => {
      values.set(this.#floats.subarray(place + at, place + at + hidden), packed);
    });
    return unpackWeights(this.#spec, this.#packing, values, biases);
  }

  #eachColumn(visit: (packed: number, at: number, hidden: number) => void): void {
    const { hidden } = this.#spec;
    for (const { columns, packed, at, width } of this.#layers) {
      packed.forEach((start, layer) => {
        const from = at + layer * this.#hidden;
        for (let c = 0; c < columns; c++) visit(start + c * hidden, from + c * width, hidden);
      });
    }
  }
}
