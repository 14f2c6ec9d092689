/**
 * Lines of a file of any size as bytes, read slice by slice: memory holds one slice and the line being put together.
 * Lines are not decoded here. A line end after the last line starts no further line.
 */
import type { Control } from '../base/abort.ts';
import { joinBytes, nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';

export interface ByteLine {
  /** From 1. */
  number: number;
  /** Without its line feed. */
  bytes: Uint8Array;
}

const sliceBytes = 4 * 1024 * 1024;
const lineFeed = 10;

/**
 * Progress is in bytes.
 * @throws WinnowError `bad-file` for a line longer than `limitBytes`, `unreadable-file` as `readSlice`.
 */
export async function* readByteLines(
  file: NamedBlob,
  limitBytes: number,
  { signal, progress }: Control = {},
): AsyncGenerator<ByteLine> {
  let number = 1;
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  for (let start = 0; start < file.size; start += sliceBytes) {
    signal?.throwIfAborted();
    const end = Math.min(file.size, start + sliceBytes);
    let rest: Uint8Array = await readSlice(file, start, end);
    for (let at = rest.indexOf(lineFeed); at >= 0; at = rest.indexOf(lineFeed)) {
      yield { number, bytes: joinBytes([...begun, rest.subarray(0, at)]) };
      number++;
      begun = [];
      begunBytes = 0;
      rest = rest.subarray(at + 1);
    }
    if (rest.length > 0) begun.push(rest);
    begunBytes += rest.length;
    if (begunBytes > limitBytes) {
      const message = `Line ${number} of ${nameOf(file)} is longer than ${limitBytes} bytes.`;
      throw badFile(message, 'Check that it is the file its name says.');
    }
    progress?.(end, file.size);
  }
  if (begunBytes > 0) yield { number, bytes: joinBytes(begun) };
}
