/**
 * The reduced model as ONNX (protocols.md, "The reduced model"): the encoder cut after the highest layer that a kept neuron
 * lies in, the kept neurons gathered, the probe's linear map on them. It is fed as other programs feed models: int64
 * `input_ids`, `attention_mask` and, where the model tells segments apart, `token_type_ids`.
 */
import { headWeights, type Readout } from '../model/architecture.ts';
import { architectureOf } from '../model/architectures/list.ts';
import type { EncoderModel, WrittenModel } from '../model/encoder.ts';
import type { GraphBuilder, StoredWeight } from '../model/graph/writer.ts';
import { tensorValues } from '../model/weights.ts';
import { checkNeurons } from './choice.ts';
import { webDtypes } from './config.ts';
import { writeExport } from './export.ts';
import type { FolderFile, LinearHead, ReducedDtype } from './head.ts';
import { halves, quantise } from './quantise.ts';

export interface ReducedModel {
  model: EncoderModel;
  head: LinearHead;
  /** What stands for a sentence; `all`: every token has logits of its own. */
  token: Readout['token'];
}

/** A model file that is larger keeps its weights in one beside it: protobuf ends at 2 GiB. */
const embeddedLimitBytes = 1.5e9;

/**
 * The model file and, where weights are many, `…_data` beside it.
 * @throws WinnowError `bad-option` for neurons outside the model or none at all, `bad-model` for an export that cannot be
 * cut, `unreadable-file` when a weight file vanished.
 */
export async function writeOnnx(
  { model, head, token }: ReducedModel,
  dtype: ReducedDtype,
  limitBytes = embeddedLimitBytes,
): Promise<FolderFile[]> {
  const { readout, weights } = readoutOf(head, { ...model.config, token, storage: dtype });
  const path = `onnx/${webDtypes[dtype].file}`;
  const own = new Map([
    [headWeights.weight, weights],
    [headWeights.bias, head.bias],
  ]);
  if (model.kind === 'export') return writeExport(model, readout, own, { path, limitBytes });
  const { config } = model;
  const layers = Math.max(...readout.neurons.map(({ layer }) => layer));
  const perRow = { first: 'one', last: 'one', mean: 'mean', all: 'many' } as const;
  const { graph } = architectureOf(config).write(config, { layers, perRow: perRow[token], readout });
  const source = new WeightSource(model, own);
  return graph.sizeBytes > limitBytes ? beside(graph, source, path) : inside(graph, source, path);
}

/** The head by layers: its columns in their order. */
function readoutOf(
  { neurons, weight, bias }: LinearHead,
  { layers, hidden, ...form }: { layers: number; hidden: number; token: Readout['token']; storage: ReducedDtype },
): { readout: Readout; weights: Float32Array } {
  checkNeurons(neurons, { layers, hidden });
  const order = Array.from(neurons.keys()).sort((a, b) => neurons[a] - neurons[b]);
  const byLayer = new Map<number, number[]>();
  for (const column of order) {
    const layer = Math.floor(neurons[column] / hidden);
    const columns = byLayer.get(layer);
    if (columns) columns.push(column);
    else byLayer.set(layer, [column]);
  }
  const weights = new Float32Array(weight.length);
  for (let output = 0; output < bias.length; output += 1) {
    const start = output * neurons.length;
    order.forEach((column, place) => (weights[start + place] = weight[start + column]));
  }
  const kept = Array.from(byLayer, ([layer, columns]) => ({
    layer,
    indices: columns.map((column) => neurons[column] % hidden),
  }));
  return { readout: { ...form, neurons: kept, outputs: bias.length }, weights };
}

async function inside(graph: GraphBuilder, source: WeightSource, path: string): Promise<FolderFile[]> {
  const parts: BlobPart[] = [];
  for (const piece of graph.pieces()) parts.push(piece instanceof Uint8Array ? piece : await source.bytes(piece));
  return [{ path, blob: new Blob(parts) }];
}

async function beside(graph: GraphBuilder, source: WeightSource, path: string): Promise<FolderFile[]> {
  const data = `${path}_data`;
  const { bytes, weights } = graph.besideWeights(data.slice(data.lastIndexOf('/') + 1));
  const parts: BlobPart[] = [];
  for (const weight of weights) parts.push(await source.bytes(weight));
  return [
    { path, blob: new Blob([bytes]) },
    { path: data, blob: new Blob(parts) },
  ];
}

/** Weights as they are stored; float32 ones stay where they lie. */
class WeightSource {
  #last: { source: string; values: Promise<Float32Array> } | null = null;

  constructor(
    private readonly model: WrittenModel,
    private readonly own: ReadonlyMap<string, Float32Array>,
  ) {}

  async bytes(weight: StoredWeight): Promise<BlobPart> {
    const { source, type, shape, quantised } = weight;
    const tensor = this.model.weights.tensors.get(source);
    if (type === 'float32' && !quantised && tensor && tensor.info.dtype === 'F32' && !tensor.added) {
      return tensor.file.slice(tensor.info.start, tensor.info.end);
    }
    const values = await this.#values(source);
    if (type === 'float16') return halves(values, source);
    if (quantised) return quantise(values, shape, quantised);
    return values as Float32Array<ArrayBuffer>;
  }

  /** Values and scales of a tensor follow one another: it is read once for both. */
  #values(source: string): Promise<Float32Array> {
    if (this.#last?.source !== source) this.#last = { source, values: this.#read(source) };
    return this.#last.values;
  }

  async #read(source: string): Promise<Float32Array> {
    const own = this.own.get(source);
    if (own) return own;
    const tensor = this.model.weights.tensors.get(source);
    if (!tensor) throw new Error(`the graph asks for ${source}, which the architecture does not list`);
    const { buffer, byteOffset, byteLength } = await tensorValues(tensor);
    return new Float32Array(buffer, byteOffset, byteLength / 4);
  }
}
