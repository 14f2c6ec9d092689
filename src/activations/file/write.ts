/**
 * Writes activations in every format that can be opened again, and that numpy, h5py, safetensors or NeuroX read. Blocks
 * pass through one by one into Blobs, which the browser keeps outside this process; only HDF5 builds its file in memory.
 */
import type { Control } from '../../base/abort.ts';
import { writeNeuroxHdf5 } from '../../format/neurox-hdf5.ts';
import { neuroxJsonLines } from '../../format/neurox-json.ts';
import { npyHeader } from '../../format/npy.ts';
import { writeNpz, type ArrayToWrite } from '../../format/npz.ts';
import { writeSafetensors, type TensorToWrite } from '../../format/safetensors.ts';
import type { WritableFormat } from './formats.ts';
import { blocksOf, checkSet, sentencesOf, type ActivationSet } from './sentences.ts';

/**
 * @returns the whole file. `.npy` holds the numbers alone, [rows, layers, hidden]; the others the sentences too.
 * Progress counts rows.
 * @throws WinnowError `out-of-memory` for HDF5 beyond some 2 GB, `internal` for lengths or words that do not fit the
 * rows; DOMException AbortError; whatever reading a block throws.
 */
export async function writeActivations(
  format: WritableFormat,
  set: ActivationSet,
  control: Control = {},
): Promise<Blob> {
  checkSet(set);
  const { rows, layers, hidden } = set.activations;
  const shape = [rows, layers, hidden];
  switch (format) {
    case 'safetensors': {
      const parts = await collect(blocksOf(set.activations, control));
      const tensors: TensorToWrite[] = [{ name: 'activations', dtype: 'F32', shape, parts }];
      if (set.lengths)
        tensors.push({ name: 'lengths', dtype: 'I32', shape: [set.lengths.length], parts: [set.lengths] });
      const words = set.words === null ? null : wordBytes(set.words);
      if (words) tensors.push({ name: 'words', dtype: 'U8', shape: [words.length], parts: [words] });
      return writeSafetensors(tensors);
    }
    case 'npy':
      return new Blob([npyHeader('<f4', shape), ...(await collect(blocksOf(set.activations, control)))]);
    case 'npz':
      return writeNpz(npzArrays(set, control));
    case 'neurox-hdf5':
      return writeNeuroxHdf5(sentencesOf(set, control), { layers, hidden });
    case 'neurox-json':
      return new Blob(await collectBlobs(neuroxJsonLines(sentencesOf(set, control), { layers, hidden })));
    default:
      return format satisfies never;
  }
}

/** A JSON list of words for each sentence, as UTF-8. */
function wordBytes(words: ActivationSet['words']): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(words));
}

function npzArrays({ activations, lengths, words }: ActivationSet, control: Control): ArrayToWrite[] {
  const { rows, layers, hidden } = activations;
  const sizeBytes = rows * layers * hidden * Float32Array.BYTES_PER_ELEMENT;
  const arrays: ArrayToWrite[] = [
    {
      name: 'activations',
      sizeBytes,
      pieces: withHeader(npyHeader('<f4', [rows, layers, hidden]), blocksOf(activations, control)),
    },
  ];
  const add = (name: string, type: '<i4' | '|u1', array: Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): void => {
    const pieces = withHeader(npyHeader(type, [array.length]), [array]);
    arrays.push({ name, sizeBytes: array.byteLength, pieces });
  };
  if (lengths) add('lengths', '<i4', lengths);
  if (words) add('words', '|u1', wordBytes(words));
  return arrays;
}

async function* withHeader(
  header: Uint8Array<ArrayBuffer>,
  arrays: AsyncIterable<ArrayBufferView> | Iterable<ArrayBufferView>,
): AsyncGenerator<Uint8Array> {
  yield header;
  for await (const { buffer, byteOffset, byteLength } of arrays) yield new Uint8Array(buffer, byteOffset, byteLength);
}

/** Each array as a Blob of its own, so that the browser can move the bytes out of this process. */
async function collect(arrays: AsyncIterable<Float32Array<ArrayBuffer>>): Promise<Blob[]> {
  const blobs: Blob[] = [];
  for await (const array of arrays) blobs.push(new Blob([array]));
  return blobs;
}

async function collectBlobs(lines: AsyncIterable<Blob>): Promise<Blob[]> {
  const blobs: Blob[] = [];
  for await (const line of lines) blobs.push(line);
  return blobs;
}
