/**
 * Writes activations in every format that can be opened again, and that numpy, h5py, safetensors or NeuroX read. Blocks
 * pass through one by one into Blobs, which the browser keeps outside this process; only HDF5 builds its file in memory.
 */
import type { Control } from '../../base/abort.ts';
import { activationCodecs } from './codecs.ts';
import { WinnowError } from '../../base/errors.ts';
import { activationFormats, type ActivationFormat } from './formats.ts';
import { checkSet, type ActivationSet } from './sentences.ts';

/**
 * @returns the whole file. `.npy` holds the numbers alone, [rows, layers, hidden]; the others the sentences too.
 * Progress counts rows.
 * @throws WinnowError `out-of-memory` for HDF5 beyond some 2 GB, `internal` for lengths or words that do not fit the
 * rows; DOMException AbortError; whatever reading a block throws.
 */
export async function writeActivations(
  format: ActivationFormat,
  set: ActivationSet,
  control: Control = {},
): Promise<Blob> {
  checkSet(set);
  const codec = activationCodecs[format];
  if (codec.write) return codec.write(set, control);
  const message = `Activations are not written as ${activationFormats[format].title}.`;
  throw new WinnowError('bad-option', message, 'Choose another format, such as safetensors.');
}
