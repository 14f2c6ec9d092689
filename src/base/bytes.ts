/**
 * Reads pieces of a file and turns them into text. A file that vanished or changed since it was dropped, a piece beyond
 * its end and bytes that are not UTF-8 become errors that name the file. Offsets and sizes are in bytes.
 */
import type { Control } from './abort.ts';
import { badFile, WinnowError } from './errors.ts';

/** A dropped file, or any bytes with a name to say in messages. */
export type NamedBlob = Blob & { readonly name?: string };

/** The file's name for a sentence, in the back quotes that the page shows as code. */
export function nameOf(file: { readonly name?: string }): string {
  return `\`${file.name ?? 'the file'}\``;
}

/**
 * Reads bytes [start, end) into memory of their own.
 * @throws WinnowError `bad-file` for a range outside the file, `unreadable-file` when the file vanished or changed.
 */
export async function readSlice(file: NamedBlob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > file.size) {
    const message = `Bytes ${start} to ${end} of ${nameOf(file)} were asked for, but it has ${file.size} bytes.`;
    throw badFile(message, 'The file is damaged or not whole. Copy it again.');
  }
  let buffer: ArrayBuffer;
  try {
    buffer = await file.slice(start, end).arrayBuffer();
  } catch (cause) {
    throw unreadable(file, cause);
  }
  if (buffer.byteLength !== end - start) {
    throw unreadable(file, new Error(`${buffer.byteLength} of ${end - start} bytes came back`));
  }
  return new Uint8Array(buffer);
}

/**
 * A file from front to back, slice by slice; progress is in bytes.
 * @throws WinnowError as `readSlice`; the signal's reason when aborted.
 */
export async function* readSlices(
  file: NamedBlob,
  sliceBytes: number,
  { signal, progress }: Control = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let start = 0; start < file.size; start += sliceBytes) {
    signal?.throwIfAborted();
    const end = Math.min(file.size, start + sliceBytes);
    yield await readSlice(file, start, end);
    progress?.(end, file.size);
  }
}

function unreadable(file: NamedBlob, cause: unknown): WinnowError {
  const message = `${nameOf(file)} can no longer be read: it was moved, deleted or changed after you opened it.`;
  return new WinnowError('unreadable-file', message, 'Put the file back and open it again.', cause);
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Pieces as they are asked for, for what takes a stream. */
export function streamOf<T extends Uint8Array>(pieces: AsyncGenerator<T>): ReadableStream<T> {
  return new ReadableStream({
    async pull(controller) {
      const next = await pieces.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

/**
 * Bytes as text. A byte order mark is dropped where `position` is the start of the file.
 * @throws WinnowError `bad-file` naming the first line that is not UTF-8, counted from `firstLine`.
 */
export function decodeText(
  bytes: Uint8Array,
  file: { readonly name?: string },
  {
    position = 0,
    firstLine = 1,
    next = 'Save the file with the encoding UTF-8 and open it again.',
  }: { position?: number; firstLine?: number; next?: string } = {},
): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: position > 0 }).decode(bytes);
  } catch (cause) {
    const at = firstInvalidByte(bytes);
    let line = firstLine;
    for (let i = 0; i < at; i++) if (bytes[i] === 10) line++;
    const message = `${nameOf(file)} is not UTF-8 text: line ${line} holds a byte that cannot stand there (byte ${position + at} of the file).`;
    throw badFile(message, next, cause);
  }
}

/** Where the longest beginning of `bytes` that is valid, whole UTF-8 ends. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    if (decodes(bytes.subarray(0, middle), { stream: true })) valid = middle;
    else invalid = middle;
  }
  // What streams may still end inside a character.
  while (!decodes(bytes.subarray(0, valid), { stream: false })) valid--;
  return valid;
}

function decodes(bytes: Uint8Array, options: TextDecodeOptions): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}

/** Reads a whole small text file (a config, an index). @throws WinnowError as `readWhole` and `decodeText`. */
export async function readText(file: NamedBlob, limitBytes: number): Promise<string> {
  return decodeText(await readWhole(file, limitBytes), file);
}

/** Reads a whole small file. @throws WinnowError as `readSlice`; `bad-file` when it is larger than `limitBytes`. */
export async function readWhole(file: NamedBlob, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > limitBytes) {
    const message = `${nameOf(file)} has ${file.size} bytes, more than the ${limitBytes} such a file may have.`;
    throw badFile(message, 'Check that it is the file its name says.');
  }
  return readSlice(file, 0, file.size);
}
