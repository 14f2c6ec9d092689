/**
 * Joint probe training on tfjs-webgpu with fused kernels: six dispatches a step for all probes, weights and moments stay on
 * the device, tensors are made once and keep their shapes. Sums run in a fixed order, so a seed gives the same weights twice.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { AdamState, LinearWeights, ProbeSpec, ProbeTrainer } from '../device.ts';
import { pack, packBiases, packWeights, unpackWeights, type Packing } from '../packing.ts';
import { adamStep } from '../reference/adam.ts';
import type { BackendGuard } from '../tfjs/guard.ts';
import { probeKernels, type ProbeKernels } from './probe-kernels.ts';
import { probeLayout, type ProbeLayout } from './probe-layout.ts';
import type { TensorName } from './probe-program.ts';

interface Uniform {
  type: 'int32' | 'float32';
  data: number[];
}

/** Tensors that live as long as the trainer; shapes in probe-kernels.ts. */
type Tensors = Record<Exclude<TensorName, 'data' | 'labels'>, TensorInfo>;

export class WebGpuProbeTrainer implements ProbeTrainer {
  readonly #spec: ProbeSpec;
  readonly #backend: WebGPUBackend;
  readonly #guard: BackendGuard;
  readonly #packing: Packing;
  readonly #layout: ProbeLayout;
  readonly #kernels: ProbeKernels;
  readonly #tensors: Tensors;
  readonly #largestBytes: number;
  #steps = 0;
  #stepsSummed = 0;

  constructor(spec: ProbeSpec, backend: WebGPUBackend, guard: BackendGuard) {
    this.#spec = spec;
    this.#steps = spec.adam?.steps ?? 0;
    this.#backend = backend;
    this.#guard = guard;
    this.#packing = pack(spec);
    this.#layout = probeLayout(spec, this.#packing);
    const { batch, width, chunks, columns, weights } = this.#layout;
    this.#largestBytes = 4 * Math.max(batch * width, chunks * batch * columns, 3 * weights);
    guard.enter(this.#largestBytes);
    this.#kernels = probeKernels(spec, this.#layout);
    this.#tensors = this.#makeTensors();
  }

  step(values: Float32Array, labels: Int32Array | Float32Array, rows: number): Promise<void> {
    this.#guard.enter(this.#largestBytes);
    this.#steps += 1;
    const { size, root } = adamStep(this.#spec.learningRate, this.#steps);
    const adam = [float(size), float(root)];
    const data = this.#batch(values, rows, this.#layout.width);
    const gold = this.#batch(labels, rows, 1);
    const given = { data, labels: gold };
    this.#forward(data, rows);
    this.#run('errors', 'errors', given, [integer(rows)]);
    this.#run('norms', 'norms', given);
    this.#run('update', 'weights', given, adam);
    this.#run('small', 'small', given, [...adam, float(this.#stepsSummed)]);
    this.#stepsSummed += 1;
    this.#free(data, gold);
    return Promise.resolve();
  }

  async takeLosses(): Promise<Float64Array> {
    const { probes, all } = this.#layout;
    if (this.#stepsSummed === 0) return new Float64Array(probes);
    this.#stepsSummed = 0;
    const small = await this.#read(this.#tensors.small);
    return Float64Array.from(small.subarray(3 * all, 3 * all + probes));
  }

  async scores(values: Float32Array, rows: number): Promise<Float32Array> {
    this.#guard.enter(this.#largestBytes);
    const data = this.#batch(values, rows, this.#layout.width);
    this.#forward(data, rows);
    this.#free(data);
    const scores = await this.#read(this.#tensors.scores);
    return scores.slice(0, rows * this.#layout.all);
  }

  async weights(): Promise<LinearWeights[]> {
    const [weights, small] = await Promise.all([this.#read(this.#tensors.weights), this.#read(this.#tensors.small)]);
    return unpackWeights(this.#spec, this.#packing, weights, small);
  }

  async adam(): Promise<AdamState> {
    const { all, weights: size } = this.#layout;
    const [weights, small] = await Promise.all([this.#read(this.#tensors.weights), this.#read(this.#tensors.small)]);
    const unpack = (part: number) =>
      unpackWeights(
        this.#spec,
        this.#packing,
        weights.subarray(part * size, (part + 1) * size),
        small.subarray(part * all, (part + 1) * all),
      );
    return { steps: this.#steps, moments: unpack(1), squares: unpack(2) };
  }

  dispose(): void {
    this.#free(...Object.values(this.#tensors));
  }

  #makeTensors(): Tensors {
    const { batch, probes, all, columns, chunks, hidden, weights, table } = this.#layout;
    const start = new Float32Array(3 * weights);
    const small = new Float32Array(3 * all + probes);
    const { start: values, adam } = this.#spec;
    [values, ...(adam ? [adam.moments, adam.squares] : [])].forEach((own, part) => {
      start.set(packWeights(this.#spec, this.#packing, own), part * weights);
      small.set(packBiases(own), part * all);
    });
    const make = (shape: number[], values?: Float32Array) => this.#backend.makeTensorInfo(shape, 'float32', values);
    return {
      partial: make([chunks, batch, columns]),
      scores: make([batch, all]),
      errors: make([batch, all + probes]),
      norms: make([probes, 2]),
      weights: make([3, columns, hidden], start),
      small: make([small.length], small),
      table: this.#backend.makeTensorInfo([table.length], 'int32', table),
    };
  }

  /** A tensor of a whole batch; what stands behind the last row has errors of 0. */
  #batch(values: Float32Array | Int32Array, rows: number, width: number): TensorInfo {
    const { batch } = this.#layout;
    let whole = values;
    if (!(whole instanceof Float32Array) || whole.length !== batch * width) {
      whole = new Float32Array(batch * width);
      whole.set(values.subarray(0, rows * width));
    }
    return this.#backend.makeTensorInfo([batch, width], 'float32', whole);
  }

  #forward(data: TensorInfo, rows: number): void {
    this.#run('partial', 'partial', { data }, [integer(rows)]);
    this.#run('scores', 'scores');
  }

  #run(
    kernel: keyof ProbeKernels,
    output: keyof Tensors,
    given: { data?: TensorInfo; labels?: TensorInfo } = {},
    uniforms: Uniform[] = [],
  ): void {
    const { inputs, program } = this.#kernels[kernel];
    const tensors = { ...this.#tensors, ...given } as Record<TensorName, TensorInfo>;
    const read = inputs.map((name) => tensors[name]);
    this.#backend.runWebGPUProgram(program(), read, 'float32', uniforms, this.#tensors[output]);
  }

  /** Reads the buffer itself: a tensor's own `data()` would keep what it read first. */
  async #read(tensor: TensorInfo): Promise<Float32Array> {
    this.#backend.uploadToGPU(tensor.dataId);
    const { resource } = this.#backend.tensorMap.get(tensor.dataId);
    return new Float32Array(await this.#guard.settle(this.#backend.getBufferData(resource as GPUBuffer)));
  }

  #free(...tensors: TensorInfo[]): void {
    for (const { dataId } of tensors) this.#backend.disposeData(dataId);
  }
}

function float(value: number): Uniform {
  return { type: 'float32', data: [value] };
}

function integer(value: number): Uniform {
  return { type: 'int32', data: [value] };
}
