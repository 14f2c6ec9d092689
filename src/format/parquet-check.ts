/**
 * Looks through the parts of a Parquet file before hyparquet decodes them, which trusts their numbers: sizes, counts and
 * run lengths are held against the bytes that are there. Flat columns and lists of values, PLAIN and dictionary encodings, pages of format 1
 * and 2. The reader says which file an error is of.
 */
import type { ColumnMetaData, Compressors, PageHeader, ParquetType } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';

const pageLimit = 64 * 1024 * 1024;
const chunkLimit = 256 * 1024 * 1024;
const depthLimit = 32;
/** Writers fill the last bit-packed run up with values that nobody reads. */
const filling = 512;

/** Types of Thrift's compact protocol. */
const thrift = {
  stop: 0,
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
};

/** A column's values and how deep they may lie: levels of definition (what may be absent) and repetition (lists). */
export interface Leaf {
  type: ParquetType;
  definition: number;
  repetition: number;
}

/** The pages of a column chunk, `bytes` being all of it. @throws BadParquet for any number that the bytes do not bear out. */
export function checkChunk(
  bytes: Uint8Array<ArrayBuffer>,
  { codec, num_values: values }: ColumnMetaData,
  leaf: Leaf,
  compressors: Compressors,
): void {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  let left = Number(values);
  let unpacked = 0;
  while (left > 0 && reader.offset < bytes.length - 1) {
    checkStruct(reader.view, reader.offset);
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: size } = header;
    within('compressed page', packed, bytes.length - reader.offset);
    within('page', size, pageLimit);
    within('column chunk', (unpacked += size), chunkLimit);
    const page = bytes.subarray(reader.offset, reader.offset + packed);
    left -= checkPage(page, header, left, leaf, (part, length) => decompressPage(part, length, codec, compressors));
    reader.offset += packed;
  }
}

/** One struct of Thrift's compact protocol, from `offset`. @returns where it ends. @throws BadParquet when it does not fit. */
export function checkStruct(view: DataView, offset: number, depth = 0): number {
  if (depth > depthLimit) throw new BadParquet(`structs are nested more than ${depthLimit} deep`);
  for (;;) {
    const byte = view.getUint8(offset++);
    const type = byte & 15;
    if (type === thrift.stop) return offset;
    if (byte >> 4 === 0) offset = endOfNumber(view, offset);
    offset = checkValue(view, offset, type, depth);
  }
}

function checkValue(view: DataView, offset: number, type: number, depth: number): number {
  switch (type) {
    case thrift.true:
    case thrift.false:
      return offset;
    case thrift.byte:
      return offset + 1;
    case thrift.i16:
    case thrift.i32:
    case thrift.i64:
      return endOfNumber(view, offset);
    case thrift.double:
      return offset + 8;
    case thrift.binary: {
      const length = numberAt(view, offset);
      const start = endOfNumber(view, offset);
      within('text', length, view.byteLength - start);
      return start + length;
    }
    case thrift.list:
      return checkList(view, offset, depth);
    case thrift.struct:
      return checkStruct(view, offset, depth + 1);
    default:
      throw new BadParquet(`a value has the type ${type}`);
  }
}

function checkList(view: DataView, offset: number, depth: number): number {
  const byte = view.getUint8(offset++);
  let length = byte >> 4;
  if (length === 15) {
    length = numberAt(view, offset);
    offset = endOfNumber(view, offset);
  }
  within('list', length, view.byteLength - offset);
  const type = byte & 15;
  for (let i = 0; i < length; i++) {
    offset = type === thrift.true || type === thrift.false ? offset + 1 : checkValue(view, offset, type, depth);
  }
  return offset;
}

/** Seven bits a byte, lowest first. */
function numberAt(view: DataView, offset: number): number {
  const end = endOfNumber(view, offset);
  let number = 0;
  for (let i = end - 1; i >= offset; i--) number = number * 128 + (view.getUint8(i) & 127);
  return number;
}

function endOfNumber(view: DataView, offset: number): number {
  for (let i = 0; i < 10; i++) if (view.getUint8(offset + i) < 128) return offset + i + 1;
  throw new BadParquet('a number has more than 10 bytes');
}

type Unpack = (part: Uint8Array, length: number) => Uint8Array;

/** @returns the values of a data page; 0 for a dictionary. */
function checkPage(
  page: Uint8Array<ArrayBuffer>,
  header: PageHeader,
  left: number,
  { type, definition, repetition }: Leaf,
  unpack: Unpack,
): number {
  const { uncompressed_page_size: size, data_page_header: first, data_page_header_v2: second } = header;
  if (header.type === 'DICTIONARY_PAGE') {
    // A value takes a bit at least.
    within('dictionary', header.dictionary_page_header?.num_values ?? -1, size * 8);
    return 0;
  }
  if (header.type === 'DATA_PAGE' && first) {
    within('number of values', first.num_values, left);
    const bytes = unpack(page, size);
    let start = 0;
    for (const levels of [repetition, definition]) {
      if (levels > 0) start = checkSizedRuns(bytes, start, bitsFor(levels), first.num_values);
    }
    checkValues(bytes.subarray(start), first.encoding, type, first.num_values, definition === 0);
    return first.num_values;
  }
  if (header.type === 'DATA_PAGE_V2' && second) {
    const { num_values: values, num_nulls: nulls, definition_levels_byte_length: levels } = second;
    within('number of values', values, left);
    within('number of empty values', nulls, values);
    const repeated = second.repetition_levels_byte_length;
    within('repetition levels', repeated, repetition > 0 ? page.length : 0);
    within('definition levels', levels, Math.min(page.length, size) - repeated);
    if (repetition > 0) checkRuns(page.subarray(0, repeated), bitsFor(repetition), values);
    if (definition > 0) checkRuns(page.subarray(repeated, repeated + levels), bitsFor(definition), values);
    const rest = page.subarray(repeated + levels);
    const bytes = second.is_compressed === false ? rest : unpack(rest, size - repeated - levels);
    checkValues(bytes, second.encoding, type, values - nulls, repetition === 0);
    return values;
  }
  throw new BadParquet(`a page is of the type ${header.type}`);
}

/** Bits of a level from 0 to `most`. */
function bitsFor(most: number): number {
  return Math.ceil(Math.log2(most + 1));
}

/** @param exact whether all of `count` are there; else some may be absent, which takes no bytes here. */
function checkValues(bytes: Uint8Array, encoding: string, type: ParquetType, count: number, exact: boolean): void {
  if (bytes.length === 0 && !exact) return;
  if (encoding === 'PLAIN') {
    if (exact) within('number of values', count, bytes.length * 8);
  } else if (encoding === 'RLE' && type === 'BOOLEAN') {
    checkSizedRuns(bytes, 0, 1, count);
  } else if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    if (count === 0) return;
    const width = bytes.length > 0 ? bytes[0] : -1;
    within('width of an index', width, 32);
    if (width > 0) checkRuns(bytes.subarray(1), width, count);
  } else {
    throw new UnknownEncoding(encoding);
  }
}

/** What is wrong with the file, as the end of a sentence. */
export class BadParquet extends Error {}

/** The file is whole, but written in a way that is not read. */
export class UnknownEncoding extends BadParquet {
  constructor(encoding: string) {
    super(`the encoding ${encoding} is not among those read (PLAIN and dictionaries)`);
  }
}

/** Runs behind their length in four bytes. @returns where they end. */
function checkSizedRuns(bytes: Uint8Array, offset: number, width: number, count: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(offset, true);
  within('runs', length, bytes.length - offset - 4);
  const end = offset + 4 + length;
  checkRuns(bytes.subarray(offset + 4, end), width, count);
  return end;
}

/** A mixture of repeated and bit-packed values of `width` bits: no run may go on for longer than there are values. */
function checkRuns(bytes: Uint8Array, width: number, count: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  let seen = 0;
  // Empty cells have no index, so there may be fewer; too few are noticed when they are decoded.
  while (seen < count && offset < bytes.length) {
    const head = numberAt(view, offset);
    offset = endOfNumber(view, offset);
    const values = head % 2 === 1 ? Math.floor(head / 2) * 8 : head / 2;
    within('run', values, count + filling);
    offset += head % 2 === 1 ? (values / 8) * width : Math.ceil(width / 8);
    seen += values;
  }
}

function within(what: string, number: number, most: number): void {
  if (number >= 0 && number <= most) return;
  throw new BadParquet(`a ${what} says ${number}, and at most ${most} can be`);
}
