/**
 * An exported model, written anew for the hidden states alone: nodes and weights that they do not need are left out,
 * each weight becomes external data that the runtime reads from where it lies in the dropped files, and a second
 * graph field adds the nodes that pick single tokens. The other bytes are copied as they are.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { readSlice, type NamedBlob } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import type { OnnxFile, OnnxNode, OnnxTensor, OnnxValue } from '../../format/onnx.ts';
import type { Range } from '../../format/protobuf.ts';
import { externalTensor, messageHead } from '../graph/messages.ts';
import { GraphBuilder } from '../graph/writer.ts';
import { GraphIndex } from './graph-index.ts';

/** int64 [vectors, 2]: the first two indices of each wanted vector in a hidden state. */
export const indicesName = 'winnow.wanted';
/** float32 [rows, 1, T]: a token's share in the mean of its row */
export const sharesName = 'winnow.shares';
/** float32 [vectors, values × hidden], or a whole value */
export const pooledName = 'winnow.pooled';

/** The bytes of a weight: in the model file (`location` null) or in one beside it. */
export interface WeightPlace extends Range {
  location: string | null;
}

export interface AssembledModel {
  bytes: Uint8Array<ArrayBuffer>;
  /** What the runtime asks for by path. */
  weights: Map<string, WeightPlace>;
  /** The inputs of the export that are still to be fed, beside the wanted vectors. */
  inputs: OnnxValue[];
  /** Names of nodes that a GPU must not compute. */
  onCpu: string[];
}

/** Bytes of the model file, or new ones. */
type Piece = Range | Uint8Array<ArrayBuffer>;

/** Smaller tensors stay in the model's bytes: the runtime looks at shapes and scalars while it opens a graph. */
const inlineLimitBytes = 1024;
/** Of everything but weights; a graph has a few megabytes. */
const graphLimitBytes = 512 * 2 ** 20;
/**
 * WGSL asks of sine and cosine an absolute error of 2^-11 only; XLNet's positions are made of them. And gives wrong masks in
 * ORT 1.31 for some lengths (exports of GPT-2 and ModernBERT); Or and Xor take the same way there.
 */
const wrongOnGpu = new Set(['Sin', 'Cos', 'And', 'Or', 'Xor']);

/**
 * @param values names of the values that are needed
 * @param addition a graph field with what is done with them
 * @throws WinnowError `bad-model` for a graph that is too large, `unreadable-file` when the file vanished.
 */
export async function assemble(
  model: OnnxFile,
  values: readonly string[],
  addition: Uint8Array<ArrayBuffer>,
): Promise<AssembledModel> {
  const { nodes, tensors, declared, inputs } = neededParts(model, values);
  const weights = new Map<string, WeightPlace>();
  const onCpu: string[] = [];
  const pieces: Piece[] = [
    ...model.rest.graph,
    ...nodes.flatMap((node) => (wrongOnGpu.has(node.op) ? named(node, onCpu) : node.field)),
    ...declared.map(({ field }) => field),
    ...tensors.flatMap((tensor, index) => moved(tensor, `weight.${index}`, weights)),
  ];
  const graph = await join(model.file, pieces);
  const rest = [messageHead(7, graph.length), graph, addition];
  const bytes = await join(model.file, [...model.rest.model, ...rest]);
  return { bytes, weights, inputs, onCpu };
}

/** What the values are computed with: nodes in file order, weights, inputs, and those of them that have to be fed. */
export function neededParts(
  model: OnnxFile,
  values: readonly string[],
): { nodes: readonly OnnxNode[]; tensors: OnnxTensor[]; declared: OnnxValue[]; inputs: OnnxValue[] } {
  const nodes = neededNodes(model, values);
  const used = new Set([...nodes.flatMap(({ inputs }) => inputs), ...values]);
  const nested = nodes.some((node) => node.nested);
  const isNeeded = ({ name }: { name: string }) => nested || used.has(name);
  const declared = model.inputs.filter(isNeeded);
  return {
    nodes,
    tensors: [...model.tensors.values()].filter(isNeeded),
    declared,
    inputs: declared.filter(({ name }) => !model.tensors.has(name)),
  };
}

/** In file order. A graph inside a node may use anything, so that then nothing is left out. */
function neededNodes(model: OnnxFile, values: readonly string[]): readonly OnnxNode[] {
  if (model.nodes.some(({ nested }) => nested)) return model.nodes;
  const needed = new GraphIndex(model).ancestors(values);
  return model.nodes.filter((node) => needed.has(node));
}

/** The node under a name of ours: of a field that comes twice, protobuf takes the last. */
function named({ payload }: OnnxNode, names: string[]): Piece[] {
  const name = `winnow.cpu.${names.length}`;
  names.push(name);
  const tail = new BinaryWriter().tag(3, WireType.LengthDelimited).string(name).finish();
  return [messageHead(1, payload.end - payload.start + tail.length), payload, tail];
}

/** The tensor's own field, or one that says at which path its bytes will be. */
function moved(tensor: OnnxTensor, path: string, weights: Map<string, WeightPlace>): Piece[] {
  const { name, type, shape, data, field } = tensor;
  if (data === null || (data.location === null && data.end - data.start <= inlineLimitBytes)) return [field];
  weights.set(path, data);
  const outside = Uint8Array.from(externalTensor(name, type, shape, { location: path }));
  return [messageHead(5, outside.length), outside];
}

/** Of each value, [·, ·, hidden], the wanted vectors, as float32, side by side. */
export function pooling(values: readonly string[], hidden: number): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder();
  const indices = graph.input(indicesName, 'int64', ['winnow.vectors', 2]);
  const picked = values.map((value, index) => {
    const vectors = graph.node('GatherND', [value, indices], {}, { output: `winnow.picked.${index}` });
    return graph.node('Cast', [vectors], { to: { int: 1 } }, { output: `winnow.float.${index}` });
  });
  graph.node('Concat', picked, { axis: { int: 1 } }, { output: pooledName });
  graph.output(pooledName, 'float32', ['winnow.vectors', values.length * hidden]);
  return graph.encodeAddition();
}

/** Of each value, [rows, T, hidden] (`timeMajor`: [T, rows, hidden]), the means of rows, as float32, side by side. */
export function rowMeans(values: readonly string[], hidden: number, timeMajor: boolean): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder({ prefix: 'winnow.' });
  const shares = graph.input(sharesName, 'float32', ['winnow.rows', 1, 'winnow.length']);
  const flat = graph.integers([-1, hidden]);
  const means = values.map((value) => {
    const float = graph.node('Cast', [value], { to: { int: 1 } });
    const byRow = timeMajor ? graph.node('Transpose', [float], { perm: { ints: [1, 0, 2] } }) : float;
    return graph.node('Reshape', [graph.node('MatMul', [shares, byRow]), flat]);
  });
  graph.node('Concat', means, { axis: { int: 1 } }, { output: pooledName });
  graph.output(pooledName, 'float32', ['winnow.rows', values.length * hidden]);
  return graph.encodeAddition();
}

/** A value as float32, as it is. */
export function unpooled(value: string, shape: readonly (number | string)[]): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder();
  graph.node('Cast', [value], { to: { int: 1 } }, { output: pooledName });
  graph.output(pooledName, 'float32', shape);
  return graph.encodeAddition();
}

async function join(file: NamedBlob, pieces: readonly Piece[]): Promise<Uint8Array<ArrayBuffer>> {
  const sizeOf = (piece: Piece) => ('byteLength' in piece ? piece.byteLength : piece.end - piece.start);
  const sizeBytes = pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
  if (sizeBytes > graphLimitBytes) {
    const message = `The graph of \`${file.name ?? 'the model'}\` has ${sizeBytes} bytes without its weights; ${graphLimitBytes} is the most that can be opened.`;
    throw new WinnowError('bad-model', message, 'Use the safetensors of the model.');
  }
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of merged(pieces)) {
    bytes.set('byteLength' in piece ? piece : await readSlice(file, piece.start, piece.end), at);
    at += sizeOf(piece);
  }
  return bytes;
}

/** Ranges that follow one another are read at once. */
function* merged(pieces: readonly Piece[]): Generator<Piece> {
  let open: Range | null = null;
  for (const piece of pieces) {
    const range = 'byteLength' in piece ? null : piece;
    if (open && range?.start === open.end) {
      open = { start: open.start, end: range.end };
      continue;
    }
    if (open) yield open;
    open = range;
    if ('byteLength' in piece) yield piece;
  }
  if (open) yield open;
}
