/**
 * Tells activation files by their first bytes, whatever they are called, and opens them. Model weights and data sets
 * are told apart: a safetensors file must name the tensor `activations`, a JSON file NeuroX's keys.
 */
import { nameOf, readSlice, type NamedBlob } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import type { ActivationFile } from '../../format/activation-file.ts';
import type { FileHead, OpenOptions } from './codec.ts';
import { activationCodecs } from './codecs.ts';
import type { ActivationFormat } from './formats.ts';

const sniffBytes = 64 * 1024;

/**
 * What kind of activations a file holds, judged by its beginning; null for anything else.
 * @throws WinnowError `unreadable-file` when the file vanished.
 */
export async function sniffActivations(file: NamedBlob): Promise<ActivationFormat | null> {
  const bytes = await readSlice(file, 0, Math.min(file.size, sniffBytes));
  const head: FileHead = {
    file,
    name: file.name ?? '',
    bytes,
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
    begins: (magic) => Array.from(magic).every((byte, at) => bytes[at] === byte),
  };
  const formats = Object.keys(activationCodecs) as ActivationFormat[];
  for (const format of formats) if (await activationCodecs[format].sniff(head)) return format;
  return null;
}

export interface OpenActivationFile extends ActivationFile {
  readonly format: ActivationFormat;
}

/**
 * Opens a file of activations; close it when done.
 * @throws WinnowError `bad-file` when it is none or not as its format promises, `bad-option` for wrong `layers`,
 * `worker-crashed` when the HDF5 library has stopped, `unreadable-file` as `readSlice`.
 */
export async function openActivations(file: NamedBlob, options: OpenOptions): Promise<OpenActivationFile> {
  const format = await sniffActivations(file);
  if (format !== null) return { ...(await activationCodecs[format].open(file, options)), format };
  const message = `${nameOf(file)} is no file of activations that Winnow knows.`;
  const next =
    'Use HDF5 or JSON lines of NeuroX, .npy, .npz, a tensor of torch.save, or safetensors with a tensor `activations`.';
  throw new WinnowError('bad-file', message, next);
}
