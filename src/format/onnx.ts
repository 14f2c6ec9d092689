/**
 * ONNX models (onnx.proto3): which nodes, weights, inputs and outputs a graph has and at which bytes of the file they
 * stand. Weights are never read, in the file or beside it; attributes are only asked whether they hold a graph of their
 * own. Subgraphs and local functions are not entered.
 */
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { MessageFile, type MessageField, type Range } from './protobuf.ts';

export interface OnnxNode {
  op: string;
  inputs: string[];
  outputs: string[];
  /** It holds a graph (If, Loop), which may use any value of the graph around it. */
  nested: boolean;
  field: Range;
  payload: Range;
}

export interface OnnxTensor {
  name: string;
  /** ONNX's number for the element type; see `elementTypes`. */
  type: number;
  shape: number[];
  /** Elements. */
  size: number;
  /** Its little-endian bytes, in this file or (`location`) in one beside it; null when they are stored in another way. */
  data: (Range & { location: string | null }) | null;
  field: Range;
}

/** An input or an output of the graph. */
export interface OnnxValue {
  name: string;
  /** null where the file does not say. */
  type: number | null;
  /** null for a size that is known only when it runs, and as a whole where the file does not say. */
  shape: (number | null)[] | null;
  field: Range;
}

export interface OnnxFile {
  file: NamedBlob;
  /** Version of the standard operators. */
  opset: number;
  nodes: OnnxNode[];
  tensors: Map<string, OnnxTensor>;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  /** All other fields of the model and of its graph, to be copied as they are. */
  rest: { model: Range[]; graph: Range[] };
}

/** Element types by their numbers in onnx.proto3: a name as safetensors writes it, and bits. */
export const elementTypes: ReadonlyMap<number, { name: string; bits: number }> = new Map([
  [1, { name: 'F32', bits: 32 }],
  [2, { name: 'U8', bits: 8 }],
  [3, { name: 'I8', bits: 8 }],
  [4, { name: 'U16', bits: 16 }],
  [5, { name: 'I16', bits: 16 }],
  [6, { name: 'I32', bits: 32 }],
  [7, { name: 'I64', bits: 64 }],
  [9, { name: 'BOOL', bits: 8 }],
  [10, { name: 'F16', bits: 16 }],
  [11, { name: 'F64', bits: 64 }],
  [12, { name: 'U32', bits: 32 }],
  [13, { name: 'U64', bits: 64 }],
  [16, { name: 'BF16', bits: 16 }],
  [21, { name: 'U4', bits: 4 }],
  [22, { name: 'I4', bits: 4 }],
]);

const rankLimit = 16;
const sizeLimit = 2 ** 40;
const exportAgain = 'Copy the file again, or export the model again.';

/**
 * @throws WinnowError `bad-file` when the bytes are no ONNX model or a tensor's bytes do not fit its shape,
 * `unreadable-file` when the file vanished.
 */
export async function readOnnx(file: NamedBlob): Promise<OnnxFile> {
  if (file.size === 0) throw badFile(`${nameOf(file)} is empty (0 bytes).`, exportAgain);
  const rest = { model: [], graph: [] };
  const model = { file, opset: 0, nodes: [], tensors: new Map(), inputs: [], outputs: [], rest };
  return new OnnxReader(new MessageFile(file), model).read();
}

class OnnxReader {
  constructor(
    private readonly messages: MessageFile,
    private readonly model: OnnxFile,
  ) {}

  async read(): Promise<OnnxFile> {
    const { file, nodes, rest } = this.model;
    for await (const field of this.messages.fields({ start: 0, end: file.size })) {
      if (field.number === 7) await this.graph(field.payload);
      else rest.model.push(field.whole);
      if (field.number === 8) await this.opset(field.payload);
    }
    if (nodes.length > 0 && this.model.opset > 0) return this.model;
    throw badFile(`${nameOf(file)} holds no ONNX graph.`, exportAgain);
  }

  private async opset(payload: Range): Promise<void> {
    let domain = '';
    let version = 0;
    for await (const field of this.messages.fields(payload)) {
      if (field.number === 1) domain = await this.messages.text(field);
      if (field.number === 2) version = field.value ?? 0;
    }
    if (domain === '' || domain === 'ai.onnx') this.model.opset = version;
  }

  private async graph(payload: Range): Promise<void> {
    const { nodes, tensors, inputs, outputs, rest } = this.model;
    for await (const field of this.messages.fields(payload)) {
      if (field.number === 1) nodes.push(await this.node(field));
      else if (field.number === 5) {
        const tensor = await this.tensor(field);
        if (tensors.has(tensor.name)) throw this.messages.bad(`it holds the tensor \`${tensor.name}\` twice`);
        tensors.set(tensor.name, tensor);
      } else if (field.number === 11) inputs.push(await this.value(field));
      else if (field.number === 12) outputs.push(await this.value(field));
      else rest.graph.push(field.whole);
    }
  }

  private async node({ payload, whole }: MessageField): Promise<OnnxNode> {
    const node: OnnxNode = { op: '', inputs: [], outputs: [], nested: false, field: whole, payload };
    for await (const field of this.messages.fields(payload)) {
      if (field.number === 1) node.inputs.push(await this.messages.text(field));
      else if (field.number === 2) node.outputs.push(await this.messages.text(field));
      else if (field.number === 4) node.op = await this.messages.text(field);
      else if (field.number === 5) node.nested ||= await this.holdsGraph(field.payload);
    }
    return node;
  }

  private async holdsGraph(payload: Range): Promise<boolean> {
    for await (const { number } of this.messages.fields(payload)) if (number === 6 || number === 11) return true;
    return false;
  }

  private async tensor({ payload, whole }: MessageField): Promise<OnnxTensor> {
    const tensor: OnnxTensor = { name: '', type: 0, shape: [], size: 1, data: null, field: whole };
    const external = new Map<string, string>();
    for await (const field of this.messages.fields(payload)) {
      if (field.number === 1) tensor.shape.push(...(await this.messages.numbers(field, rankLimit)));
      else if (field.number === 2) tensor.type = field.value ?? 0;
      else if (field.number === 8) tensor.name = await this.messages.text(field);
      else if (field.number === 9) tensor.data = { ...field.payload, location: null };
      else if (field.number === 13) await this.entry(field.payload, external);
    }
    tensor.size = this.sizeOf(tensor);
    const bits = elementTypes.get(tensor.type)?.bits;
    const sizeBytes = bits === undefined ? null : Math.ceil((tensor.size * bits) / 8);
    // Texts and formats of a size that is not known stay where they are.
    if (sizeBytes === null) tensor.data = null;
    if (external.size > 0) tensor.data = this.beside(tensor.name, external, sizeBytes);
    if (tensor.data !== null && sizeBytes !== null) this.checkSize(tensor, tensor.data, sizeBytes);
    return tensor;
  }

  private sizeOf({ name, shape }: OnnxTensor): number {
    const size = shape.reduce((product, length) => product * length, 1);
    if (shape.length > rankLimit || !shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
      throw this.messages.bad(`tensor \`${name}\` has the shape [${shape.slice(0, rankLimit).join(', ')}]`);
    }
    if (!(size <= sizeLimit)) throw this.messages.bad(`tensor \`${name}\` claims ${size} elements`);
    return size;
  }

  /** Where the bytes of a tensor lie in a file beside this one. */
  private beside(name: string, entries: Map<string, string>, sizeBytes: number | null): OnnxTensor['data'] {
    const location = entries.get('location');
    const start = Number(entries.get('offset') ?? 0);
    const length = Number(entries.get('length') ?? sizeBytes ?? Number.NaN);
    if (!location || ![start, length, start + length].every((value) => Number.isSafeInteger(value) && value >= 0)) {
      throw this.messages.bad(`tensor \`${name}\` lies in another file, but not at a place that can be read`);
    }
    return { location: location.replace(/^\.\//, ''), start, end: start + length };
  }

  private checkSize({ name, shape, type }: OnnxTensor, { start, end }: Range, sizeBytes: number): void {
    if (end - start === sizeBytes) return;
    const format = elementTypes.get(type)?.name ?? '';
    throw this.messages.bad(
      `tensor \`${name}\` has the shape [${shape.join(', ')}] in ${format}, which is ${sizeBytes} bytes, but it holds ${end - start}`,
    );
  }

  private async entry(payload: Range, into: Map<string, string>): Promise<void> {
    const texts = ['', ''];
    for await (const field of this.messages.fields(payload)) {
      if (field.number === 1 || field.number === 2) texts[field.number - 1] = await this.messages.text(field);
    }
    into.set(texts[0], texts[1]);
  }

  private async value({ payload, whole }: MessageField): Promise<OnnxValue> {
    const value: OnnxValue = { name: '', type: null, shape: null, field: whole };
    for await (const field of this.messages.fields(payload)) {
      if (field.number === 1) value.name = await this.messages.text(field);
      // TypeProto, then its tensor_type.
      else if (field.number === 2) {
        for await (const kind of this.messages.fields(field.payload)) {
          if (kind.number === 1) await this.valueType(kind.payload, value);
        }
      }
    }
    return value;
  }

  private async valueType(payload: Range, value: OnnxValue): Promise<void> {
    for await (const field of this.messages.fields(payload)) {
      if (field.number === 1) value.type = field.value;
      if (field.number !== 2) continue;
      value.shape = [];
      for await (const dimension of this.messages.fields(field.payload)) {
        let size: number | null = null;
        for await (const { number, value } of this.messages.fields(dimension.payload)) if (number === 1) size = value;
        value.shape.push(size !== null && size > 0 ? size : null);
      }
    }
  }
}
