/**
 * A model opened in ONNX Runtime: batches of token ids in, the wanted tokens of every layer out. The graph is
 * written from the config, the weights are read by slice from the dropped files. One call runs at a time: two at once
 * hang the runtime. A lost device gives an error, never numbers.
 */
import type * as Ort from 'onnxruntime-web';
import { readSlice } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { readTensor } from '../format/safetensors.ts';
import { architectures } from './architectures.ts';
import type { ModelConfig } from './config.ts';
import { makeFeeds, type Batch, type Feed } from './feeds.ts';
import { outputName, type PerRow } from './graph/architecture.ts';
import { loadRuntime, type Runtime } from './runtime.ts';
import type { Padding } from './tokenize.ts';
import type { Weights } from './weights.ts';

export type { Batch } from './feeds.ts';

export interface EncoderOptions {
  backend: 'webgpu' | 'wasm';
  /** The shared device; needed for webgpu. */
  gpu?: GPUDevice;
  /** WASM only; 1 where the page is not cross-origin isolated. The first encoder of a worker decides. */
  threads: number;
  /** Stop after this many transformer layers; default all. */
  layers?: number;
  /** Whether each row of a batch pools exactly one token, which spares most of the last layer; default one. */
  perRow?: PerRow;
  /** How batches are padded; by default at the end, with token 0 of type 0. */
  padding?: Padding;
}

export interface Encoder {
  readonly backend: 'webgpu' | 'wasm';
  /** Layers in the output, the embeddings included. */
  readonly layers: number;
  readonly hidden: number;
  /** Longest row in tokens. */
  readonly maxLength: number;
  readonly padding: Padding;
  /**
   * The pooled tokens in every layer, [pooled, layers, hidden]. Calls queue.
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
  const { backend, gpu, threads, layers = config.layers, perRow = 'one', padding = paddedAtEnd } = options;
  if (!Number.isInteger(layers) || layers < 1 || layers > config.layers) {
    const message = `${layers} layers were asked for, and the model has ${config.layers}.`;
    throw new WinnowError('bad-option', message, `Choose from 1 to ${config.layers} layers.`);
  }
  const { ort, mountsBlobs } = await loadRuntime(backend, threads);
  const graph = architectures[config.architecture].write(config, { layers, perRow });
  const externalData = await readData(graph.weights, weights, mountsBlobs);
  const executionProviders = backend === 'webgpu' ? [{ name: 'webgpu', device: gpu } as const] : ['wasm' as const];
  try {
    const session = await ort.InferenceSession.create(graph.bytes, { executionProviders, externalData });
    const makers = makeFeeds(config, padding.side);
    const feed = (batch: Batch): Record<string, Ort.Tensor> =>
      Object.fromEntries(Array.from(graph.inputs, (name) => [name, tensorOf(ort, makers[name](batch))]));
    return new SessionEncoder(session, feed, { config, layers: layers + 1, perRow, padding, device: gpu ?? null });
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

const paddedAtEnd: Padding = { side: 'right', id: 0, typeId: 0 };

function tensorOf({ Tensor }: Runtime, { type, data, dims }: Feed): Ort.Tensor {
  return new Tensor(type, data, dims);
}

interface Opened {
  config: ModelConfig;
  /** The embeddings included. */
  layers: number;
  perRow: PerRow;
  padding: Padding;
  /** null on WASM. */
  device: GPUDevice | null;
}

class SessionEncoder implements Encoder {
  readonly backend: 'webgpu' | 'wasm';
  readonly layers: number;
  readonly hidden: number;
  readonly maxLength: number;
  readonly padding: Padding;
  private readonly perRow: PerRow;
  private readonly session: Ort.InferenceSession;
  private readonly feed: (batch: Batch) => Record<string, Ort.Tensor>;
  private queue: Promise<unknown> = Promise.resolve();
  private lost: string | null = null;

  constructor(
    session: Ort.InferenceSession,
    feed: (batch: Batch) => Record<string, Ort.Tensor>,
    { config, layers, perRow, padding, device }: Opened,
  ) {
    this.session = session;
    this.feed = feed;
    this.backend = device ? 'webgpu' : 'wasm';
    this.layers = layers;
    this.hidden = config.hidden;
    this.maxLength = config.positions;
    this.padding = padding;
    this.perRow = perRow;
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
    if (this.perRow === 'one' && batch.pooled.length !== batch.rows) {
      throw new Error(`${batch.pooled.length} tokens of ${batch.rows} rows were asked for from a graph of one a row`);
    }
    const feeds = this.feed(batch);
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
}

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
