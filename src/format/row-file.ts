/**
 * Activations as one array in a file, [rows, layers, hidden], or [rows, layers × hidden], layer after layer, as NeuroX
 * concatenates them: rows are read by slice, some megabytes at a time, and cut
 * into sentences where the number of rows of each is known. Which arrays of a file these are is said by its opener.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile, WinnowError } from '../base/errors.ts';
import {
  checkSentenceSize,
  noSentences,
  type ActivationFile,
  type SentenceActivations,
  type SentenceShape,
} from './activation-file.ts';
import { bitsOf, toFloat32 } from './dtype.ts';
import type { TensorInfo } from './safetensors.ts';

export interface FileTensor {
  file: NamedBlob;
  info: TensorInfo;
}

/** The arrays of a file that are its activations. */
export interface RowArrays {
  activations: FileTensor;
  /** Layers of an array of two axes, null: its columns are one layer; one of three axes says it itself. */
  layers: number | null;
  /** Rows of each sentence, together all rows; null: nothing is known of sentences. */
  lengths: Int32Array | null;
  /** Words of each sentence, as many as its rows. */
  words: string[][] | null;
}

const readBytes = 8 * 1024 * 1024;

/**
 * @throws WinnowError `bad-file` for another number of axes, elements that are no floats, no rows at all or a sentence
 * beyond the limit; `bad-option` when there are two axes and `layers` does not divide the second.
 */
export function rowFile(arrays: RowArrays): ActivationFile {
  const { activations, lengths } = arrays;
  const { file, info } = activations;
  const { layers, hidden } = shapeOf(activations, arrays.layers);
  if (!['F16', 'BF16', 'F32', 'F64'].includes(info.dtype)) {
    const message = `The activations in ${nameOf(file)} are ${info.dtype} numbers; floats are expected.`;
    throw badFile(message, 'Save them as float32.');
  }
  const rows = info.shape[0];
  if (rows === 0) throw noSentences(file);
  const longest = lengths?.reduce((most, length) => Math.max(most, length), 0) ?? 1;
  checkSentenceSize(`The longest sentence of ${nameOf(file)}`, longest, { layers, hidden });
  return {
    name: file.name ?? 'the file',
    layers,
    hidden,
    columns: info.shape.length === 2 ? info.shape[1] : null,
    unit: lengths === null ? 'row' : 'sentence',
    count: lengths?.length ?? rows,
    sentences: (control) => readSentences(arrays, layers * hidden, control),
    close: () => undefined,
  };
}

function shapeOf({ file, info: { shape } }: FileTensor, layers: number | null): SentenceShape {
  if (shape.length === 3) return { layers: shape[1], hidden: shape[2] };
  const array = `${nameOf(file)} holds an array [${shape.join(', ')}]`;
  if (shape.length !== 2) {
    const message = `${array}; [rows, layers, neurons] or [rows, columns] is expected.`;
    throw badFile(message, 'Reshape it and save it again.');
  }
  const hidden = shape[1] / (layers ?? 1);
  if (Number.isSafeInteger(hidden)) return { layers: layers ?? 1, hidden };
  throw unequalLayers(file, shape[1], layers ?? 1);
}

export function unequalLayers(file: { readonly name?: string }, columns: number, layers: number): WinnowError {
  const message = `The ${columns} columns of ${nameOf(file)} are not ${layers} equal layers.`;
  return new WinnowError('bad-option', message, 'Correct the number of layers, which divides that of the columns.');
}

async function* readSentences(
  { activations, lengths, words }: RowArrays,
  width: number,
  { signal, progress }: Control = {},
): AsyncGenerator<SentenceActivations> {
  const { file, info } = activations;
  const { dtype, shape, start } = info;
  const rowBytes = (width * bitsOf(dtype)) / 8;
  const count = lengths?.length ?? shape[0];
  const tokensOf = (sentence: number): number => lengths?.[sentence] ?? 1;
  let row = 0;
  for (let first = 0; first < count;) {
    signal?.throwIfAborted();
    let rows = tokensOf(first);
    let end = first + 1;
    while (end < count && (rows + tokensOf(end)) * rowBytes <= readBytes) rows += tokensOf(end++);
    const bytes = await readSlice(file, start + row * rowBytes, start + (row + rows) * rowBytes);
    const values = toFloat32(bytes, dtype) ?? new Float32Array(0);
    for (let at = 0; first < end; first++) {
      const tokens = tokensOf(first);
      const data = values.subarray(at * width, (at + tokens) * width);
      yield { tokens, words: words?.[first] ?? null, data };
      at += tokens;
    }
    row += rows;
    progress?.(first, count);
  }
}
