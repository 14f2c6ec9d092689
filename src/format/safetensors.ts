/**
 * The safetensors format: an 8-byte header length, a JSON header, then the tensors without gaps. Reads the header and
 * single tensors by slice, never a whole file; makes the checks of huggingface/safetensors (`tensor.rs`) before it
 * allocates anything. Offsets here are absolute bytes in the file; shapes are row-major.
 */
import { decodeText, nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { bitsOf, isDtype, isSizes, toFloat32, type Dtype } from './dtype.ts';
import { entriesOf, parseJsonObject, shownJson } from './json.ts';

export interface TensorInfo {
  dtype: Dtype;
  shape: number[];
  /** First byte and the byte after the last, counted from the start of the file. */
  start: number;
  end: number;
}

export interface SafetensorsHeader {
  tensors: Map<string, TensorInfo>;
  /** The free text pairs of `__metadata__`. */
  metadata: Map<string, string>;
}

export const headerLimitBytes = 100_000_000;
/** The greatest models known have less than a tenth of it in a file. */
const tensorLimit = 100_000;
const lengthBytes = 8;
const openBrace = '{'.charCodeAt(0);
const copyAgain = 'The file was probably not copied whole. Copy it again.';
const saveAgain = 'The file is damaged. Copy it again, or save the model again with safetensors.';

/**
 * Reads and checks the header; the tensors' own bytes stay unread.
 * @throws WinnowError `bad-file` for anything the format forbids, `unreadable-file` when the file vanished.
 */
export async function readSafetensorsHeader(file: NamedBlob): Promise<SafetensorsHeader> {
  const headerBytes = await readHeaderLength(file);
  const dataStart = lengthBytes + headerBytes;
  const bytes = await readSlice(file, lengthBytes, dataStart);
  checkCount(bytes, file);
  const text = decodeText(bytes, file, { position: lengthBytes, next: saveAgain });
  const entries = parseJsonObject(text, `The header of ${nameOf(file)}`, saveAgain);

  const metadata = readMetadata(entries.get('__metadata__'), file);
  entries.delete('__metadata__');
  const tensors = new Map<string, TensorInfo>();
  for (const [name, value] of entries) tensors.set(name, readInfo(name, value, dataStart, file));
  checkLayout(tensors, dataStart, file);
  return { tensors, metadata };
}

/** Each tensor is an object: counted before there is a text of them. */
function checkCount(bytes: Uint8Array, file: NamedBlob): void {
  let objects = 0;
  for (const byte of bytes) if (byte === openBrace) objects += 1;
  if (objects <= tensorLimit) return;
  const message = `The header of ${nameOf(file)} describes more than ${tensorLimit} tensors, more than any model has.`;
  throw badFile(message, saveAgain);
}

async function readHeaderLength(file: NamedBlob): Promise<number> {
  if (file.size === 0) throw badFile(`${nameOf(file)} is empty (0 bytes).`, copyAgain);
  const first = await readSlice(file, 0, Math.min(file.size, lengthBytes + 1));
  if (String.fromCharCode(...first).startsWith('version ')) {
    const message = `${nameOf(file)} is a Git LFS pointer of ${file.size} bytes, not the weights themselves.`;
    throw badFile(message, 'Fetch the weights with `git lfs pull`, then open the folder again.');
  }
  if (first.length <= lengthBytes || first[lengthBytes] !== '{'.charCodeAt(0)) {
    const message = `${nameOf(file)} is not a safetensors file: no header begins after its first ${lengthBytes} bytes.`;
    throw badFile(message, 'Check that it is the file its name says, or copy it again.');
  }
  const length = new DataView(first.buffer).getBigUint64(0, true);
  if (length > BigInt(headerLimitBytes)) {
    const message = `${nameOf(file)} claims a header of ${length} bytes; a safetensors header has at most ${headerLimitBytes}.`;
    throw badFile(message, saveAgain);
  }
  const missing = lengthBytes + Number(length) - file.size;
  if (missing > 0) {
    throw badFile(`${nameOf(file)} ends ${missing} bytes early: its header of ${length} bytes is cut off.`, copyAgain);
  }
  return Number(length);
}

function readMetadata(value: unknown, file: NamedBlob): Map<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined || value === null) return metadata;
  for (const [key, text] of entriesOf(value) ?? [['', null]]) {
    if (typeof text !== 'string') {
      throw badFile(`\`__metadata__\` in the header of ${nameOf(file)} is not a list of texts.`, saveAgain);
    }
    metadata.set(key, text);
  }
  return metadata;
}

function readInfo(name: string, value: unknown, dataStart: number, file: NamedBlob): TensorInfo {
  const tensor = `Tensor \`${name}\` of ${nameOf(file)}`;
  const entry = entriesOf(value);
  if (entry === null) throw badFile(`${tensor} is not described by an object.`, saveAgain);
  const dtype = entry.get('dtype');
  const shape = entry.get('shape');
  const offsets = entry.get('data_offsets');
  if (!isDtype(dtype))
    throw badFile(
      `${tensor} has the unknown number format ${dtype === undefined ? 'none' : shownJson(dtype)}.`,
      saveAgain,
    );
  if (!isSizes(shape)) throw badFile(`${tensor} has a shape that is not a list of whole numbers.`, saveAgain);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw badFile(`${tensor} has offsets that are not two rising whole numbers.`, saveAgain);
  }
  const [start, end] = offsets;
  let totalBits = bitsOf(dtype);
  for (const size of shape) totalBits *= size;
  if (totalBits !== (end - start) * 8) {
    const needed = Number.isSafeInteger(totalBits) ? `${totalBits / 8}` : 'more than 2⁵³';
    const message = `${tensor} has the shape [${shape.join(', ')}] in ${dtype}, which is ${needed} bytes, but its offsets span ${end - start}.`;
    throw badFile(message, saveAgain);
  }
  return { dtype, shape, start: dataStart + start, end: dataStart + end };
}

/** The tensors must follow one another without gap or overlap, from the header to the end of the file. */
function checkLayout(tensors: Map<string, TensorInfo>, dataStart: number, file: NamedBlob): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let position = dataStart;
  let previous = 'the header';
  for (const [name, { start, end }] of inOrder) {
    if (start !== position) {
      if (end > file.size) {
        const message = `Tensor \`${name}\` lies at bytes ${start} to ${end} of ${nameOf(file)}, but the file has ${file.size} bytes.`;
        throw badFile(message, saveAgain);
      }
      const how = start < position ? 'overlap' : 'leave a gap';
      const message = `In ${nameOf(file)}, tensor \`${name}\` starts at byte ${start}, but ${previous} ends at byte ${position}: they ${how}.`;
      throw badFile(message, saveAgain);
    }
    position = end;
    previous = `tensor \`${name}\``;
  }
  if (position > file.size) {
    const cut = inOrder.find(([, info]) => info.end > file.size);
    const message = `${nameOf(file)} ends ${position - file.size} bytes early: tensor \`${cut?.[0]}\` is cut off.`;
    throw badFile(message, copyAgain);
  }
  if (position < file.size) {
    const message = `${nameOf(file)} has ${file.size} bytes, but its tensors end at byte ${position}.`;
    throw badFile(message, saveAgain);
  }
}

/**
 * One tensor as float32, row-major; F16 and BF16 are widened exactly, F64, I32 and I64 rounded.
 * @throws WinnowError `bad-file` for a number format Winnow does not compute with, `unreadable-file` as `readSlice`.
 */
export async function readTensor(file: NamedBlob, info: TensorInfo): Promise<Float32Array<ArrayBuffer>> {
  const values = toFloat32(await readSlice(file, info.start, info.end), info.dtype);
  if (values !== null) return values;
  const message = `${nameOf(file)} holds numbers in the format ${info.dtype}, which Winnow cannot compute with.`;
  throw badFile(message, 'Save the model with F32, F16 or BF16 weights.');
}

export interface TensorToWrite {
  name: string;
  dtype: 'F32' | 'I32' | 'U8';
  shape: readonly number[];
  /** The elements in order, little-endian, in as many pieces as they come; together exactly the shape's size. */
  parts: readonly (Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Blob)[];
}

/**
 * A safetensors file as a Blob of the given parts, which are not joined or copied here.
 * @throws RangeError when a tensor's parts do not add up to its shape, or a name comes twice.
 */
export function writeSafetensors(tensors: readonly TensorToWrite[], metadata?: ReadonlyMap<string, string>): Blob {
  const header = new Map<string, unknown>();
  if (metadata) header.set('__metadata__', Object.fromEntries(metadata));
  let position = 0;
  for (const { name, dtype, shape, parts } of tensors) {
    if (header.has(name)) throw new RangeError(`Tensor ${name} is written twice.`);
    const sizeBytes = shape.reduce((product, size) => product * size, bitsOf(dtype) / 8);
    const partBytes = parts.reduce((sum, part) => sum + (part instanceof Blob ? part.size : part.byteLength), 0);
    if (sizeBytes !== partBytes) {
      throw new RangeError(`Tensor ${name} of ${sizeBytes} bytes was given ${partBytes} bytes.`);
    }
    header.set(name, { dtype, shape, data_offsets: [position, position + sizeBytes] });
    position += sizeBytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padding = ' '.repeat(-json.length & 7);
  const length = new DataView(new ArrayBuffer(lengthBytes));
  length.setBigUint64(0, BigInt(json.length + padding.length), true);
  return new Blob([length, json, padding, ...tensors.flatMap((tensor) => tensor.parts)], {
    type: 'application/octet-stream',
  });
}
