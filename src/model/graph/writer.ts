/**
 * Writes ONNX models as protobuf bytes: only the fields that Winnow's graphs use, straight from onnx.proto3. Weights are
 * never in the bytes: a weight is an external initializer whose location is its own name, so that the runtime reads
 * it from what the encoder mounts under that name. Refuses nothing: the runtime checks the graph.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** ONNX's numbers for element types. */
const elementType = { float32: 1, int32: 6, int64: 7 } as const;
export type ElementType = keyof typeof elementType;

/** Attributes by their ONNX kind: a JavaScript number says nothing about float or int. */
export type Attribute = { float: number } | { int: number } | { ints: readonly number[] };

export type Attributes = Readonly<Record<string, Attribute>>;

interface NodeOptions {
  domain?: string;
  /** The name of the node's output; by default a fresh one. */
  output?: string;
}

type Dimension = number | string;

const opsets = [
  { domain: '', version: 17 },
  { domain: 'com.microsoft', version: 1 },
];

/** A graph under construction; every value is known by its name. */
export class GraphBuilder {
  private readonly nodes: number[][] = [];
  private readonly initializers: number[][] = [];
  private readonly inputs: number[][] = [];
  private readonly outputs: number[][] = [];
  /** Names of the external weights, in order of first use. */
  readonly weights = new Set<string>();
  private count = 0;
  private readonly prefix: string;

  /** @param prefix before names that are made here: of an addition they must differ from the other graph's */
  constructor(prefix = '') {
    this.prefix = prefix;
  }

  /** A graph input; a string dimension is known only when it runs. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: string, type: ElementType, shape: readonly Dimension[]): void {
    this.outputs.push(valueInfo(name, type, shape));
  }

  /** A float32 weight that lies outside the model bytes. */
  weight(name: string, shape: readonly number[]): string {
    if (!this.weights.has(name)) {
      this.weights.add(name);
      this.initializers.push(externalTensor(name, elementType.float32, shape, name));
    }
    return name;
  }

  /** A small constant of whole numbers. */
  integers(values: readonly number[]): string {
    const name = this.fresh('integers');
    const type = integer(2, elementType.int64);
    const data = values.flatMap((value) => integer(7, value));
    this.initializers.push([...integer(1, values.length), ...type, ...data, ...text(8, name)]);
    return name;
  }

  /** A small constant of float32 numbers. */
  floats(values: readonly number[]): string {
    const name = this.fresh('floats');
    const type = integer(2, elementType.float32);
    const data = message(9, [...new Uint8Array(Float32Array.from(values).buffer)]);
    this.initializers.push([...integer(1, values.length), ...type, ...text(8, name), ...data]);
    return name;
  }

  /** Adds a node with one output and gives that output's name. An empty input name leaves an optional input out. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, options: NodeOptions = {}): string {
    const { domain = '', output = this.fresh(op) } = options;
    this.nodes.push([
      ...inputs.flatMap((input) => text(1, input)),
      ...text(2, output),
      ...text(3, output),
      ...text(4, op),
      ...Object.entries(attributes).flatMap(([name, value]) => message(5, attribute(name, value))),
      ...text(7, domain),
    ]);
    return output;
  }

  /** The same for the runtime's fused operators. */
  fused(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.node(op, inputs, attributes, { domain: 'com.microsoft' });
  }

  /** The whole ModelProto. */
  encode(): Uint8Array<ArrayBuffer> {
    const initializers = this.initializers.flatMap((tensor) => message(5, tensor));
    const imports = opsets.map(({ domain, version }) => [...text(1, domain), ...integer(2, version)]);
    return Uint8Array.from([
      ...integer(1, 8),
      ...text(2, 'winnow'),
      ...this.graph([...text(2, 'winnow'), ...initializers]),
      ...imports.flatMap((entry) => message(8, entry)),
    ]);
  }

  /**
   * Nodes, initializers, inputs and outputs alone as a `graph` field of a ModelProto: put behind the bytes of another model, protobuf
   * merges the two graphs. It carries no name, which would replace the other's.
   */
  encodeAddition(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.graph(this.initializers.flatMap((tensor) => message(5, tensor))));
  }

  /** @param more fields that stand between nodes and inputs */
  private graph(more: readonly number[]): number[] {
    return message(7, [
      ...this.nodes.flatMap((node) => message(1, node)),
      ...more,
      ...this.inputs.flatMap((value) => message(11, value)),
      ...this.outputs.flatMap((value) => message(12, value)),
    ]);
  }

  private fresh(stem: string): string {
    this.count += 1;
    return `${this.prefix}${stem}.${this.count}`;
  }
}

/** A TensorProto whose numbers lie outside the model bytes, at `location`. @param type ONNX's number for it */
export function externalTensor(name: string, type: number, shape: readonly number[], location: string): number[] {
  return [
    ...shape.flatMap((size) => integer(1, size)),
    ...integer(2, type),
    ...text(8, name),
    ...message(13, [...text(1, 'location'), ...text(2, location)]),
    ...integer(14, 1),
  ];
}

function attribute(name: string, value: Attribute): number[] {
  if ('float' in value) return [...text(1, name), ...float(2, value.float), ...integer(20, 1)];
  if ('ints' in value) return [...text(1, name), ...value.ints.flatMap((item) => integer(8, item)), ...integer(20, 7)];
  return [...text(1, name), ...integer(3, value.int), ...integer(20, 2)];
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): number[] {
  const dimensions = shape.flatMap((size) => message(1, typeof size === 'number' ? integer(1, size) : text(2, size)));
  const tensor = [...integer(1, elementType[type]), ...message(2, dimensions)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}

function integer(field: number, value: number): number[] {
  return [...new BinaryWriter().tag(field, WireType.Varint).int64(value).finish()];
}

function float(field: number, value: number): number[] {
  return [...new BinaryWriter().tag(field, WireType.Bit32).float(value).finish()];
}

function message(field: number, bytes: readonly number[]): number[] {
  return [...messageHead(field, bytes.length), ...bytes];
}

/** What stands before the bytes of a message inside another. */
export function messageHead(field: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(sizeBytes).finish();
}

function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)]);
}
