/**
 * numpy's .npz: a zip of .npy files. Only stored entries are read, in place; compressed ones are refused, since nothing
 * of unknown size is unpacked here. Written without compression, as `numpy.savez` does, array by array from a stream.
 */
import { BlobReader, BlobWriter, configure, ZipReader, ZipWriter, type FileEntry } from '@zip.js/zip.js';
import { nameOf, streamOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { readNpyHeader } from './npy.ts';
import type { FileTensor } from './row-file.ts';
import { readLocalHeader } from './zip.ts';

// Its own workers would come from blob: addresses, for nothing: this runs in a worker, and nothing is compressed.
configure({ useWebWorkers: false });

const entryLimit = 2 ** 18;
/** Sizes from here on need the zip64 form. */
const zip64Bytes = 2 ** 32 - 1;
const saveAgain = 'Save it again with `numpy.savez(path, activations=array)`.';

export interface NpzArray {
  /** Without `.npy`. */
  name: string;
  /** Reads its header. @throws WinnowError as `readNpyHeader`; `bad-file` for one that is not there whole. */
  open(): Promise<FileTensor>;
}

/**
 * The arrays, in the order in which they lie in the file; nothing of them is read.
 * @throws WinnowError `bad-file` when this is not a zip, or an entry is compressed.
 */
export async function npzArrays(file: NamedBlob): Promise<NpzArray[]> {
  const arrays = (await entriesOf(file)).filter(({ filename }) => filename.endsWith('.npy'));
  const packed = arrays.find(({ compressionMethod }) => compressionMethod !== 0);
  if (packed) {
    const message = `\`${packed.filename}\` in ${nameOf(file)} is compressed; arrays can be read only as they are stored.`;
    throw badFile(message, saveAgain);
  }
  return arrays.map((entry) => ({ name: entry.filename.slice(0, -'.npy'.length), open: () => openEntry(file, entry) }));
}

async function openEntry(file: NamedBlob, { filename, offset, uncompressedSize }: FileEntry): Promise<FileTensor> {
  const { start } = await readLocalHeader(file, offset);
  const end = start + uncompressedSize;
  if (end > file.size) {
    const message = `\`${filename}\` ends at byte ${end} of ${nameOf(file)}, which has ${file.size}.`;
    throw badFile(message, 'The file was probably not copied whole. Copy it again.');
  }
  const name = `${file.name ?? 'the file'}/${filename}`;
  const array: NamedBlob = Object.assign(file.slice(start, end), { name });
  return { file: array, info: await readNpyHeader(array) };
}

async function entriesOf(file: NamedBlob): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  const reader = new ZipReader(new BlobReader(file));
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.length === entryLimit) throw new Error(`it has more than ${entryLimit} entries`);
      if (!entry.directory) entries.push(entry);
    }
    return entries;
  } catch (cause) {
    const message = `${nameOf(file)} is not a .npz file: ${(cause as Error).message}.`;
    throw badFile(message, saveAgain, cause);
  } finally {
    await reader.close();
  }
}

export interface ArrayToWrite {
  name: string;
  sizeBytes: number;
  /** Header and elements of a .npy file, in pieces. */
  pieces: AsyncGenerator<Uint8Array>;
}

/** @throws whatever reading a piece throws. */
export async function writeNpz(arrays: readonly ArrayToWrite[]): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter('application/octet-stream'), { level: 0 });
  for (const { name, sizeBytes, pieces } of arrays) {
    await writer.add(`${name}.npy`, streamOf(pieces), { zip64: sizeBytes >= zip64Bytes });
  }
  return writer.close();
}
