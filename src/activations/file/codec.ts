/** What a format of activation files has to offer: to tell, open and write such a file. */
import type { Control } from '../../base/abort.ts';
import type { NamedBlob } from '../../base/bytes.ts';
import type { ActivationFile } from '../../format/activation-file.ts';
import type { OpenHdf5 } from '../../format/hdf5.ts';
import type { ActivationSet } from './sentences.ts';

export interface ActivationCodec {
  /** Whether a file holds activations in this format, judged by its beginning. */
  sniff(head: FileHead): boolean | Promise<boolean>;
  /** @throws WinnowError `bad-file` when it is not as the format promises, `bad-option` for wrong `layers`. */
  open(file: NamedBlob, options: OpenOptions): Promise<ActivationFile>;
  /** The whole file; progress counts rows. Absent: such files are read only. @throws as `writeActivations`. */
  write?(set: ActivationSet, control: Control): Promise<Blob>;
}

export interface FileHead {
  file: NamedBlob;
  name: string;
  /** The first 64 kB. */
  bytes: Uint8Array;
  /** The same as UTF-8, a byte order mark included. */
  text: string;
  begins(magic: ArrayLike<number>): boolean;
}

export interface OpenOptions {
  /** Layers in an array of two axes, [rows, layers × hidden]; null: its columns are one layer. */
  layers: number | null;
  /** How HDF5 is opened. */
  openHdf5: OpenHdf5;
}
