/**
 * Writes ONNX models as protobuf bytes: only the fields that Winnow's graphs use, straight from onnx.proto3. For the page's
 * own runs weights are not in the bytes: a weight is an external initializer whose location is its own name, so that the
 * runtime reads it from what the encoder mounts under that name. For a file the weights' bytes stand between the others, or
 * in one file beside it. Refuses nothing: the runtime checks the graph.
 */
import {
  elementType,
  externalTensor,
  head,
  whole,
  message,
  messageHead,
  nodeMessage,
  tensorFacts,
  text,
  valueInfo,
  type Attributes,
  type Dimension,
  type ElementType,
} from './messages.ts';

import { weightBytes, type StoredWeight, type WeightStorage } from './stored-weight.ts';

export type { Attributes, ElementType } from './messages.ts';
export type { StoredWeight, WeightStorage } from './stored-weight.ts';

interface NodeOptions {
  domain?: string;
  /** The name of the node's output; by default a fresh one. */
  output?: string;
  /** The node's own name. */
  name?: string;
}

const graphName = text(2, 'winnow');

/** Bytes, or a weight whose bytes are made when they are written. */
type Piece = Uint8Array<ArrayBuffer> | StoredWeight;

/** A graph under construction; every value is known by its name. */
export class GraphBuilder {
  private readonly nodes: number[][] = [];
  private readonly initializers: number[][] = [];
  private readonly inputs: number[][] = [];
  private readonly outputs: number[][] = [];
  /** In order of first use. */
  private readonly stored = new Map<string, StoredWeight>();
  private readonly values = new Map<string, string>();
  private count = 0;
  private readonly storage: WeightStorage;
  private readonly prefix: string;

  /** @param prefix before names that are made here: of an addition they must differ from the other graph's */
  constructor({ storage = 'float32', prefix = '' }: { storage?: WeightStorage; prefix?: string } = {}) {
    this.storage = storage;
    this.prefix = prefix;
  }

  /** Names of the tensors that the weights are made of, in order of first use. */
  get weights(): ReadonlySet<string> {
    return new Set(Array.from(this.stored.values(), ({ source }) => source));
  }

  /** Of all weights as they are stored. */
  get sizeBytes(): number {
    return Array.from(this.stored.values(), weightBytes).reduce((sum, size) => sum + size, 0);
  }

  /** A graph input; a string dimension is known only when it runs. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: string, type: ElementType, shape: readonly Dimension[]): void {
    this.outputs.push(valueInfo(name, type, shape));
  }

  /** A weight that is stored as float32 whatever the others are. */
  plain(name: string, shape: readonly number[]): string {
    return this.store({ name, source: name, type: 'float32', shape });
  }

  /** A weight as float32. */
  weight(name: string, shape: readonly number[]): string {
    const halved = this.storage === 'float16' && shape.length > 1;
    if (!halved) return this.plain(name, shape);
    return this.once(`${name} float32`, () => this.float32(this.half(name, shape)));
  }

  /** Rows of a table of vectors, float32. */
  rows(table: string, shape: readonly [number, number], indices: string): string {
    if (this.storage === 'float32') return this.node('Gather', [this.weight(table, shape), indices]);
    if (this.storage === 'float16') {
      return this.float32(this.node('Gather', [this.half(table, shape), indices]));
    }
    const [values, scales] = this.quantised(table, shape, [shape[0], 1], { by: 'row', transposed: false });
    const row = this.float32(this.node('Gather', [values, indices]));
    return this.node('Mul', [row, this.node('Gather', [scales, indices])]);
  }

  /**
   * alpha · input · weight, or its transpose where it is stored as [outputs, inputs], as PyTorch's Linear does.
   * @param input float32 [vectors, inputs]
   * @param shape of the stored weight
   */
  product(
    input: string,
    weight: string,
    shape: readonly [number, number],
    { transposed, alpha = 1 }: { transposed: boolean; alpha?: number },
  ): string {
    if (this.storage !== 'int8') {
      const attributes = { ...(transposed && { transB: { int: 1 } }), ...(alpha !== 1 && { alpha: { float: alpha } }) };
      return this.node('Gemm', [input, this.weight(weight, shape)], attributes);
    }
    const [inputs, outputs] = transposed ? [shape[1], shape[0]] : shape;
    const form = { by: 'column', transposed } as const;
    const [values, scales] = this.quantised(weight, [inputs, outputs], [outputs], form);
    const [rounded, step, zero] = this.once(`${input} rounded`, () =>
      this.several('DynamicQuantizeLinear', [input], 3).join(' '),
    ).split(' ');
    const counted = this.float32(this.node('MatMulInteger', [rounded, values, zero]));
    const unit = this.node('Mul', [step, scales]);
    return this.node('Mul', [counted, alpha === 1 ? unit : this.node('Mul', [unit, this.floats([alpha])])]);
  }

  /** A small constant of whole numbers. */
  integers(values: readonly number[]): string {
    const name = this.fresh('integers');
    const type = whole(2, elementType.int64);
    const data = values.flatMap((value) => whole(7, value));
    this.initializers.push([...whole(1, values.length), ...type, ...data, ...text(8, name)]);
    return name;
  }

  /** A small constant of float32 numbers. */
  floats(values: readonly number[]): string {
    const name = this.fresh('floats');
    const type = whole(2, elementType.float32);
    const data = message(9, [...new Uint8Array(Float32Array.from(values).buffer)]);
    this.initializers.push([...whole(1, values.length), ...type, ...text(8, name), ...data]);
    return name;
  }

  /** Adds a node with one output and gives that output's name. An empty input name leaves an optional input out. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, options: NodeOptions = {}): string {
    const { output = this.fresh(op) } = options;
    this.add(op, inputs, attributes, { ...options, outputs: [output] });
    return output;
  }

  /** Adds a node with several outputs and gives their names. */
  private several(op: string, inputs: readonly string[], count: number): string[] {
    const outputs = Array.from({ length: count }, () => this.fresh(op));
    this.add(op, inputs, {}, { outputs });
    return outputs;
  }

  private add(
    op: string,
    inputs: readonly string[],
    attributes: Attributes,
    { domain = '', outputs, name = outputs[0] }: Omit<NodeOptions, 'output'> & { outputs: readonly string[] },
  ): void {
    this.nodes.push(nodeMessage({ op, inputs, outputs, attributes, domain, name }));
  }

  /** The same for the runtime's fused operators. */
  fused(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.node(op, inputs, attributes, { domain: 'com.microsoft' });
  }

  /** A value that is written once, however often it is asked for. @param key names it */
  once(key: string, write: () => string): string {
    const value = this.values.get(key) ?? write();
    this.values.set(key, value);
    return value;
  }

  /** The whole ModelProto; each weight is to be mounted under its name. */
  encode(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from([...head(), ...this.graph([...graphName, ...this.constants(), ...this.mounted()])]);
  }

  /** The whole ModelProto as it lies in a file: bytes, and the weights whose bytes stand between them. */
  pieces(): Piece[] {
    const graph = [Uint8Array.from(graphName), ...this.additions()];
    const length = graph.reduce(
      (sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : weightBytes(piece)),
      0,
    );
    return [Uint8Array.from([...head(), ...messageHead(7, length)]), ...graph];
  }

  /** The fields of its graph alone, to stand beside those of another. */
  additions(): Piece[] {
    const weights = Array.from(this.stored.values(), (weight): Piece[] => {
      const { name, type, shape } = weight;
      const sizeBytes = weightBytes(weight);
      const facts = [...tensorFacts(name, elementType[type], shape), ...messageHead(9, sizeBytes)];
      return [Uint8Array.from([...messageHead(5, facts.length + sizeBytes), ...facts]), weight];
    });
    return [Uint8Array.from([...this.constants(), ...this.outline()]), ...weights.flat()];
  }

  /** The whole ModelProto, and the weights that stand one after the other in the file beside it. */
  besideWeights(location: string): { bytes: Uint8Array<ArrayBuffer>; weights: StoredWeight[] } {
    let offset = 0;
    const weights = [...this.stored.values()];
    const tensors = weights.flatMap((weight) => {
      const { name, type, shape } = weight;
      const range = { start: offset, end: offset + weightBytes(weight) };
      offset = range.end;
      return message(5, externalTensor(name, elementType[type], shape, { location, range }));
    });
    return {
      bytes: Uint8Array.from([...head(), ...this.graph([...graphName, ...this.constants(), ...tensors])]),
      weights,
    };
  }

  /**
   * Nodes, initializers, inputs and outputs alone as a `graph` field of a ModelProto: put behind the bytes of another model, protobuf
   * merges the two graphs. It carries no name, which would replace the other's.
   */
  encodeAddition(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.graph([...this.constants(), ...this.mounted()]));
  }

  /** @param more fields beside nodes, inputs and outputs */
  private graph(more: readonly number[]): number[] {
    return message(7, [...more, ...this.outline()]);
  }

  private constants(): number[] {
    return this.initializers.flatMap((tensor) => message(5, tensor));
  }

  private mounted(): number[] {
    return Array.from(this.stored.values(), ({ name, type, shape }) =>
      message(5, externalTensor(name, elementType[type], shape, { location: name })),
    ).flat();
  }

  private outline(): number[] {
    return [
      ...this.nodes.flatMap((node) => message(1, node)),
      ...this.inputs.flatMap((value) => message(11, value)),
      ...this.outputs.flatMap((value) => message(12, value)),
    ];
  }

  private store(weight: StoredWeight): string {
    if (!this.stored.has(weight.name)) this.stored.set(weight.name, weight);
    return weight.name;
  }

  /** A weight to be stored as float16; gives the name of what is stored. */
  half(name: string, shape: readonly number[]): string {
    return this.store({ name: `${name}.float16`, source: name, type: 'float16', shape });
  }

  /** A weight to be stored in 8 bits; gives the names of its numbers and of their scales. */
  quantised(
    name: string,
    shape: readonly number[],
    scaleShape: readonly number[],
    form: Omit<NonNullable<StoredWeight['quantised']>, 'part'>,
  ): [values: string, scales: string] {
    const part = (which: 'values' | 'scales') => ({ quantised: { part: which, ...form } });
    return [
      this.store({ name: `${name}.int8`, source: name, type: 'int8', shape, ...part('values') }),
      this.store({ name: `${name}.scale`, source: name, type: 'float32', shape: scaleShape, ...part('scales') }),
    ];
  }

  private float32(value: string): string {
    return this.node('Cast', [value], { to: { int: elementType.float32 } });
  }

  private fresh(stem: string): string {
    this.count += 1;
    return `${this.prefix}${stem}.${this.count}`;
  }
}
