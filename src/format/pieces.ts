/**
 * A file's bytes from front to back, in pieces of bounded size; gzip, told by its first bytes and not by its name, is
 * unpacked on the way. Nothing is held but the piece at hand. A file that unpacks to far more than text ever does is
 * refused as soon as it has. Sizes are in bytes.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, readSlice, readSlices, streamOf, type NamedBlob } from '../base/bytes.ts';
import { badFile, isAbort, WinnowError } from '../base/errors.ts';

export const pieceBytes = 4 * 1024 * 1024;
/** A browser unpacks a piece whole, to at most 1,032 times its size, before anyone can stop it. */
const packedPieceBytes = 32 * 1024;
/** Text packs to a tenth, repetitive tables to a fiftieth. */
const unpackedLimit = (packed: number): number => Math.max(16 * 1024 * 1024, 100 * packed);

/**
 * The file's bytes, unpacked where they are gzip; progress is in bytes of the file as it lies.
 * @param largest size of a piece of a file that is not packed.
 * @throws WinnowError `bad-file` for damaged gzip and for a file that unpacks to more than 100 times its size (and 16 MiB),
 * `unreadable-file` as `readSlice`; the signal's reason when aborted.
 */
export async function* readPieces(
  file: NamedBlob,
  control: Control = {},
  largest = pieceBytes,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const [first, second] = await readSlice(file, 0, Math.min(2, file.size));
  if (first === 0x1f && second === 0x8b) yield* unpacked(file, control);
  else yield* readSlices(file, largest, control);
}

async function* unpacked(file: NamedBlob, control: Control): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packed = streamOf(readSlices(file, packedPieceBytes, control));
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  const limit = unpackedLimit(file.size);
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      total += value.length;
      if (total > limit) {
        const message = `${nameOf(file)} has ${file.size} bytes and unpacks to more than ${limit}: this is not packed text.`;
        throw badFile(message, 'Check that it is the file its name says, or unpack it yourself.');
      }
      yield value;
    }
  } catch (cause) {
    if (cause instanceof WinnowError || isAbort(cause)) throw cause;
    const message = `${nameOf(file)} begins as a gzip file, but cannot be unpacked: it is damaged, not whole, or has something behind its end.`;
    throw badFile(message, 'Copy the file again, or unpack it yourself and open that.', cause);
  } finally {
    // Also when whoever reads has seen enough; a stream that failed has nothing left to cancel and says so by rejecting.
    await reader.cancel().catch(() => undefined);
  }
}
