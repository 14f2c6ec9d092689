/**
 * Joint probe training on WebAssembly: a layer's weights for all probes lie side by side, so that one pass over the layer's
 * neurons serves them all. Products, penalties and Adam run in the kernel; softmax and loss touch only the outputs and run
 * here in float64.
 */
import { withRoomAtOnce } from '../../base/errors.ts';
import type { AdamState, LinearWeights, ProbeSpec, ProbeTrainer } from '../device.ts';
import { columnGroup, featureGroup, rowGroup, type ProbeKernel } from '../kernels/linear-probe.ts';
import { startCompiled } from '../kernels/wasm-kernel.ts';
import { pack, packBiases, packWeights, unpackWeights, type Packing } from '../packing.ts';
import { adamStep, beta1, beta2, epsilon, type AdamStep } from '../reference/adam.ts';
import { lossAndErrors } from '../reference/loss.ts';

const floatBytes = 4;
const doubleBytes = 8;

/** A layer that some probe reads. */
interface Layer {
  /** Output number of each column, as the packing has them. */
  columns: Int32Array;
  /** Columns with those that fill up their group. */
  padded: number;
  /** Of its first packed weight, and of its first weight in the kernel's blocks. */
  packed: number;
  at: number;
  /** Of its neurons in a row of the input. */
  from: number;
}

/** What the kernel's memory holds: places in numbers of four bytes, `lengths` in numbers of eight. */
interface Places {
  lengths: number;
  input: number;
  weights: number;
  moments: number;
  squares: number;
  outputs: number;
  factors: number;
  bytes: number;
}

export class WasmProbeTrainer implements ProbeTrainer {
  readonly #spec: ProbeSpec;
  readonly #packing: Packing;
  readonly #check: () => void;
  readonly #layers: Layer[];
  readonly #places: Places;
  readonly #kernel: ProbeKernel;
  readonly #floats: Float32Array;
  readonly #doubles: Float64Array;
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
    this.#layers = layersOf(this.#packing, this.#hidden);
    this.#places = placesOf(spec, this.#layers, this.#hidden);
    const { bytes } = this.#places;
    this.#kernel = withRoomAtOnce('the probes', bytes, () => startCompiled(module, bytes));
    this.#floats = new Float32Array(this.#kernel.memory.buffer);
    this.#doubles = new Float64Array(this.#kernel.memory.buffer);
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
      const { probes, outputs, loss, learningRate, lambda1 } = this.#spec;
      const errors = this.#forward(data, rows);
      lossAndErrors(errors, labels, rows, { probes: probes.length, outputs, loss }, this.#losses);
      const factors = this.#penalties();
      this.#steps += 1;
      const step = adamStep(learningRate, this.#steps);
      for (const layer of this.#layers) {
        this.#writeErrors(layer, errors, rows, factors);
        const { weights, moments, squares } = this.#places;
        const [w, m, s] = [weights, moments, squares].map((place) => (place + layer.at) * floatBytes);
        this.#kernel.update(
          ...this.#input(layer),
          ...([this.#places.outputs * floatBytes, w, m, s, this.#places.factors * floatBytes] as const),
          ...([padded(rows, rowGroup), layer.padded, this.#hidden, lambda1, step.size, step.root] as const),
        );
      }
      this.#updateBias(errors, rows, step);
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

  /** Outputs of all probes, [rows, all outputs]. */
  #forward(data: Float32Array, rows: number): Float64Array {
    this.#fill(data, rows);
    const { outputs } = this.#packing;
    const scores = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++) scores.set(this.#bias.values, row * outputs);
    for (const layer of this.#layers) {
      const { columns, padded: width } = layer;
      const w = (this.#places.weights + layer.at) * floatBytes;
      const out = this.#places.outputs;
      const count = padded(rows, rowGroup);
      this.#kernel.forward(...this.#input(layer), w, out * floatBytes, count, width, this.#hidden);
      for (let row = 0; row < rows; row++) {
        const [from, to] = [out + row * width, row * outputs];
        for (let c = 0; c < columns.length; c++) scores[to + columns[c]] += this.#floats[from + c];
      }
    }
    return scores;
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
    const { outputs, probes, lambda1, lambda2, penalty } = this.#spec;
    const lengths = new Float64Array(probes.length);
    const squares = new Float64Array(probes.length);
    const at = this.#places.lengths;
    for (const { columns, padded: width, at: weight } of this.#layers) {
      const w = (this.#places.weights + weight) * floatBytes;
      this.#kernel.lengths(w, at * doubleBytes, width, this.#hidden);
      columns.forEach((output, c) => {
        const probe = Math.floor(output / outputs);
        lengths[probe] += this.#doubles[at + 2 * c];
        squares[probe] += this.#doubles[at + 2 * c + 1];
      });
    }
    return squares.map((square, p) => {
      const norm = Math.sqrt(square);
      this.#losses[p] += lambda1 * lengths[p] + lambda2 * (penalty === 'norm' ? norm : square);
      if (penalty === 'square') return 2 * lambda2;
      return norm > 0 ? lambda2 / norm : 0;
    });
  }

  /** Of a layer's columns, as the kernel wants them; 0 where no row and no output is. */
  #writeErrors({ columns, padded: width }: Layer, errors: Float64Array, rows: number, factors: Float64Array): void {
    const floats = this.#floats;
    const { outputs: to, factors: place } = this.#places;
    const { outputs } = this.#packing;
    floats.fill(0, to, to + padded(rows, rowGroup) * width);
    for (let row = 0; row < rows; row++) {
      const [at, from] = [to + row * width, row * outputs];
      for (let c = 0; c < columns.length; c++) floats[at + c] = errors[from + columns[c]];
    }
    floats.fill(0, place, place + width);
    columns.forEach((output, c) => (floats[place + c] = factors[Math.floor(output / this.#spec.outputs)]));
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
    for (const { columns, packed, at } of this.#layers) {
      for (let c = 0; c < columns.length; c++) visit(packed + c * hidden, at + c * this.#hidden, hidden);
    }
  }
}

function padded(count: number, group: number): number {
  return Math.ceil(count / group) * group;
}

function layersOf({ columns, offsets }: Packing, hidden: number): Layer[] {
  let at = 0;
  return columns.flatMap((own, number): Layer[] => {
    if (own.length === 0) return [];
    const layer = { columns: own, padded: padded(own.length, columnGroup), packed: offsets[number], at };
    at += layer.padded * hidden;
    return [{ ...layer, from: number * hidden }];
  });
}

function placesOf(spec: ProbeSpec, layers: readonly Layer[], hidden: number): Places {
  const size = layers.reduce((sum, layer) => sum + layer.padded * hidden, 0);
  const columns = Math.max(...layers.map((layer) => layer.padded));
  const rows = padded(spec.batchSize, rowGroup);
  let next = 0;
  // A vector is read a little faster where it lies at a multiple of its size.
  const place = (count: number): number => {
    const start = next;
    next += padded(count, 4);
    return start;
  };
  const lengths = place(4 * columns) / 2;
  return {
    lengths,
    input: place(rows * spec.layers * hidden),
    weights: place(size),
    moments: place(size),
    squares: place(size),
    outputs: place(rows * columns),
    factors: place(columns),
    bytes: next * floatBytes,
  };
}
