/**
 * numpy's .npy: a magic number, a header in the form of a Python dict, then the elements, little-endian and row-major.
 * Reads the header and hands out where the elements lie; arrays of objects (pickles), column-major and big-endian ones
 * are refused with the line of Python that makes them readable. Writes float32, int32 and bytes.
 */
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { bitsOf, type Dtype } from './dtype.ts';
import type { TensorInfo } from './safetensors.ts';

export const npyMagic: readonly number[] = [0x93, ...new TextEncoder().encode('NUMPY')];
const headerLimitBytes = 65536;
const copyAgain = 'The file was probably not copied whole. Copy it again, or save it again with `numpy.save`.';
const saveFloats = "Save it again with `numpy.save(path, numpy.ascontiguousarray(array, dtype='<f4'))`.";

/** For sentences of several lengths. */
const joinRows =
  "Save all rows as one array: `numpy.save(path, numpy.concatenate(list(array)).astype('<f4'))`, each being [tokens, layers, neurons].";

const dtypes = new Map<string, Dtype>([
  ['<f2', 'F16'],
  ['<f4', 'F32'],
  ['<f8', 'F64'],
  ['<i4', 'I32'],
  ['<i8', 'I64'],
  ['|u1', 'U8'],
]);

/**
 * Reads and checks the header; elements stay unread.
 * @throws WinnowError `bad-file` for anything but a row-major, little-endian array of numbers that fills the file.
 */
export async function readNpyHeader(file: NamedBlob): Promise<TensorInfo> {
  const { text, start } = await readHeaderText(file);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (order === undefined || sizes === undefined) {
    throw badFile(`The header of ${nameOf(file)} does not say the array's shape and order.`, copyAgain);
  }
  const dtype = descr === undefined ? undefined : dtypes.get(descr);
  if (descr === '|O') {
    const message = `${nameOf(file)} holds Python objects, such as one array a sentence, and no array of numbers.`;
    throw badFile(message, joinRows);
  }
  if (dtype === undefined) {
    const type = descr === undefined ? 'of a compound type' : `of the type \`${descr}\``;
    throw badFile(
      `${nameOf(file)} holds an array ${type}; float16, float32 and float64 can be read as activations.`,
      saveFloats,
    );
  }
  if (order === 'True')
    throw badFile(`${nameOf(file)} holds its array column after column (Fortran order).`, saveFloats);
  const shape = sizes
    .split(',')
    .map((size) => size.trim().replace(/L$/, ''))
    .filter((size) => size !== '')
    .map(Number);
  const sizeBytes = shape.reduce((product, size) => product * size, bitsOf(dtype) / 8);
  if (start + sizeBytes !== file.size) {
    const message = `${nameOf(file)} has ${file.size} bytes, but an array of [${shape.join(', ')}] needs ${start + sizeBytes}.`;
    throw badFile(message, copyAgain);
  }
  return { dtype, shape, start, end: file.size };
}

async function readHeaderText(file: NamedBlob): Promise<{ text: string; start: number }> {
  const first = await readSlice(file, 0, Math.min(file.size, 12));
  if (first.length < 12 || npyMagic.some((byte, at) => first[at] !== byte)) {
    throw badFile(`${nameOf(file)} is not a .npy file: it does not begin as one.`, copyAgain);
  }
  const view = new DataView(first.buffer);
  const before = first[6] === 1 ? 10 : 12;
  const length = first[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > headerLimitBytes || before + length > file.size) {
    const message = `${nameOf(file)} claims a header of ${length} bytes; it has ${file.size} and a header at most ${headerLimitBytes}.`;
    throw badFile(message, copyAgain);
  }
  const bytes = await readSlice(file, before, before + length);
  return { text: new TextDecoder().decode(bytes), start: before + length };
}

/** The bytes before the elements, padded so that these begin at a multiple of 64, as numpy writes them. */
export function npyHeader(type: '<f4' | '<i4' | '|u1', shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const before = npyMagic.length + 4;
  const length = Math.ceil((before + text.length + 1) / 64) * 64 - before;
  const header = new Uint8Array(before + length).fill(32);
  header.set([...npyMagic, 1, 0, length & 255, length >> 8]);
  header.set(new TextEncoder().encode(text), before);
  header[header.length - 1] = 10;
  return header;
}
