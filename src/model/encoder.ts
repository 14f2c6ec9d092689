/**
 * A model opened in ONNX Runtime: batches of token ids in, the wanted tokens of every layer out. The graph is written from
 * the config, or is an export cut down to its hidden states; weights are read by slice from the dropped files.
 */
import { readTensor } from '../format/safetensors.ts';
import { architectures } from './architectures.ts';
import type { ModelConfig } from './config.ts';
import { inputNames, outputName } from './graph/architecture.ts';
import type { ExportConfig } from './onnx/config.ts';
import type { ExportedModel } from './onnx/export.ts';
import { exported } from './onnx/open.ts';
import { loadRuntime, type Runtime } from './runtime.ts';
import { checkLayers, openSession, type Feeds, type SessionGraph } from './session.ts';
import type { Weights } from './weights.ts';

/** Rows padded at the end to one length: ids and types are [rows, length]. */
export interface Batch {
  rows: number;
  length: number;
  ids: Int32Array<ArrayBuffer>;
  typeIds: Int32Array<ArrayBuffer>;
  /** Tokens of each row, [rows]. */
  lengths: Int32Array<ArrayBuffer>;
  /** The tokens that are wanted, as row × length + position in the padded row. */
  pooled: Int32Array<ArrayBuffer>;
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
   * The pooled tokens in every layer, [pooled, layers, hidden]. Calls queue.
   * @throws WinnowError `device-lost` when the GPU went away, `out-of-memory` or `internal` when the runtime failed.
   */
  run(batch: Batch): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** A model whose graph Winnow writes. */
export interface WrittenModel {
  kind: 'written';
  config: ModelConfig;
  weights: Weights;
}

/** A model whose graph was exported with it. */
export interface ExportModel {
  kind: 'export';
  config: ExportConfig;
  model: ExportedModel;
}

/** What the encoder needs of a recognised model. */
export type EncoderModel = WrittenModel | ExportModel;

/**
 * @throws WinnowError `bad-option` for layers outside 1 … config.layers, `unreadable-file` when a weight file vanished,
 * `out-of-memory` or `internal` when the runtime cannot open the graph.
 */
export async function openEncoder(model: EncoderModel, options: EncoderOptions): Promise<Encoder> {
  const { backend, threads, layers = model.config.layers } = options;
  checkLayers(layers, model.config.layers);
  const { ort, mountsBlobs } = await loadRuntime(backend, threads);
  switch (model.kind) {
    case 'written':
      return openSession(ort, await written(ort, model, layers, mountsBlobs), options);
    case 'export':
      return openSession(ort, await exported(ort, model, layers, mountsBlobs), options);
    default:
      return model satisfies never;
  }
}

async function written(
  ort: Runtime,
  { config, weights }: WrittenModel,
  layers: number,
  mountsBlobs: boolean,
): Promise<SessionGraph> {
  const graph = architectures[config.architecture].write(config, layers);
  return {
    bytes: graph.bytes,
    externalData: await readData(graph.weights, weights, mountsBlobs),
    files: new Set([...weights.tensors.values()].map(({ file }) => file)),
    onCpu: [],
    feed: (batch) => feeds(ort, batch, config.hidden),
    output: outputName,
    layers: layers + 1,
    hidden: config.hidden,
    maxLength: config.positions,
  };
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

function feeds({ Tensor }: Runtime, { rows, length, ids, typeIds, lengths, pooled }: Batch, hidden: number): Feeds {
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
  const shape = BigInt64Array.of(BigInt(rows), BigInt(length), BigInt(hidden));
  return {
    [inputNames.ids]: new Tensor('int32', ids, [rows, length]),
    [inputNames.typeIds]: new Tensor('int32', typeIds, [rows, length]),
    [inputNames.positions]: new Tensor('int32', positions, [1, length]),
    [inputNames.first]: new Tensor('int32', pooled, [rows]),
    [inputNames.shape]: new Tensor('int64', shape, [3]),
    [inputNames.bias]: new Tensor('float32', bias, [biasRows, 1, length, length]),
    [inputNames.lastBias]: new Tensor('float32', lastBias, [biasRows, 1, 1, length]),
  };
}

/** Added to the attention score of padding: its share after the softmax is exactly 0 in float32. */
const hiddenToken = -10_000;
