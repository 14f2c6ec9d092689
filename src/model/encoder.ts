/**
 * A model opened in ONNX Runtime: batches of token ids in, the classification token of every layer out. The graph is
 * written from the config, the weights are read by slice from the dropped files. One call runs at a time: two at once
 * hang the runtime. A lost device gives an error, never numbers.
 */
import type * as Ort from 'onnxruntime-web';
import { readSlice } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { readTensor } from '../format/safetensors.ts';
import { architectures } from './architectures.ts';
import type { ModelConfig } from './config.ts';
import { inputNames, outputName } from './graph/architecture.ts';
import { loadRuntime, type Runtime } from './runtime.ts';
import type { Weights } from './weights.ts';

/** Rows padded at the end to one length: ids and types are [rows, length]. */
export interface Batch {
  rows: number;
  length: number;
  ids: Int32Array<ArrayBuffer>;
  typeIds: Int32Array<ArrayBuffer>;
  /** Tokens of each row, [rows]. */
  lengths: Int32Array<ArrayBuffer>;
}

export interface EncoderOptions {
  backend: 'webgpu' | 'wasm';
  /** The shared device; needed for webgpu. */
  gpu?: GPUDevice;
  /** WASM only; 1 where the page is not cross-origin isolated. The first encoder of a worker decides. */
  threads: number;
  /** Stop after this many transformer layers; default all. */
  layers?: number;
}

export interface Encoder {
  readonly backend: 'webgpu' | 'wasm';
  /** Layers in the output, the embeddings included. */
  readonly layers: number;
  readonly hidden: number;
  /** Longest row in tokens. */
  readonly maxLength: number;
  /**
   * The classification token of every layer, [rows, layers, hidden]. Calls queue.
   * @throws WinnowError `device-lost` when the GPU went away, `out-of-memory` or `internal` when the runtime failed.
   */
  run(batch: Batch): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** What the encoder needs of a recognised model. */
export interface EncoderModel {
  config: ModelConfig;
  weights: Weights;
}

/**
 * @throws WinnowError `bad-option` for layers outside 1 … config.layers, `unreadable-file` when a weight file vanished,
 * `out-of-memory` or `internal` when the runtime cannot open the graph.
 */
export async function openEncoder({ config, weights }: EncoderModel, options: EncoderOptions): Promise<Encoder> {
  const { backend, gpu, threads, layers = config.layers } = options;
  if (!Number.isInteger(layers) || layers < 1 || layers > config.layers) {
    const message = `${layers} layers were asked for, and the model has ${config.layers}.`;
    throw new WinnowError('bad-option', message, `Choose from 1 to ${config.layers} layers.`);
  }
  const { ort, mountsBlobs } = await loadRuntime(backend, threads);
  const graph = architectures[config.architecture].write(config, layers);
  const externalData = await readData(graph.weights, weights, mountsBlobs);
  const executionProviders = backend === 'webgpu' ? [{ name: 'webgpu', device: gpu } as const] : ['wasm' as const];
  try {
    const session = await ort.InferenceSession.create(graph.bytes, { executionProviders, externalData });
    return new SessionEncoder(ort, session, config, layers + 1, gpu ?? null);
  } catch (cause) {
    await checkReadable(weights);
    throw runtimeError(cause, 'open the model');
  }
}

/** The runtime's own words for a file that vanished while it read say nothing: look at the files themselves. */
async function checkReadable({ tensors }: Weights): Promise<void> {
  const files = new Set([...tensors.values()].map(({ file }) => file));
  for (const file of files) await readSlice(file, 0, 1);
}

/** What the runtime finds under each weight's name: float32 bytes, or a part of the file that it reads itself. */
async function readData(names: ReadonlySet<string>, { tensors }: Weights, mountsBlobs: boolean) {
  const data: { path: string; data: Uint8Array | Blob }[] = [];
  for (const name of names) {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`the graph asks for ${name}, which the architecture does not list`);
    const { file, info } = tensor;
    const direct = mountsBlobs && info.dtype === 'F32';
    const bytes = direct ? file.slice(info.start, info.end) : await readBytes(tensor.file, info);
    data.push({ path: name, data: bytes });
  }
  return data;
}

async function readBytes(file: File, info: Parameters<typeof readTensor>[1]): Promise<Uint8Array> {
  const values = await readTensor(file, info);
  return new Uint8Array(values.buffer);
}

class SessionEncoder implements Encoder {
  readonly backend: 'webgpu' | 'wasm';
  readonly layers: number;
  readonly hidden: number;
  readonly maxLength: number;
  private readonly ort: Runtime;
  private readonly session: Ort.InferenceSession;
  private queue: Promise<unknown> = Promise.resolve();
  private lost: string | null = null;

  constructor(
    ort: Runtime,
    session: Ort.InferenceSession,
    config: ModelConfig,
    layers: number,
    device: GPUDevice | null,
  ) {
    this.ort = ort;
    this.session = session;
    this.backend = device ? 'webgpu' : 'wasm';
    this.layers = layers;
    this.hidden = config.hidden;
    this.maxLength = config.positions;
    void device?.lost.then((info) => (this.lost = info.message || info.reason));
  }

  run(batch: Batch): Promise<Float32Array> {
    return this.next(() => this.compute(batch));
  }

  dispose(): Promise<void> {
    return this.next(() => this.session.release());
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work, work);
    this.queue = result;
    return result;
  }

  private async compute(batch: Batch): Promise<Float32Array> {
    if (batch.length > this.maxLength) {
      const message = `A row has ${batch.length} tokens, and the model takes ${this.maxLength}.`;
      throw new WinnowError('bad-option', message, 'Choose a smaller maximum length.');
    }
    const feeds = this.feeds(batch);
    let output: Ort.Tensor;
    try {
      output = (await this.session.run(feeds))[outputName];
    } catch (cause) {
      throw this.lost === null ? runtimeError(cause, 'run the model') : lostError(this.lost, cause);
    }
    const values = (await output.getData()) as Float32Array;
    output.dispose();
    // A device that is going away answers with zeros; LayerNorm's output is all zero only where its weights are.
    const isZero = !values.some((value) => value !== 0);
    if (this.lost !== null || (isZero && this.backend === 'webgpu'))
      throw lostError(this.lost ?? 'it answered with zeros');
    if (isZero) throw zeroError();
    return values;
  }

  private feeds({ rows, length, ids, typeIds, lengths }: Batch): Record<string, Ort.Tensor> {
    const { Tensor } = this.ort;
    const padded = lengths.some((tokens) => tokens < length);
    const biasRows = padded ? rows : 1;
    const lastBias = new Float32Array(biasRows * length);
    const bias = new Float32Array(biasRows * length * length);
    if (padded) {
      for (let row = 0; row < rows; row += 1) {
        lastBias.fill(hiddenToken, row * length + lengths[row], (row + 1) * length);
        const line = lastBias.subarray(row * length, (row + 1) * length);
        for (let query = 0; query < length; query += 1) bias.set(line, (row * length + query) * length);
      }
    }
    const positions = Int32Array.from({ length }, (_, position) => position);
    const first = Int32Array.from({ length: rows }, (_, row) => row * length);
    const shape = BigInt64Array.of(BigInt(rows), BigInt(length), BigInt(this.hidden));
    return {
      [inputNames.ids]: new Tensor('int32', ids, [rows, length]),
      [inputNames.typeIds]: new Tensor('int32', typeIds, [rows, length]),
      [inputNames.positions]: new Tensor('int32', positions, [1, length]),
      [inputNames.first]: new Tensor('int32', first, [rows]),
      [inputNames.shape]: new Tensor('int64', shape, [3]),
      [inputNames.bias]: new Tensor('float32', bias, [biasRows, 1, length, length]),
      [inputNames.lastBias]: new Tensor('float32', lastBias, [biasRows, 1, 1, length]),
    };
  }
}

/** Added to the attention score of padding: its share after the softmax is exactly 0 in float32. */
const hiddenToken = -10_000;

function lostError(why: string, cause?: unknown): WinnowError {
  const message = `The graphics device went away while the model ran (${why}).`;
  return new WinnowError(
    'device-lost',
    message,
    'Run again; finished chunks are kept. If it goes on, choose WebAssembly.',
    cause,
  );
}

function zeroError(): WinnowError {
  const message = 'The model answers every text with zeros: its weights are zero, or damaged.';
  return new WinnowError('bad-model', message, 'Copy the weights again, or save them from a model that works.');
}

function runtimeError(cause: unknown, what: string): WinnowError {
  if (cause instanceof WinnowError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/memory|bad_alloc|allocat/i.test(text)) {
    const message = `There was not enough memory to ${what}: ${text}.`;
    return new WinnowError('out-of-memory', message, 'Close other tabs, or choose a smaller model.', cause);
  }
  return new WinnowError(
    'internal',
    `ONNX Runtime could not ${what}: ${text}.`,
    'Choose the other device, or report it.',
    cause,
  );
}
