/**
 * The reduced model as a class of transformers (Python), where one holds it exactly: all kept neurons in one layer, which
 * is then the last. A label a token is that class's own linear map. For a sentence the class has a map, an activation and
 * another map; the probe goes through these with the activation undone: a(x) − a(−x) = x for ReLU and GELU, tanh(εx)/ε
 * for a small ε, and no activation where the class's config may leave it out.
 */
import { readSlice } from '../base/bytes.ts';
import { writeSafetensors, type TensorToWrite } from '../format/safetensors.ts';
import { architectureOf } from '../model/architectures/list.ts';
import type { ModelSizes } from '../model/config-fields.ts';
import type { EncoderModel, WrittenModel } from '../model/encoder.ts';
import type { TaskHead, TaskHeads } from '../model/heads.ts';
import { tensorValues, type WeightTensor } from '../model/weights.ts';
import type { LinearHead } from './head.ts';

export interface StandardModel {
  /** e.g. `BertForSequenceClassification`. */
  className: string;
  /** model.safetensors, float32. */
  file: Blob;
  /** What config.json says of it beside the number of layers. */
  fields: Readonly<Record<string, unknown>>;
  /** Greatest difference from the linear map over the range of logits, in float32; 0 where there is no activation. */
  error: number;
  /** The greatest logit, either sign, that `error` is true of. */
  range: number;
}

export interface StandardInput {
  model: EncoderModel;
  head: LinearHead;
  labelling: boolean;
  /** The token that stands for a sentence. */
  pooling: 'first' | 'last';
  /** The greatest logit that occurs, either sign. */
  range?: number;
}

const usualRange = 64;

/** The class and its weights, or the sentence that says why there is none. */
export async function standardModel(input: StandardInput): Promise<StandardModel | { why: string }> {
  const { model, head, labelling, range = usualRange } = input;
  if (model.kind === 'export') {
    return { why: 'The model was dropped as an ONNX export, which does not say which tensor is which of a class.' };
  }
  const { hidden } = model.config;
  const layers = [...new Set(Array.from(head.neurons, (neuron) => Math.floor(neuron / hidden)))].sort((a, b) => a - b);
  if (layers.length !== 1) {
    return { why: `Its neurons lie in layers ${listed(layers)}, and the classes of transformers read the last layer.` };
  }
  const { heads, pooling, lastLayer } = architectureOf(model.config);
  if (lastLayer === 'normalised' && layers[0] !== model.config.layers) {
    return { why: `Its neurons lie in layer ${layers[0]} as it is, and the class would normalise it as its last.` };
  }
  const cut = cutTo(model, heads, layers[0]);
  if (cut === null) return { why: 'Its first layers share weights in a rhythm that no config of the class says.' };
  const outputs = head.bias.length;
  const className = `${heads.stem}For${labelling ? 'Token' : 'Sequence'}Classification`;
  const encoder = await encoderTensors(model, heads, cut.config);
  const written = (tensors: TensorToWrite[], fields: StandardModel['fields'], error: number): StandardModel => ({
    ...{ className, error, range, fields: { ...cut.fields, ...fields } },
    file: writeSafetensors([...encoder, ...tensors], new Map([['format', 'pt']])),
  });
  const linear = { weight: rowsOf(head, hidden), bias: head.bias };
  const { sentence, fields = {} } = heads;
  const own = labelling ? heads.labelling : sentence;
  if (own === null) return { why: `${className} answers with a token of a decoder, which the model is without.` };
  const { norm, output, unbiased = [] } = own;
  if (norm !== undefined) {
    return { why: `${className} normalises between its maps, which no linear map passes through unchanged.` };
  }
  if (unbiased.includes(output)) {
    return { why: `${className} adds no bias to its answers, and the probe has one.` };
  }
  if (labelling) return written(linearTensors(output, linear, [outputs, hidden]), {}, 0);
  if (input.pooling !== pooling) {
    const named = input.pooling === 'first' ? 'its first' : 'its last';
    return { why: `A sentence is stood for by ${named} token, and ${className} reads the ${pooling} one.` };
  }
  if (own.dense === null) return written(linearTensors(output, linear, [outputs, hidden]), fields, 0);
  const through = throughActivation(linear, own, { outputs, hidden, range });
  if (through === null) {
    return { why: `${className} passes ${hidden} numbers through its activation, too few for ${outputs} labels.` };
  }
  const { dense } = own;
  const tensors = [
    ...linearTensors(dense.inside ? `${heads.prefix}.${dense.name}` : dense.name, through.dense, [hidden, hidden]),
    ...linearTensors(output, through.output, [outputs, hidden]),
  ];
  return written(tensors, fields, through.error);
}

/** All but the last with commas, that with "and". */
function listed(numbers: readonly number[]): string {
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}

function cutTo({ config }: WrittenModel, { cut }: TaskHeads, layers: number) {
  return cut ? cut(config, layers) : { config: { ...config, layers }, fields: {} };
}

/** [outputs, hidden]: the kept neurons' columns, 0 elsewhere. */
function rowsOf({ neurons, weight, bias }: LinearHead, hidden: number): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(bias.length * hidden);
  for (let row = 0; row < bias.length; row += 1) {
    neurons.forEach((neuron, column) => {
      rows[row * hidden + (neuron % hidden)] = weight[row * neurons.length + column];
    });
  }
  return rows;
}

/** A linear map: weight [outputs, inputs], row-major. */
interface LinearMap {
  weight: Float32Array<ArrayBuffer>;
  bias: Float32Array;
}

function linearTensors(name: string, { weight, bias }: LinearMap, shape: readonly [number, number]): TensorToWrite[] {
  return [
    { name: `${name}.weight`, dtype: 'F32', shape, parts: [weight] },
    { name: `${name}.bias`, dtype: 'F32', shape: [shape[0]], parts: [Float32Array.from(bias)] },
  ];
}

/** Both maps around an activation that together are `linear`; null where they have too few numbers for that. */
function throughActivation(
  linear: LinearMap,
  { activation }: TaskHead,
  { outputs, hidden, range }: { outputs: number; hidden: number; range: number },
): { dense: LinearMap; output: LinearMap; error: number } | null {
  // tanh(εx) = εx (1 − (εx)²/3 …); powers of two lose no bit.
  const scale = activation === 'tanh' ? 2 ** Math.floor(Math.log2(2 ** -10 / range)) : 1;
  const signs = activation === 'tanh' ? [1] : [1, -1];
  if (outputs * signs.length > hidden) return null;
  const dense = { weight: new Float32Array(hidden * hidden), bias: new Float32Array(hidden) };
  const output = { weight: new Float32Array(outputs * hidden), bias: new Float32Array(outputs) };
  for (let row = 0; row < outputs; row += 1) {
    signs.forEach((sign, side) => {
      const unit = side * outputs + row;
      const own = linear.weight.subarray(row * hidden, (row + 1) * hidden);
      dense.weight.set(
        own.map((value) => value * sign * scale),
        unit * hidden,
      );
      dense.bias[unit] = linear.bias[row] * sign * scale;
      output.weight[row * hidden + unit] = sign / scale;
    });
  }
  const { fround } = Math;
  const through = (x: number): number => {
    if (activation !== 'tanh') return x;
    return fround(fround(Math.tanh(fround(x * scale))) / scale);
  };
  let error = 0;
  for (let step = -512; step <= 512; step += 1) {
    const x = fround((range * step) / 512);
    error = Math.max(error, Math.abs(through(x) - x));
  }
  return { dense, output, error };
}

async function encoderTensors(
  { config: whole, weights }: WrittenModel,
  { prefix, further }: TaskHeads,
  config: ModelSizes,
): Promise<TensorToWrite[]> {
  const architecture = architectureOf(whole);
  // A class keeps the weights that layers share, also where there is no layer.
  const shared = config.layers === 0 && architecture.heads.cut ? { ...config, layers: 1 } : config;
  const tensors: TensorToWrite[] = [];
  for (const [name, shape] of architecture.shapes(shared)) {
    const tensor = weights.tensors.get(name);
    if (!tensor) throw new Error(`the class asks for ${name}, which the model does not have`);
    tensors.push(await written(`${prefix}.${name}`, shape, tensor));
  }
  for (const [name, shape] of further?.(config) ?? []) {
    const tensor = weights.further.inside.get(name);
    const size = shape.reduce((product, own) => product * own, 1);
    const isSame = tensor?.info.shape.join() === shape.join();
    if (tensor && isSame) tensors.push(await written(`${prefix}.${name}`, shape, tensor));
    else tensors.push({ name: `${prefix}.${name}`, dtype: 'F32', shape, parts: [new Float32Array(size)] });
  }
  return tensors;
}

/** As a Blob, which the browser need not hold in memory; of a file's own float32 nothing is read. */
async function written(name: string, shape: readonly number[], tensor: WeightTensor): Promise<TensorToWrite> {
  const { file, info, added } = tensor;
  if (info.dtype === 'F32' && !added) {
    // Said now where the file has vanished since.
    await readSlice(file, info.start, info.start + 1);
    return { name, dtype: 'F32', shape, parts: [file.slice(info.start, info.end)] };
  }
  const values = (await tensorValues(tensor)) as Uint8Array<ArrayBuffer>;
  return { name, dtype: 'F32', shape, parts: [new Blob([values])] };
}
