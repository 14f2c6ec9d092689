/**
 * Where the entries of a zip archive lie in its file. Reads the directory and single local headers, never an entry; a
 * compressed entry is listed, and refused when its bytes are asked for. Entries that overlap, as in archives that unfold
 * to far more than their size, are refused. Offsets and sizes are in bytes of the file.
 */
import { Reader, ZipReader } from '@zip.js/zip.js';
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile, WinnowError } from '../base/errors.ts';

export interface ZipEntry {
  name: string;
  /** Where its local header begins. */
  header: number;
  /** Bytes in the archive. */
  sizeBytes: number;
  /** Whether the bytes stand in the archive as they are. */
  stored: boolean;
}

/** Large models have some thousand tensors, an entry each, named in about 100 bytes. */
const entryLimit = 10_000;
const directoryLimitBytes = 16 * 2 ** 20;
const localHeaderBytes = 30;
const localSignature = 0x04034b50;
const copyAgain = 'The file is damaged or not whole. Copy it again.';

/**
 * The entries by name.
 * @throws WinnowError `bad-file` for a damaged or hostile archive, `unreadable-file` when the file vanished.
 */
export async function readZipDirectory(file: NamedBlob): Promise<Map<string, ZipEntry>> {
  const entries = new Map<string, ZipEntry>();
  try {
    const generator = new ZipReader(new DirectoryReader(file)).getEntriesGenerator();
    for await (const entry of generator) {
      const { filename: name, compressedSize: sizeBytes } = entry;
      if (entries.has(name)) throw bad(`${nameOf(file)} holds the entry \`${name}\` twice.`);
      if (entries.size === entryLimit) throw bad(`${nameOf(file)} has more than ${entryLimit} entries.`);
      const stored = entry.compressionMethod === 0 && !entry.encrypted && sizeBytes === entry.uncompressedSize;
      entries.set(name, { name, header: entry.offset, sizeBytes, stored });
    }
  } catch (cause) {
    if (cause instanceof WinnowError) throw cause;
    throw bad(`${nameOf(file)} is a zip archive whose directory cannot be read: ${(cause as Error).message}.`, cause);
  }
  checkLayout([...entries.values()], file);
  return entries;
}

/** One after the other in the file, none over another. */
function checkLayout(entries: ZipEntry[], file: NamedBlob): void {
  let end = 0;
  let before = 'the start of the file';
  for (const { name, header, sizeBytes } of entries.sort((a, b) => a.header - b.header)) {
    if (!(header >= end)) throw bad(`In ${nameOf(file)}, entry \`${name}\` and ${before} overlap.`);
    end = header + localHeaderBytes + sizeBytes;
    before = `entry \`${name}\``;
    if (!(end <= file.size)) {
      throw bad(`${nameOf(file)} has ${file.size} bytes, but its entry \`${name}\` ends at byte ${end} or later.`);
    }
  }
}

/**
 * The bytes [start, end) of a stored entry.
 * @throws WinnowError `bad-file` when the entry is compressed, or no header stands where the directory says.
 */
export async function locateEntry(file: NamedBlob, entry: ZipEntry): Promise<{ start: number; end: number }> {
  const { name, header, sizeBytes, stored } = entry;
  if (!stored) {
    const message = `${nameOf(file)} holds \`${name}\` compressed or encrypted, so it is no part of the file that can be read in place.`;
    throw badFile(message, 'Use the file as it was saved, or pack it again without compression.');
  }
  const { signature, start } = await readLocalHeader(file, header);
  if (signature !== localSignature) {
    throw bad(`${nameOf(file)} has no entry at byte ${header}, where its directory places \`${name}\`.`);
  }
  const end = start + sizeBytes;
  if (end > file.size) {
    throw bad(`${nameOf(file)} has ${file.size} bytes, but its entry \`${name}\` ends at byte ${end}.`);
  }
  return { start, end };
}

/** Its first four bytes, and where the entry's bytes begin: behind the name and what else the header adds. */
export async function readLocalHeader(file: NamedBlob, at: number): Promise<{ signature: number; start: number }> {
  const view = new DataView((await readSlice(file, at, at + localHeaderBytes)).buffer);
  const start = at + localHeaderBytes + view.getUint16(26, true) + view.getUint16(28, true);
  return { signature: view.getUint32(0, true), start };
}

function bad(message: string, cause?: unknown): WinnowError {
  return badFile(message, copyAgain, cause);
}

/** Gives zip.js the pieces it asks for, up to the size that the directory of a model may have. */
class DirectoryReader extends Reader<NamedBlob> {
  constructor(private readonly file: NamedBlob) {
    super(file);
    this.size = file.size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    if (length > directoryLimitBytes) {
      const message = `${nameOf(this.file)} claims a zip directory of ${length} bytes; it may have ${directoryLimitBytes}.`;
      throw bad(message);
    }
    const start = Math.min(index, this.size);
    return readSlice(this.file, start, Math.min(start + length, this.size));
  }
}
