/**
 * Tells activation files by their first bytes, whatever they are called, and opens them. Model weights and data sets
 * are told apart: a safetensors file must name the tensor `activations`, a JSON file NeuroX's keys.
 */
import { nameOf, readSlice, type NamedBlob } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import { openActivationTensors, openNpy, openNpz } from '../../format/activation-arrays.ts';
import type { ActivationFile, ActivationFormat } from '../../format/activation-file.ts';
import { hdf5Signature, type OpenHdf5 } from '../../format/hdf5.ts';
import { openNeuroxHdf5 } from '../../format/neurox-hdf5.ts';
import { openNeuroxJson } from '../../format/neurox-json.ts';

const sniffBytes = 64 * 1024;
const npyMagic = [0x93, ...new TextEncoder().encode('NUMPY')];
const zipMagic = [...new TextEncoder().encode('PK'), 3, 4];
/** The first keys of a line, in whatever order; a sentence may be without tokens. */
const neuroxKeys = /^\uFEFF?\s*\{(?=[^]*"features"\s*:)(?=[^]*("linex_index"|"layers")\s*:)/;

/**
 * What kind of activations a file holds, judged by its beginning; null for anything else.
 * @throws WinnowError `unreadable-file` when the file vanished.
 */
export async function sniffActivations(file: NamedBlob): Promise<ActivationFormat | null> {
  const bytes = await readSlice(file, 0, Math.min(file.size, sniffBytes));
  const begins = (magic: readonly number[]): boolean => magic.every((byte, at) => bytes[at] === byte);
  if (begins(hdf5Signature)) return 'neurox-hdf5';
  if (begins(npyMagic)) return 'npy';
  // Checkpoints of PyTorch are zip files too.
  if (begins(zipMagic)) return file.name?.endsWith('.npz') ? 'npz' : null;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (bytes[8] === '{'.charCodeAt(0) && text.includes('"activations"')) return 'safetensors';
  return neuroxKeys.test(text) ? 'neurox-json' : null;
}

export interface OpenOptions {
  /** Layers in an array of two axes, [rows, layers × hidden]; null: its columns are one layer. */
  layers: number | null;
  /** How HDF5 is opened. */
  openHdf5: OpenHdf5;
}

/**
 * Opens a file of activations; close it when done.
 * @throws WinnowError `bad-file` when it is none or not as its format promises, `bad-option` for wrong `layers`,
 * `worker-crashed` when the HDF5 library has stopped, `unreadable-file` as `readSlice`.
 */
export async function openActivations(file: NamedBlob, { layers, openHdf5 }: OpenOptions): Promise<ActivationFile> {
  const format = await sniffActivations(file);
  switch (format) {
    case 'neurox-hdf5':
      return openNeuroxHdf5(file, openHdf5);
    case 'neurox-json':
      return openNeuroxJson(file);
    case 'npy':
      return openNpy(file, layers);
    case 'npz':
      return openNpz(file, layers);
    case 'safetensors':
      return openActivationTensors(file, layers);
    case null: {
      const message = `${nameOf(file)} is no file of activations that Winnow knows.`;
      const next = 'Use HDF5 or JSON lines of NeuroX, .npy, .npz, or safetensors with a tensor `activations`.';
      throw new WinnowError('bad-file', message, next);
    }
    default:
      return format satisfies never;
  }
}
