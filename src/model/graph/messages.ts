/** The messages of onnx.proto3 that Winnow's graphs consist of, as protobuf bytes. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** ONNX's numbers for element types. */
export const elementType = { float32: 1, int8: 3, int32: 6, int64: 7, float16: 10 } as const;
export type ElementType = keyof typeof elementType;
/** Bytes of one. */
export const elementBytes = { float32: 4, int8: 1, int32: 4, int64: 8, float16: 2 } as const;

/** Attributes by their ONNX kind: a JavaScript number says nothing about float or int. */
export type Attribute = { float: number } | { int: number } | { ints: readonly number[] };

export type Attributes = Readonly<Record<string, Attribute>>;

export type Dimension = number | string;

const opsets = [
  { domain: '', version: 17 },
  { domain: 'com.microsoft', version: 1 },
];

/**
 * A TensorProto whose numbers lie outside the model bytes, as little-endian numbers.
 * @param type ONNX's number for it
 * @param place a range is one of bytes, by default all of them
 */
export function externalTensor(
  name: string,
  type: number,
  shape: readonly number[],
  { location, range }: { location: string; range?: { start: number; end: number } },
): number[] {
  const entry = (key: string, value: string | number) => message(13, [...text(1, key), ...text(2, String(value))]);
  return [
    ...tensorFacts(name, type, shape),
    ...entry('location', location),
    ...(range ? [...entry('offset', range.start), ...entry('length', range.end - range.start)] : []),
    ...whole(14, 1),
  ];
}

/** @param outputs the node's outputs by name */
export function nodeMessage({
  op,
  inputs,
  outputs,
  attributes,
  domain,
  name,
}: {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Attributes;
  domain: string;
  name: string;
}): number[] {
  return [
    ...inputs.flatMap((input) => text(1, input)),
    ...outputs.flatMap((output) => text(2, output)),
    ...text(3, name),
    ...text(4, op),
    ...Object.entries(attributes).flatMap(([key, value]) => message(5, attribute(key, value))),
    ...text(7, domain),
  ];
}

export function tensorFacts(name: string, type: number, shape: readonly number[]): number[] {
  return [...shape.flatMap((size) => whole(1, size)), ...whole(2, type), ...text(8, name)];
}

/** What stands before the graph in a ModelProto. */
export function head(): number[] {
  const imports = opsets.map(({ domain, version }) => [...text(1, domain), ...whole(2, version)]);
  return [...whole(1, 8), ...text(2, 'winnow'), ...imports.flatMap((entry) => message(8, entry))];
}

function attribute(name: string, value: Attribute): number[] {
  if ('float' in value) return [...text(1, name), ...float(2, value.float), ...whole(20, 1)];
  if ('ints' in value) return [...text(1, name), ...value.ints.flatMap((item) => whole(8, item)), ...whole(20, 7)];
  return [...text(1, name), ...whole(3, value.int), ...whole(20, 2)];
}

export function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): number[] {
  const dimensions = shape.flatMap((size) => message(1, typeof size === 'number' ? whole(1, size) : text(2, size)));
  const tensor = [...whole(1, elementType[type]), ...message(2, dimensions)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}

export function whole(field: number, value: number): number[] {
  return [...new BinaryWriter().tag(field, WireType.Varint).int64(value).finish()];
}

function float(field: number, value: number): number[] {
  return [...new BinaryWriter().tag(field, WireType.Bit32).float(value).finish()];
}

export function message(field: number, bytes: readonly number[]): number[] {
  return [...messageHead(field, bytes.length), ...bytes];
}

/** What stands before the bytes of a message inside another. */
export function messageHead(field: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(sizeBytes).finish();
}

export function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)]);
}
