/**
 * The graphics device's own clock: how long its compute passes took, how many dispatches there were and how many bytes
 * were copied. ONNX Runtime's own profiling (`env.webgpu.profiling`) belongs to its older WebGPU backend; the one that
 * Winnow uses has none, so that passes are given timestamps on their way to the device. Browsers round timestamps (Chrome
 * to 0.1 ms): sums over many passes are right on the average, a short pass by itself is not.
 */

/** What the device did during some work. */
export interface DeviceWork {
  /** Sum over its passes; null where there were more than the clock has room for, or the device went away. */
  ms: number | null;
  dispatches: number;
  bytes: number;
}

/** Passes that one reading holds: a query set has 4,096 timestamps. */
const mostPasses = 2048;

export class DeviceClock {
  #passes = 0;
  #dispatches = 0;
  #bytes = 0;
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #readable: GPUBuffer;
  readonly #plainEncoder: GPUDevice['createCommandEncoder'];

  /** null where the device was opened without timestamps. */
  static of(device: GPUDevice | null): DeviceClock | null {
    return device?.features.has('timestamp-query') ? new DeviceClock(device) : null;
  }

  /** From now on every command encoder of this device counts, until `dispose`. */
  private constructor(device: GPUDevice) {
    const size = 2 * mostPasses * BigUint64Array.BYTES_PER_ELEMENT;
    this.#device = device;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: 2 * mostPasses });
    this.#resolved = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
    this.#readable = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    this.#plainEncoder = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (descriptor) => this.#counting(this.#plainEncoder(descriptor));
  }

  /** What the device does while `work` goes on, which has to wait for its end. */
  async around<T>(work: () => Promise<T>): Promise<{ value: T; device: DeviceWork }> {
    this.#passes = this.#dispatches = this.#bytes = 0;
    const value = await work();
    const counted = { dispatches: this.#dispatches, bytes: this.#bytes };
    return { value, device: { ms: await this.#elapsedMs(), ...counted } };
  }

  dispose(): void {
    // The instance's own property hid the device's.
    delete (this.#device as Partial<GPUDevice>).createCommandEncoder;
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#readable.destroy();
  }

  async #elapsedMs(): Promise<number | null> {
    const passes = this.#passes;
    if (passes > mostPasses) return null;
    if (passes === 0) return 0;
    const encoder = this.#plainEncoder();
    const size = 2 * passes * BigUint64Array.BYTES_PER_ELEMENT;
    encoder.resolveQuerySet(this.#queries, 0, 2 * passes, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#readable, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    try {
      await this.#readable.mapAsync(GPUMapMode.READ, 0, size);
    } catch {
      // The device went away: whoever uses it next says so.
      return null;
    }
    const stamps = new BigUint64Array(this.#readable.getMappedRange(0, size));
    let nanoseconds = 0n;
    for (let pass = 0; pass < passes; pass += 1) {
      const [begin, end] = [stamps[2 * pass], stamps[2 * pass + 1]];
      if (end > begin) nanoseconds += end - begin;
    }
    this.#readable.unmap();
    return Number(nanoseconds) / 1e6;
  }

  #counting(encoder: GPUCommandEncoder): GPUCommandEncoder {
    const [begin, copy] = [encoder.beginComputePass.bind(encoder), encoder.copyBufferToBuffer.bind(encoder)];
    encoder.beginComputePass = (descriptor) => this.#countingPass(begin(this.#stamped(descriptor)));
    encoder.copyBufferToBuffer = (...args: unknown[]) => {
      const size = args.at(-1);
      if (typeof size === 'number') this.#bytes += size;
      (copy as (...all: unknown[]) => void)(...args);
    };
    return encoder;
  }

  #stamped(descriptor: GPUComputePassDescriptor = {}): GPUComputePassDescriptor {
    const pass = this.#passes;
    this.#passes += 1;
    if (pass >= mostPasses || descriptor.timestampWrites) return descriptor;
    const [beginningOfPassWriteIndex, endOfPassWriteIndex] = [2 * pass, 2 * pass + 1];
    return {
      ...descriptor,
      timestampWrites: { querySet: this.#queries, beginningOfPassWriteIndex, endOfPassWriteIndex },
    };
  }

  #countingPass(pass: GPUComputePassEncoder): GPUComputePassEncoder {
    const dispatch = pass.dispatchWorkgroups.bind(pass);
    pass.dispatchWorkgroups = (...size) => {
      this.#dispatches += 1;
      dispatch(...size);
    };
    return pass;
  }
}
