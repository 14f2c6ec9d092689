/** SHA-256 of files of any size, read piece by piece; memory stays at one piece. */
import { createSHA256, sha256 as sha256OfBytes } from 'hash-wasm';
import type { Control } from './abort.ts';
import { readSlice, type NamedBlob } from './bytes.ts';

const sliceBytes = 8 * 1024 * 1024;

/**
 * The SHA-256 of all bytes of `file`, as 64 hexadecimal digits; progress is in bytes.
 * @throws WinnowError `unreadable-file` when the file vanishes meanwhile; the signal's reason when aborted.
 */
export async function sha256(file: NamedBlob, { signal, progress }: Control = {}): Promise<string> {
  const hash = await createSHA256();
  for (let start = 0; start < file.size; start += sliceBytes) {
    signal?.throwIfAborted();
    const end = Math.min(file.size, start + sliceBytes);
    hash.update(await readSlice(file, start, end));
    progress?.(end, file.size);
  }
  signal?.throwIfAborted();
  return hash.digest('hex');
}

/** The SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits. */
export function sha256Text(text: string): Promise<string> {
  return sha256OfBytes(text);
}
