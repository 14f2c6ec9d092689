/**
 * A model opened in ONNX Runtime: batches of token ids in, the wanted tokens of every layer out. The graph is written from
 * the config, or is an export cut down to its hidden states; weights are read by slice from the dropped files.
 */
import type { Padding } from '../tokenizer/tokenizer.ts';
import { outputName, type Extent, type LayerBlock, type PerRow } from './architecture.ts';
import { architectureOf } from './architectures/list.ts';
import type { ModelConfig } from './config.ts';
import type { ExportConfig } from './onnx/config.ts';
import type { ExportedModel } from './onnx/export.ts';
import { exportGraph } from './onnx/open.ts';
import { loadRuntime, type Runtime } from './runtime.ts';
import { checkLayers, openSession, type Encoder, type ExternalWeight, type SessionGraph } from './session.ts';
import { beyondWasm } from './wasm-room.ts';
import { tensorValues, type Weights, type WeightTensor } from './weights.ts';

export type { TokenBatch } from './batch.ts';
export type { Encoder } from './session.ts';

export interface EncoderOptions {
  backend: 'webgpu' | 'wasm';
  /** The shared device; needed for webgpu. */
  gpu?: GPUDevice;
  /** WASM only; 1 where the page is not cross-origin isolated. The first encoder of a worker decides. */
  threads: number;
  /** Stop after this many transformer layers; default all. */
  layers?: number;
  /** What is wanted of each row of a batch; exactly one token spares most of the last layer. Default one. */
  perRow?: PerRow;
  /** How batches are padded; by default at the end, with token 0 of type 0. */
  padding?: Padding;
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
 * @throws WinnowError `bad-option` for layers outside 0 (the embeddings) … config.layers, `unreadable-file` when a weight file vanished,
 * `out-of-memory` for more weights than WebAssembly holds, or, as `internal`, when the runtime cannot open the graph.
 */
export async function openEncoder(model: EncoderModel, options: EncoderOptions): Promise<Encoder> {
  const { backend, gpu, threads, layers = model.config.layers, perRow = 'one' } = options;
  checkLayers(layers, model.config.layers);
  if (model.kind === 'written') return openWritten(model, options, { layers, perRow });
  const runtime = await loadRuntime(backend, threads);
  return openSession(runtime, await exportGraph(runtime.ort, model, { layers, perRow }), { backend, gpu: gpu ?? null });
}

/**
 * The whole model but for some layers, whose weights are not read; it answers with its last layer alone.
 * @throws WinnowError as `openEncoder`.
 */
export function openShortened(
  model: WrittenModel,
  without: LayerBlock,
  options: Omit<EncoderOptions, 'layers'>,
): Promise<Encoder> {
  const layers = model.config.layers - without.length;
  return openWritten(model, options, { layers, without, lastAlone: true, perRow: options.perRow ?? 'one' });
}

async function openWritten(
  model: WrittenModel,
  { backend, gpu, threads, padding = paddedAtEnd }: EncoderOptions,
  extent: Extent,
): Promise<Encoder> {
  const tooLarge = backend === 'wasm' ? beyondWasm(model.config, extent.layers) : null;
  if (tooLarge) throw tooLarge;
  const runtime = await loadRuntime(backend, threads);
  const graph = writtenGraph(runtime.ort, model, { ...extent, padding });
  return openSession(runtime, graph, { backend, gpu: gpu ?? null });
}

export function writtenGraph(
  ort: Runtime,
  { config, weights: { tensors } }: WrittenModel,
  { padding, ...extent }: Extent & { padding: Padding },
): SessionGraph {
  const { layers, lastAlone, perRow } = extent;
  const { graph, inputs } = architectureOf(config).write(config, extent);
  return {
    bytes: graph.encode(),
    weights: Array.from(graph.weights, (name) => externalWeight(name, tensors.get(name))),
    onCpu: [],
    feed: (batch) => {
      if (perRow === 'one' && batch.pooled.length !== batch.rows) {
        throw new Error(`${batch.pooled.length} tokens of ${batch.rows} rows were asked for from a graph of one a row`);
      }
      const padded = { ...batch, side: padding.side };
      const feeds = Array.from(inputs, ([name, input]) => {
        const { data, dims } = input.feed(padded);
        return [name, new ort.Tensor(input.type, data, dims)] as const;
      });
      return Object.fromEntries(feeds);
    },
    output: outputName,
    layers: lastAlone ? 1 : layers + 1,
    hidden: config.hidden,
    maxLength: config.positions,
    padding,
    unpadded: false,
    answers: perRow === 'mean' ? 'rows' : 'tokens',
  };
}

/** Under its name; the graph computes with float32, and with what an adapter adds. */
export function externalWeight(path: string, tensor: WeightTensor | undefined): ExternalWeight {
  if (!tensor) throw new Error(`the graph asks for ${path}, which the architecture does not list`);
  const { file, info, added } = tensor;
  const { start, end, dtype } = info;
  if (dtype === 'F32' && !added) return { path, file, start, end };
  return { path, file, start, end, convert: () => tensorValues(tensor) };
}

const paddedAtEnd: Padding = { side: 'right', id: 0, typeId: 0 };
