/**
 * The head that a model was fine-tuned with for its task, behind the whole encoder, as one graph that answers rows with
 * logits. Taken where its class, the shapes of its tensors and what config.json says of it leave no doubt; refused, with
 * the reason, where they do: nothing is guessed.
 */
import { logitsName, outputName } from './architecture.ts';
import { architectureOf } from './architectures/list.ts';
import { ConfigFields } from './config-fields.ts';
import { externalWeight, writtenGraph, type EncoderModel, type ExportModel, type WrittenModel } from './encoder.ts';
import { GraphBuilder } from './graph/writer.ts';
import type { HeadActivation } from './heads.ts';
import { exportedHead } from './onnx/open.ts';
import { loadRuntime } from './runtime.ts';
import { openSession, type Encoder } from './session.ts';
import type { EncoderOptions } from './encoder.ts';
import { parseJsonObject } from '../format/json.ts';
import type { WeightTensor } from './weights.ts';

interface LinearTensors {
  weight: WeightTensor;
  /** null where the map has none. */
  bias: WeightTensor | null;
}

/** What stands behind the pooled tokens. */
interface WrittenHead {
  kind: 'written';
  dense: LinearTensors | null;
  activation: HeadActivation;
  /** A layer normalisation behind the activation. */
  norm: (LinearTensors & { epsilon: number }) | null;
  output: LinearTensors;
}

export interface FineTunedHead {
  /** Logits of a row or token. */
  outputs: number;
  /** Names of the logits as `id2label` of config.json gives them; null where it does not. */
  names: string[] | null;
  perToken: boolean;
  head: WrittenHead | { kind: 'export'; name: string };
}

/**
 * @param config text of the model's config.json
 * @param perToken the task labels words, not rows
 * @returns the head, or the sentence that says why there is none for this task.
 * @throws WinnowError `bad-file` when the config is no JSON object.
 */
export function fineTunedHead(model: EncoderModel, config: string, perToken: boolean): FineTunedHead | { why: string } {
  const fields = new ConfigFields(parseJsonObject(config, '`config.json`', ''), 'config.json');
  const wanted = perToken ? 'ForTokenClassification' : 'ForSequenceClassification';
  const said = fields.raw('architectures');
  const classes: unknown[] = Array.isArray(said) ? said : [];
  const other = classes.find((name) => typeof name === 'string' && !name.endsWith(wanted));
  if (typeof other === 'string') {
    return { why: `Its config.json names the class ${other}, and the task asks for one …${wanted}.` };
  }
  if (fields.raw('problem_type') === 'multi_label_classification') {
    return { why: 'Its head was trained to give several labels at once.' };
  }
  const names = namesOf(fields.raw('id2label'));
  const found = model.kind === 'written' ? ofWeights(model, fields, perToken) : ofExport(model, names, perToken);
  return 'why' in found ? found : { ...found, names: names?.length === found.outputs ? names : null, perToken };
}

function namesOf(value: unknown): string[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  const names = entries.map((_, id) => (value as Record<string, unknown>)[String(id)]);
  return names.length > 0 && names.every((name) => typeof name === 'string') ? names : null;
}

type Found = Pick<FineTunedHead, 'outputs' | 'head'> | { why: string };

function ofWeights({ config, weights }: WrittenModel, fields: ConfigFields, perToken: boolean): Found {
  const { heads } = architectureOf(config);
  if (weights.merged)
    return { why: 'An adapter is merged into the model, and which head it was trained with is not read.' };
  const { hidden } = config;
  const { inside, beside } = weights.further;
  const described =
    !perToken && heads.described ? heads.described(fields) : perToken ? heads.labelling : heads.sentence;
  if (described === null)
    return { why: 'Its config.json describes a summary of a sentence that Winnow does not compute.' };
  const { dense, activation, unbiased = [] } = described;
  /** With a bias, or without one, as the class has it. @param shape null: any number */
  const tensors = (name: string, isInside: boolean, shape: readonly (number | null)[]): LinearTensors | null => {
    const [weight, bias] = ['weight', 'bias'].map((part) => tensorAt(isInside ? inside : beside, `${name}.${part}`));
    if (weight?.info.shape.length !== shape.length || (bias === null) !== unbiased.includes(name)) return null;
    const own = weight.info.shape;
    const fits = shape.every((size, axis) => size === null || size === own[axis]);
    return fits && (bias === null || bias.info.shape.join() === String(own[0])) ? { weight, bias } : null;
  };
  const first = dense && tensors(dense.name, dense.inside, [hidden, hidden]);
  const normed = described.norm === undefined ? null : tensors(described.norm, false, [hidden]);
  const output = tensors(described.output, false, [null, hidden]);
  if (output === null || (dense && !first) || (described.norm !== undefined && !normed)) {
    return { why: 'Its weights hold no head for this task.' };
  }
  const norm = normed && { ...normed, epsilon: fields.positive('norm_eps', 1e-5) };
  return { outputs: output.weight.info.shape[0], head: { kind: 'written', dense: first, activation, norm, output } };
}

/** Under its name, or with what wrappers put before it; null where that is not one tensor. */
function tensorAt(tensors: ReadonlyMap<string, WeightTensor>, name: string): WeightTensor | null {
  const own = tensors.get(name);
  if (own) return own;
  const ends = [...tensors].filter(([known]) => known.endsWith(`.${name}`));
  return ends.length === 1 ? ends[0][1] : null;
}

function ofExport({ model: { head } }: ExportModel, names: readonly string[] | null, perToken: boolean): Found {
  if (!head) return { why: 'The export has no output of a head.' };
  const rank = head.shape?.length ?? null;
  const outputs = head.shape?.at(-1) ?? names?.length ?? null;
  if (rank !== (perToken ? 3 : 2) || outputs === null) {
    return { why: `The output \`${head.name}\` of the export has another form than the task asks for.` };
  }
  return { outputs, head: { kind: 'export', name: head.name } };
}

/**
 * The whole model with its head: `run` gives the logits of the pooled tokens, [pooled, outputs].
 * @throws WinnowError as `openEncoder`.
 */
export async function openFineTuned(
  model: EncoderModel,
  { head, outputs, perToken }: FineTunedHead,
  { backend, gpu, threads, padding = { side: 'right', id: 0, typeId: 0 } }: Omit<EncoderOptions, 'layers' | 'perRow'>,
): Promise<Encoder> {
  const runtime = await loadRuntime(backend, threads);
  const on = { backend, gpu: gpu ?? null };
  if (model.kind === 'export') {
    if (head.kind !== 'export') throw new Error('the head is of another model');
    const graph = await exportedHead(runtime.ort, model, { name: head.name, outputs, perToken });
    return openSession(runtime, graph, on);
  }
  if (head.kind === 'export') throw new Error('the head is of another model');
  const { layers, hidden } = model.config;
  const perRow = perToken ? 'many' : 'one';
  const encoder = writtenGraph(runtime.ort, model, { layers, perRow, padding });
  const addition = headGraph(head, { layers, hidden, outputs });
  const bytes = new Uint8Array(encoder.bytes.length + addition.bytes.length);
  bytes.set(encoder.bytes);
  bytes.set(addition.bytes, encoder.bytes.length);
  const weights = [...encoder.weights, ...addition.weights];
  return openSession(runtime, { ...encoder, bytes, weights, output: logitsName, layers: 1, hidden: outputs }, on);
}

/** From the pooled tokens in every layer, [P, (layers + 1) × hidden], to logits, [P, outputs]. */
function headGraph(
  { dense, activation, norm, output }: WrittenHead,
  { layers, hidden, outputs }: { layers: number; hidden: number; outputs: number },
) {
  const graph = new GraphBuilder({ prefix: 'head.' });
  const tensors = new Map<string, WeightTensor>();
  const stored = (name: string, tensor: WeightTensor, shape: number[]): string => {
    tensors.set(name, tensor);
    return graph.weight(name, shape);
  };
  const linear = (
    input: string,
    name: string,
    { weight, bias }: LinearTensors,
    rows: number,
    last?: string,
  ): string => {
    const inputs = [input, stored(`${name}.weight`, weight, [rows, hidden])];
    if (bias) inputs.push(stored(`${name}.bias`, bias, [rows]));
    return graph.node('Gemm', inputs, { transB: { int: 1 } }, last === undefined ? {} : { output: last });
  };
  const from = graph.integers([layers * hidden]);
  const to = graph.integers([(layers + 1) * hidden]);
  let vectors = graph.node('Slice', [outputName, from, to, graph.integers([1])]);
  if (dense) vectors = linear(vectors, 'head.dense', dense, hidden);
  vectors = activate(graph, vectors, activation);
  if (norm) {
    const scale = stored('head.norm.weight', norm.weight, [hidden]);
    const shift = norm.bias ? [stored('head.norm.bias', norm.bias, [hidden])] : [];
    vectors = graph.node('LayerNormalization', [vectors, scale, ...shift], { epsilon: { float: norm.epsilon } });
  }
  linear(vectors, 'head.output', output, outputs, logitsName);
  graph.output(logitsName, 'float32', ['pooled', outputs]);
  return {
    bytes: graph.encodeAddition(),
    weights: Array.from(tensors, ([path, tensor]) => externalWeight(path, tensor)),
  };
}

function activate(graph: GraphBuilder, input: string, activation: HeadActivation): string {
  switch (activation) {
    case 'tanh':
      return graph.node('Tanh', [input]);
    case 'relu':
      return graph.node('Relu', [input]);
    case 'gelu':
      return graph.fused('Gelu', [input]);
    case 'none':
      return input;
    default:
      return activation satisfies never;
  }
}

export interface LabelMatch {
  /** Of each logit the task's label. */
  order: number[];
  /** How they were told. */
  by: 'name' | 'number' | 'score';
}

/**
 * Which of the task's labels each logit is of: by name, or by number where a config names none (`LABEL_0` …).
 * @param labels the task's, sorted; null in regression
 * @param shown what people read in place of them
 * @returns null where they cannot be told apart surely.
 */
export function matchLabels(
  { outputs, names }: Pick<FineTunedHead, 'outputs' | 'names'>,
  labels: readonly string[] | null,
  shown: readonly string[] = labels ?? [],
): LabelMatch | null {
  if (labels === null) return outputs === 1 ? { order: [0], by: 'score' } : null;
  if (outputs !== labels.length) return null;
  const plain = (name: string) =>
    name
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s_-]+/g, '_');
  const byName = (own: readonly string[]): number[] | null => {
    const places = (names ?? []).map((name) => own.findIndex((label) => plain(label) === plain(name)));
    return new Set(places).size === outputs && !places.includes(-1) ? places : null;
  };
  const order = byName(labels) ?? byName(shown);
  if (order) return { order, by: 'name' };
  const unnamed = names === null || names.every((name, id) => name === `LABEL_${id}`);
  return unnamed ? { order: labels.map((_, id) => id), by: 'number' } : null;
}
