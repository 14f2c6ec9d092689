/** SHA-256 of files of any size, read piece by piece; memory stays at one piece. */
import { createSHA256 } from 'hash-wasm';
import type { Control } from './abort.ts';
import { readSlices, type NamedBlob } from './bytes.ts';

const sliceBytes = 8 * 1024 * 1024;

/**
 * The SHA-256 of all bytes of `file`, as 64 hexadecimal digits; progress is in bytes.
 * @throws WinnowError `unreadable-file` when the file vanishes meanwhile; the signal's reason when aborted.
 */
export async function sha256(file: NamedBlob, control: Control = {}): Promise<string> {
  const hash = await createSHA256();
  for await (const bytes of readSlices(file, sliceBytes, control)) hash.update(bytes);
  control.signal?.throwIfAborted();
  return hash.digest('hex');
}

/** Of many lines, each with a line feed behind it, as 64 hexadecimal digits; memory stays at one line. */
export async function sha256OfLines(lines: Iterable<string>): Promise<string> {
  const hash = await createSHA256();
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest('hex');
}
