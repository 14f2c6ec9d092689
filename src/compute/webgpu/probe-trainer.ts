/**
 * Joint probe training on tfjs-webgpu with fused kernels: three dispatches a step for all probes, weights and moments stay on
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
    const { batch, width, sumsSize, weightsSize } = this.#layout;
    this.#largestBytes = 4 * Math.max(batch * width, sumsSize, weightsSize);
    guard.enter(this.#largestBytes);
    this.#kernels = probeKernels(spec, this.#layout);
    this.#tensors = this.#makeTensors();
  }

  step(values: Float32Array, labels: Int32Array | Float32Array, rows: number): Promise<void> {
    this.#guard.enter(this.#largestBytes);
    this.#steps += 1;
    const { size, root } = adamStep(this.#spec.learningRate, this.#steps);
    const [data, gold] = [this.#batch(values, rows, this.#layout.width), this.#batch(labels, rows, 1)];
    this.#forward(data, gold, { rows, learns: true });
    this.#run('weights', { data }, [float(size), float(root), float(this.#stepsSummed)]);
    this.#stepsSummed += 1;
    this.#free(data, gold);
    return Promise.resolve();
  }

  async takeLosses(): Promise<Float64Array> {
    const { probes, all, small } = this.#layout;
    if (this.#stepsSummed === 0) return new Float64Array(probes);
    this.#stepsSummed = 0;
    return Float64Array.from(await this.#read(this.#tensors.weights, small + 3 * all, probes));
  }

  async scores(values: Float32Array, rows: number): Promise<Float32Array> {
    this.#guard.enter(this.#largestBytes);
    const { batch, width, all, probes } = this.#layout;
    const [data, none] = [this.#batch(values, rows, width), this.#batch(new Float32Array(batch), rows, 1)];
    this.#forward(data, none, { rows, learns: false });
    this.#free(data, none);
    const own = await this.#read(this.#tensors.errors, 0, rows * (all + probes));
    const scores = new Float32Array(rows * all);
    for (let row = 0; row < rows; row++) {
      const from = row * (all + probes);
      scores.set(own.subarray(from, from + all), row * all);
    }
    return scores;
  }

  async weights(): Promise<LinearWeights[]> {
    return (await this.#unpacked(1))[0];
  }

  async adam(): Promise<AdamState> {
    const [, moments, squares] = await this.#unpacked(3);
    return { steps: this.#steps, moments, squares };
  }

  dispose(): void {
    this.#free(...Object.values(this.#tensors));
  }

  #makeTensors(): Tensors {
    const { batch, probes, all, weights, small, sumsSize, weightsSize, table } = this.#layout;
    const start = new Float32Array(weightsSize);
    const { start: values, adam } = this.#spec;
    [values, ...(adam ? [adam.moments, adam.squares] : [])].forEach((own, part) => {
      start.set(packWeights(this.#spec, this.#packing, own), part * weights);
      start.set(packBiases(own), small + part * all);
    });
    const make = (shape: number[], values?: Float32Array) => this.#backend.makeTensorInfo(shape, 'float32', values);
    return {
      sums: make([sumsSize]),
      errors: make([batch, all + probes]),
      weights: make([weightsSize], start),
      table: this.#backend.makeTensorInfo([table.length], 'int32', table),
    };
  }

  /** Of values, moments and squares so many. */
  async #unpacked(parts: number): Promise<LinearWeights[][]> {
    const { all, weights: size, small } = this.#layout;
    const [weights, biases] = await Promise.all([
      this.#read(this.#tensors.weights, 0, parts * size),
      this.#read(this.#tensors.weights, small, parts * all),
    ]);
    return Array.from({ length: parts }, (_, part) =>
      unpackWeights(
        this.#spec,
        this.#packing,
        weights.subarray(part * size, (part + 1) * size),
        biases.subarray(part * all, (part + 1) * all),
      ),
    );
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

  #forward(data: TensorInfo, labels: TensorInfo, { rows, learns }: { rows: number; learns: boolean }): void {
    this.#run('sums', { data }, [integer(rows)]);
    this.#run('errors', { labels }, [integer(rows), integer(learns ? 1 : 0)]);
  }

  #run(kernel: keyof ProbeKernels, given: { data?: TensorInfo; labels?: TensorInfo }, uniforms: Uniform[]): void {
    const { inputs, program } = this.#kernels[kernel];
    const tensors = { ...this.#tensors, ...given } as Record<TensorName, TensorInfo>;
    const read = inputs.map((name) => tensors[name]);
    this.#backend.runWebGPUProgram(program(), read, 'float32', uniforms, this.#tensors[kernel]);
  }

  /** So many numbers of a tensor's buffer; the backend's own ways read whole tensors, and keep what they read first. */
  #read({ dataId }: TensorInfo, first: number, count: number): Promise<Float32Array> {
    this.#backend.uploadToGPU(dataId);
    const { device, queue } = this.#backend;
    const { resource } = this.#backend.tensorMap.get(dataId);
    // What was given before is done before.
    this.#backend.ensureCommandEncoderReady();
    this.#backend.endComputePassEncoder();
    this.#backend.submitQueue();
    const bytes = Float32Array.BYTES_PER_ELEMENT;
    const size = count * bytes;
    const readable = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const commands = device.createCommandEncoder();
    commands.copyBufferToBuffer(resource as GPUBuffer, first * bytes, readable, 0, size);
    queue.submit([commands.finish()]);
    const numbers = readable.mapAsync(GPUMapMode.READ).then(() => new Float32Array(readable.getMappedRange().slice(0)));
    return this.#guard.settle(numbers.finally(() => readable.destroy()));
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
