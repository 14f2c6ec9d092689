/** What a graphics device is given by whoever holds it: counts, which no machine's speed changes. */

export interface GpuCounts {
  dispatches: number;
  /** Compute pipelines compiled. */
  pipelines: number;
  /** Bytes written from the page's memory. */
  up: number;
  /** Bytes read back. */
  down: number;
}

/** From now on everything that the device is given counts. @returns what did since the last call. */
export function countGpu(device: GPUDevice): () => GpuCounts {
  let counts: GpuCounts = { dispatches: 0, pipelines: 0, up: 0, down: 0 };
  const { queue } = device;
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const { mappedAtCreation, usage, size } = descriptor;
    // Of those for writing the copy counts.
    if (mappedAtCreation && !(usage & GPUBufferUsage.MAP_WRITE)) counts.up += size;
    return createBuffer(descriptor);
  };
  const createPipeline = device.createComputePipeline.bind(device);
  device.createComputePipeline = (descriptor) => {
    counts.pipelines += 1;
    return createPipeline(descriptor);
  };
  const createPipelineAsync = device.createComputePipelineAsync.bind(device);
  device.createComputePipelineAsync = (descriptor) => {
    counts.pipelines += 1;
    return createPipelineAsync(descriptor);
  };
  const writeBuffer = queue.writeBuffer.bind(queue) as (...all: unknown[]) => undefined;
  queue.writeBuffer = (...args: unknown[]) => {
    const [, , data, , size] = args as [GPUBuffer, number, ArrayBufferView | ArrayBuffer, number?, number?];
    const unit = 'BYTES_PER_ELEMENT' in data ? (data.BYTES_PER_ELEMENT as number) : 1;
    counts.up += size === undefined ? data.byteLength : size * unit;
    return writeBuffer(...args);
  };
  const createEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = createEncoder(descriptor);
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (pass) => {
      const begun = begin(pass);
      const dispatch = begun.dispatchWorkgroups.bind(begun);
      begun.dispatchWorkgroups = (...size) => {
        counts.dispatches += 1;
        dispatch(...size);
      };
      return begun;
    };
    const copy = encoder.copyBufferToBuffer.bind(encoder) as (...all: unknown[]) => void;
    encoder.copyBufferToBuffer = (...args: unknown[]) => {
      const [from, to] = args.filter((value) => value instanceof GPUBuffer);
      const size = args.at(-1);
      const bytes = typeof size === 'number' ? size : from.size;
      if (from.usage & GPUBufferUsage.MAP_WRITE) counts.up += bytes;
      if (to.usage & GPUBufferUsage.MAP_READ) counts.down += bytes;
      copy(...args);
    };
    return encoder;
  };
  return () => {
    const taken = counts;
    counts = { dispatches: 0, pipelines: 0, up: 0, down: 0 };
    return taken;
  };
}
