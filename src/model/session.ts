/**
 * An ONNX Runtime session that answers as an encoder. One call runs at a time: two at once hang the runtime. A lost device
 * gives an error, never numbers.
 */
import type * as Ort from 'onnxruntime-web';
import { readSlice } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { notLoaded } from '../base/load-part.ts';
import type { Padding } from '../tokenizer/tokenizer.ts';
import type { TokenBatch } from './batch.ts';
import type { LoadedRuntime } from './runtime.ts';

interface EncoderFacts {
  /** Layers in the output, the embeddings included. */
  readonly layers: number;
  readonly hidden: number;
  /** Longest row in tokens. */
  readonly maxLength: number;
  readonly padding: Padding;
  /** Padding would change the numbers of a row: all rows of a batch have one length. */
  readonly unpadded: boolean;
  /** A batch is answered with a vector of each pooled token, or with one of each row, whatever is pooled. */
  readonly answers: 'tokens' | 'rows';
}

export interface Encoder extends EncoderFacts {
  readonly backend: 'webgpu' | 'wasm';
  /**
   * The pooled tokens in every layer, [pooled, layers, hidden], or the rows. Calls queue.
   * @throws WinnowError `device-lost` when the GPU went away, `out-of-memory` or `internal` when the runtime failed.
   */
  run(batch: TokenBatch): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export type Feeds = Record<string, Ort.Tensor>;

/** A weight outside the graph, by the path that the graph names: bytes [start, end) of a file. */
export interface ExternalWeight {
  path: string;
  file: File;
  start: number;
  end: number;
  /** Makes the bytes where they are not the file's own. */
  convert?: () => Promise<Uint8Array>;
}

/** What the runtime opens. */
export interface ModelBytes {
  /** A serialized ONNX ModelProto. */
  bytes: Uint8Array<ArrayBuffer>;
  weights: readonly ExternalWeight[];
  /** Names of nodes that are computed on the CPU wherever the rest is. */
  onCpu: readonly string[];
}

export interface SessionGraph extends EncoderFacts, ModelBytes {
  feed: (batch: TokenBatch) => Feeds;
  /** The one output: float32 [pooled or rows, layers × hidden]. */
  output: string;
}

/**
 * The processor computes float16 in float32, with casts around each operator. They hide a layer normalisation from what
 * fuses whole ones, and this takes its second half for one without a mean, with an epsilon of its own: of BERT's
 * embeddings 4e-3 of each number.
 */
const wrongOptimizer = 'SimplifiedLayerNormFusion';

/** Where a session computes. */
export interface SessionPlace {
  backend: Encoder['backend'];
  gpu: GPUDevice | null;
}

/**
 * @throws WinnowError `unreadable-file` when a weight file vanished, `device-lost` when the GPU went away, `bad-model` for
 * types that contradict one another, `out-of-memory` or `internal` when the runtime cannot open the graph.
 */
export async function openSession(runtime: LoadedRuntime, graph: SessionGraph, place: SessionPlace): Promise<Encoder> {
  const { bytes, weights, onCpu } = graph;
  return encoderOf(await openModel(runtime, { bytes, weights, onCpu }, place), graph, place);
}

/** A model that is open: one call at a time, floats out. */
export interface OpenModel {
  /**
   * The values of the output `name`. Calls queue.
   * @throws WinnowError `device-lost`, `out-of-memory` or `internal`.
   */
  run(feeds: Feeds, name: string): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** @throws WinnowError as `openSession`. */
export async function openModel(
  { ort, mountsBlobs }: LoadedRuntime,
  { bytes, weights, onCpu }: ModelBytes,
  { backend, gpu }: SessionPlace,
): Promise<OpenModel> {
  const webgpu = {
    name: 'webgpu',
    ...(gpu && { device: gpu }),
    ...(onCpu.length > 0 && { forceCpuNodeNames: [...onCpu] }),
  } as const;
  const executionProviders = backend === 'webgpu' ? [webgpu] : (['wasm'] as const);
  const externalData: { path: string; data: Uint8Array | Blob }[] = [];
  for (const { path, file, start, end, convert } of weights) {
    const stored = () => (mountsBlobs ? file.slice(start, end) : readSlice(file, start, end));
    externalData.push({ path, data: await (convert ?? stored)() });
  }
  try {
    const extra = { optimization: { disable_specified_optimizers: wrongOptimizer } };
    const session = await ort.InferenceSession.create(bytes, { executionProviders, externalData, extra });
    return modelOf(session, gpu);
  } catch (cause) {
    // The runtime's own words for a file that vanished while it read say nothing: look at the files themselves.
    for (const file of new Set(weights.map((weight) => weight.file))) await readSlice(file, 0, 1);
    throw (gpu && (await lossOf(gpu, cause))) ?? runtimeError(cause, 'open the model');
  }
}

/** Keeps nothing of the graph: its weights lie in the session. */
function modelOf(session: Ort.InferenceSession, device: GPUDevice | null): OpenModel {
  let queue: Promise<unknown> = Promise.resolve();
  let lost: string | null = null;
  void device?.lost.then((info) => (lost = info.message || info.reason));

  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work, work);
    queue = result;
    return result;
  };

  const compute = async (feeds: Feeds, name: string): Promise<Float32Array> => {
    let output: Ort.Tensor;
    try {
      output = (await session.run(feeds, [name]))[name];
    } catch (cause) {
      throw (device && (await lossOf(device, cause))) ?? runtimeError(cause, 'run the model');
    }
    const values = (await output.getData()) as Float32Array;
    output.dispose();
    if (lost !== null) throw lostError(lost);
    return values;
  };

  return { run: (feeds, name) => next(() => compute(feeds, name)), dispose: () => next(() => session.release()) };
}

/** @throws WinnowError `bad-option` for layers outside 0 (the embeddings) … all. */
export function checkLayers(layers: number, all: number): void {
  if (Number.isInteger(layers) && layers >= 0 && layers <= all) return;
  const message = `${layers} layers were asked for, and the model has ${all}.`;
  throw new WinnowError('bad-option', message, `Choose from 0 to ${all} layers.`);
}

/** Keeps nothing of the graph but what it takes out here. */
function encoderOf(model: OpenModel, graph: SessionGraph, { gpu }: SessionPlace): Encoder {
  const { feed, output: name, layers, hidden, maxLength, padding, unpadded, answers } = graph;
  const backend = gpu ? 'webgpu' : 'wasm';
  return {
    ...{ backend, layers, hidden, maxLength, padding, unpadded, answers },
    dispose: () => model.dispose(),
    async run(batch) {
      if (batch.length > maxLength) {
        const message = `A row has ${batch.length} tokens, and the model takes ${maxLength}.`;
        throw new WinnowError('bad-option', message, 'Choose a smaller maximum length.');
      }
      const values = await model.run(feed(batch), name);
      // A device that is going away answers with zeros; LayerNorm's output is all zero only where its weights are.
      const isZero = !values.some((value) => value !== 0);
      if (isZero && backend === 'webgpu') throw lostError('it answered with zeros');
      if (isZero) {
        const message = 'The model answers every text with zeros: its weights are zero, or damaged.';
        throw new WinnowError('bad-model', message, 'Copy the weights again, or save them from a model that works.');
      }
      const vectors = answers === 'rows' ? batch.rows : batch.pooled.length;
      const expected = vectors * layers * hidden;
      if (values.length === expected) return values;
      const message = `The model gave ${values.length} numbers where ${vectors} ${answers} × ${layers} layers × ${hidden} neurons are ${expected}.`;
      throw new WinnowError('bad-model', message, 'Check that config.json and the model are of the same export.');
    },
  };
}

/** How long the news of a lost device may come after the failure that it caused: the runtime speaks of memory then. */
const lossNewsMs = 1000;

async function lossOf(device: GPUDevice, cause: unknown): Promise<WinnowError | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), lossNewsMs)));
  const info = await Promise.race([device.lost, late]);
  clearTimeout(timer);
  return info && lostError(info.message || info.reason, cause);
}

function lostError(why: string, cause?: unknown): WinnowError {
  const message = `The graphics device went away with the model on it (${why}).`;
  const next = 'Run again; finished chunks are kept. If it goes on, choose WebAssembly.';
  return new WinnowError('device-lost', message, next, cause);
}

function runtimeError(cause: unknown, what: string): WinnowError {
  if (cause instanceof WinnowError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/initializing failed due to timeout/.test(text)) return notLoaded('a thread of ONNX Runtime', cause);
  if (/memory|bad_alloc|allocat/i.test(text)) {
    const message = `There was not enough memory to ${what}: ${text}.`;
    return new WinnowError('out-of-memory', message, 'Close other tabs, or choose a smaller model.', cause);
  }
  if (/requires f16/.test(text)) {
    const message = 'The model computes in float16, which this graphics device does not.';
    return new WinnowError('bad-option', message, 'Choose WebAssembly, or a weight file in float32.', cause);
  }
  const contradiction = /Type Error: (.*?)\.*$/s.exec(text);
  if (contradiction) {
    const message = `The ONNX export cannot be run: the types in it contradict one another (${contradiction[1]}).`;
    // onnxconverter-common leaves casts to float32 as they are (its issue 320); onnxruntime refuses the file everywhere.
    const next =
      'Take the float32 export, or convert that to float16 with onnxruntime’s own `onnxruntime.transformers.float16.convert_float_to_float16(model, keep_io_types=True)`.';
    return new WinnowError('bad-model', message, next, cause);
  }
  const message = `ONNX Runtime could not ${what}: ${text}.`;
  return new WinnowError('internal', message, 'Choose the other device, or report it.', cause);
}
