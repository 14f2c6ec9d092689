/**
 * Looks through the parts of a Parquet file before hyparquet decodes them, which trusts their numbers: sizes, counts and
 * run lengths are held against the bytes that are there. Flat columns and lists of values, PLAIN and dictionary
 * encodings, pages of format 1 and 2. The reader says which file an error is of.
 */
import type { ColumnMetaData, Compressors, DataReader, PageHeader, ParquetType } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';

const pageLimit = 64 * 1024 * 1024;
export const chunkLimit = 256 * 1024 * 1024;
const depthLimit = 32;
/** Writers fill the last bit-packed run up with values that nobody reads. */
const filling = 512;

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
  const reader = readerOf(bytes);
  let valuesLeft = Number(values);
  let unpacked = 0;
  while (valuesLeft > 0 && reader.offset < bytes.length - 1) {
    checkStruct({ ...reader });
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: size } = header;
    within('compressed page', packed, left(reader));
    within('page', size, pageLimit);
    within('column chunk', (unpacked += size), chunkLimit);
    const page = bytes.subarray(reader.offset, reader.offset + packed);
    valuesLeft -= checkPage(page, header, valuesLeft, leaf, (part, length) => {
      if (codec === 'SNAPPY') checkSnappy(readerOf(part), length);
      return decompressPage(part, length, codec, compressors);
    });
    skip(reader, packed);
  }
}

/** One struct of Thrift's compact protocol, from where the reader stands. @throws BadParquet when it does not fit. */
export function checkStruct(reader: DataReader, depth = 0): void {
  if (depth > depthLimit) throw new BadParquet(`structs are nested more than ${depthLimit} deep`);
  for (let head = takeByte(reader); (head & 15) !== structEnd; head = takeByte(reader)) {
    if (head >> 4 === 0) takeNumber(reader);
    passValue(reader, head & 15, depth);
  }
}

const structEnd = 0;

/** How a value of each of Thrift's types is passed over. */
const passes: ReadonlyMap<number, (reader: DataReader, depth: number) => void> = new Map([
  // True and false, which their field's head says already
  [1, () => undefined],
  [2, () => undefined],
  // A byte; whole numbers of 16, 32 and 64 bits; a double
  [3, (reader) => skip(reader, 1)],
  [4, takeNumber],
  [5, takeNumber],
  [6, takeNumber],
  [7, (reader) => skip(reader, 8)],
  // Text or bytes, a list, a struct
  [8, (reader) => skip(reader, within('text', takeNumber(reader), left(reader)))],
  [9, checkList],
  [12, (reader, depth) => checkStruct(reader, depth + 1)],
]);

function passValue(reader: DataReader, type: number, depth: number): void {
  const pass = passes.get(type);
  if (!pass) throw new BadParquet(`a value has the type ${type}`);
  pass(reader, depth);
}

function checkList(reader: DataReader, depth: number): void {
  const head = takeByte(reader);
  const length = within('list', head >> 4 === 15 ? takeNumber(reader) : head >> 4, left(reader));
  // In a list true and false take a byte.
  const type = [1, 2].includes(head & 15) ? 3 : head & 15;
  for (let i = 0; i < length; i++) passValue(reader, type, depth);
}

function readerOf(bytes: Uint8Array): DataReader {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

function left({ view, offset }: DataReader): number {
  return view.byteLength - offset;
}

function skip(reader: DataReader, length: number): void {
  reader.offset += length;
}

function takeByte(reader: DataReader): number {
  return reader.view.getUint8(reader.offset++);
}

/** Seven bits a byte, lowest first; hyparquet's own would take a number of any length. */
function takeNumber(reader: DataReader): number {
  let number = 0;
  for (let i = 0; i < 10; i++) {
    const byte = takeByte(reader);
    number += (byte & 127) * 128 ** i;
    if (byte < 128) return number;
  }
  throw new BadParquet('a number has more than 10 bytes');
}

type Unpack = (part: Uint8Array, length: number) => Uint8Array;

/** @returns the values of a data page; 0 for a dictionary. */
function checkPage(
  page: Uint8Array<ArrayBuffer>,
  header: PageHeader,
  valuesLeft: number,
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
    within('number of values', first.num_values, valuesLeft);
    const bytes = unpack(page, size);
    const reader = readerOf(bytes);
    for (const levels of [repetition, definition]) {
      if (levels > 0) checkSizedRuns(reader, bitsFor(levels), first.num_values);
    }
    checkValues(bytes.subarray(reader.offset), first.encoding, type, first.num_values, definition === 0);
    return first.num_values;
  }
  if (header.type === 'DATA_PAGE_V2' && second) {
    const { num_values: values, num_nulls: nulls, definition_levels_byte_length: levels } = second;
    within('number of values', values, valuesLeft);
    within('number of empty values', nulls, values);
    const repeated = second.repetition_levels_byte_length;
    within('repetition levels', repeated, repetition > 0 ? page.length : 0);
    within('definition levels', levels, Math.min(page.length, size) - repeated);
    if (repetition > 0) checkRuns(readerOf(page.subarray(0, repeated)), bitsFor(repetition), values);
    if (definition > 0) checkRuns(readerOf(page.subarray(repeated, repeated + levels)), bitsFor(definition), values);
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
    checkSizedRuns(readerOf(bytes), 1, count);
  } else if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    if (count === 0) return;
    const width = bytes.length > 0 ? bytes[0] : -1;
    within('width of an index', width, 32);
    if (width > 0) checkRuns(readerOf(bytes.subarray(1)), width, count);
  } else {
    throw new UnknownEncoding(`the encoding ${encoding} is not among those read (PLAIN and dictionaries)`);
  }
}

/**
 * Snappy's elements, of which hyparquet takes a literal of 2³¹ bytes and more for a step back, and goes on for seconds or
 * for ever. The format is that of google/snappy's format_description.txt.
 */
function checkSnappy(reader: DataReader, size: number): void {
  takeNumber(reader);
  for (let unpacked = 0; left(reader) > 0;) {
    const tag = takeByte(reader);
    const kind = tag & 3;
    let length = (tag >> 2) + 1;
    if (kind === 0) {
      if (length > longestShortLiteral) length = takeLittleEndian(reader, length - longestShortLiteral) + 1;
      skip(reader, within('literal', length, left(reader)));
    } else {
      if (kind === 1) length = ((tag >> 2) & 7) + 4;
      skip(reader, bytesOfOffset[kind]);
    }
    unpacked += within('piece of a page', length, size - unpacked);
  }
}

const longestShortLiteral = 60;
/** By the kind of a copy; 0 is a literal. */
const bytesOfOffset = [0, 1, 2, 4];

function takeLittleEndian(reader: DataReader, bytes: number): number {
  let number = 0;
  for (let i = 0; i < bytes; i++) number += takeByte(reader) * 256 ** i;
  return number;
}

/** What is wrong with the file, as the end of a sentence. */
export class BadParquet extends Error {}

/** The file is whole, but written in a way that is not read. */
export class UnknownEncoding extends BadParquet {}

/** Runs behind their length in four bytes; the reader stands behind them afterwards. */
function checkSizedRuns(reader: DataReader, width: number, count: number): void {
  const { view } = reader;
  const size = view.getUint32(reader.offset, true);
  skip(reader, 4);
  within('runs', size, left(reader));
  checkRuns({ view: new DataView(view.buffer, view.byteOffset + reader.offset, size), offset: 0 }, width, count);
  skip(reader, size);
}

/** A mixture of repeated and bit-packed values of `width` bits: no run may go on for longer than there are values. */
function checkRuns(reader: DataReader, width: number, count: number): void {
  let seen = 0;
  // Empty cells have no index, so there may be fewer; too few are noticed when they are decoded.
  while (seen < count && left(reader) > 0) {
    const head = takeNumber(reader);
    const values = head % 2 === 1 ? Math.floor(head / 2) * 8 : head / 2;
    within('run', values, count + filling);
    skip(reader, head % 2 === 1 ? (values / 8) * width : Math.ceil(width / 8));
    seen += values;
  }
}

function within(subject: string, number: number, most: number): number {
  if (number >= 0 && number <= most) return number;
  throw new BadParquet(`a ${subject} says ${number}, and at most ${most} can be`);
}
