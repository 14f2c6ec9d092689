/**
 * Text files that are not UTF-8, brought to it on the way: UTF-16, told by its byte order mark or by the zero bytes between
 * its letters, and Windows-1252 (which holds Latin-1), told by bytes that are no UTF-8 and stand alone among ASCII letters.
 * Long runs of such bytes are another alphabet's, which nothing here tells apart: such files stay as they are and are
 * refused where they are decoded.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { readPieces } from './pieces.ts';

export type TextEncoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'Windows-1252';

const told = new WeakMap<Blob, TextEncoding>();

/** The encoding that the lines of a file were read in. */
export function encodingOf(file: Blob): TextEncoding {
  return told.get(file) ?? 'UTF-8';
}

/**
 * The file's text as UTF-8, unpacked; progress is in bytes of the file. Until the first byte beyond ASCII all encodings
 * but UTF-16 are one, so that they are told apart there.
 * @throws WinnowError `bad-file` for UTF-16 that is damaged; otherwise as `readPieces`.
 */
export async function* utf8Pieces(
  file: NamedBlob,
  control: Control = {},
  largest?: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let transcode: Transcoder | null = null;
  let open = true;
  let isFirst = true;
  /** Whether lines end with a carriage return alone, as Excel for Mac writes them. */
  let isOldMac: boolean | null = null;
  for await (const piece of readPieces(file, control, largest)) {
    if (open) {
      const encoding = (isFirst ? utf16Of(piece) : null) ?? encodingIn(piece);
      isFirst = false;
      open = encoding === null;
      told.set(file, encoding ?? 'UTF-8');
      if (encoding !== null && encoding !== 'UTF-8') transcode = transcoder(encoding, file);
    }
    const text = transcode === null ? piece : transcode(piece);
    isOldMac ??= text.includes(carriageReturn) && !text.includes(lineFeed);
    yield isOldMac ? text.map((byte) => (byte === carriageReturn ? lineFeed : byte)) : text;
  }
  if (transcode !== null) yield transcode(null);
}

const carriageReturn = 13;
const lineFeed = 10;

/** @param piece null: there are no more. */
type Transcoder = (piece: Uint8Array | null) => Uint8Array<ArrayBuffer>;

function transcoder(encoding: TextEncoding, file: NamedBlob): Transcoder {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const encoder = new TextEncoder();
  return (piece) => {
    try {
      return encoder.encode(decoder.decode(piece ?? new Uint8Array(0), { stream: piece !== null }));
    } catch (cause) {
      const message = `${nameOf(file)} begins as ${encoding} text, but goes on with bytes that are none.`;
      throw badFile(message, 'Save the file with the encoding UTF-8 and open it again.', cause);
    }
  };
}

function utf16Of(bytes: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE';
  const head = bytes.subarray(0, 1024);
  if (head.length < 8) return null;
  const zeros = [0, 0];
  head.forEach((byte, at) => (zeros[at % 2] += Number(byte === 0)));
  const most = 0.4 * (head.length / 2);
  if (zeros[0] === 0 && zeros[1] > most) return 'UTF-16LE';
  return zeros[1] === 0 && zeros[0] > most ? 'UTF-16BE' : null;
}

/** null: these bytes are ASCII, which says nothing. UTF-8 also for what is none of these. */
function encodingIn(bytes: Uint8Array): 'UTF-8' | 'Windows-1252' | null {
  if (bytes.every((byte) => byte < 0x80)) return null;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return 'UTF-8';
  } catch {
    return isWindows1252(bytes) ? 'Windows-1252' : 'UTF-8';
  }
}

/** Bytes that Windows-1252 gives no character. */
const unassigned = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** White space, and the end of file of old systems. */
const controls = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a]);

function isWindows1252(bytes: Uint8Array): boolean {
  let high = 0;
  let inRuns = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte < 0x20 && !controls.has(byte)) return false;
    if (byte < 0x80) continue;
    if (unassigned.has(byte)) return false;
    let end = at + 1;
    while (end < bytes.length && bytes[end] >= 0x80) end++;
    high += end - at;
    // Of letters with accents two may meet; three or more, or what reads as UTF-8, are something else.
    if (end - at > 2 || isUtf8(bytes.subarray(at, end))) inRuns += end - at;
    at = end - 1;
  }
  return high <= 0.2 * bytes.length && inRuns <= 0.05 * high;
}

function isUtf8(bytes: Uint8Array): boolean {
  if (bytes.length === 1) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
