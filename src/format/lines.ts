/**
 * The lines of a text file, packed with gzip or not, in UTF-8 or what `encoding.ts` brings to it. Cut at line feeds, a carriage return before one is dropped;
 * blank lines keep their place, so that line numbers (from 1) are those of an editor. Memory stays at one piece.
 */
import type { Control } from '../base/abort.ts';
import { decodeText, joinBytes, nameOf, readSlices, type NamedBlob } from '../base/bytes.ts';
import { badFile, type WinnowError } from '../base/errors.ts';
import { encodingOf, utf8Pieces } from './encoding.ts';
import { pieceBytes } from './pieces.ts';

const lineLimitBytes = 16 * 1024 * 1024;
const tableLimit = `${lineLimitBytes} bytes: this is not a table of sentences`;
const sampleBytes = 64 * 1024;
/** Where the first line is longer than a sample, this much is looked at. */
const longSampleBytes = 1024 * 1024;
const lineFeed = 10;

/** Consecutive lines, `lines[i]` being line `firstLine + i`. */
export interface Lines {
  firstLine: number;
  lines: string[];
}

/** Cuts text into lines. A line end after the last line starts no further one. */
function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/**
 * The lines of a whole file, some megabytes at a time; progress is in bytes of the file.
 * @throws WinnowError `bad-file` for bytes of no encoding that is read or a line beyond 16 MB, and as `utf8Pieces`.
 */
export async function* readLines(file: NamedBlob, control: Control = {}): AsyncGenerator<Lines> {
  let firstLine = 1;
  let position = 0;
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const piece of utf8Pieces(file, control)) {
    const whole = piece.lastIndexOf(lineFeed) + 1;
    if (whole > 0) {
      if (restBytes + piece.indexOf(lineFeed) > lineLimitBytes) throw tooLong(file, firstLine, tableLimit);
      yield take(joinBytes([...rest, piece.subarray(0, whole)]));
      rest = [];
      restBytes = 0;
    }
    if (whole === piece.length) continue;
    rest.push(piece.subarray(whole));
    restBytes += piece.length - whole;
    if (restBytes > lineLimitBytes) throw tooLong(file, firstLine, tableLimit);
  }
  if (restBytes > 0) yield take(joinBytes(rest));

  function take(bytes: Uint8Array): Lines {
    const lines = splitLines(decodeText(bytes, file, { position, firstLine }));
    const taken = { firstLine, lines };
    firstLine += lines.length;
    position += bytes.length;
    return taken;
  }
}

/**
 * The lines of a file one by one as bytes, without their line feeds, neither unpacked nor decoded; memory holds one piece
 * and the line being put together. Progress is in bytes.
 * @throws WinnowError `bad-file` for a line longer than `limitBytes`, `unreadable-file` as `readSlice`.
 */
export async function* readByteLines(
  file: NamedBlob,
  limitBytes: number,
  control?: Control,
): AsyncGenerator<{ number: number; bytes: Uint8Array }> {
  let number = 1;
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  for await (const piece of readSlices(file, pieceBytes, control)) {
    let rest: Uint8Array = piece;
    for (let at = rest.indexOf(lineFeed); at >= 0; at = rest.indexOf(lineFeed)) {
      yield { number, bytes: joinBytes([...begun, rest.subarray(0, at)]) };
      number++;
      begun = [];
      begunBytes = 0;
      rest = rest.subarray(at + 1);
    }
    if (rest.length > 0) begun.push(rest);
    begunBytes += rest.length;
    if (begunBytes > limitBytes) throw tooLong(file, number, `${limitBytes} bytes`);
  }
  if (begunBytes > 0) yield { number, bytes: joinBytes(begun) };
}

/**
 * The lines in the first 64 kB of a file, whole lines only: enough to tell what it is.
 * @throws WinnowError as `readLines`.
 */
export async function readFirstLines(file: NamedBlob): Promise<string[]> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let ended = true;
  for await (const piece of utf8Pieces(file, {}, sampleBytes)) {
    pieces.push(piece);
    size += piece.length;
    ended = size === file.size && encodingOf(file) === 'UTF-8';
    if (size >= longSampleBytes || (size >= sampleBytes && piece.includes(lineFeed))) break;
    ended = true;
  }
  const bytes = joinBytes(pieces);
  return splitLines(decodeText(ended ? bytes : bytes.subarray(0, bytes.lastIndexOf(lineFeed) + 1), file));
}

export function isBlankLine(line: string): boolean {
  return line.trim() === '';
}

function tooLong(file: NamedBlob, line: number, limit: string): WinnowError {
  const message = `Line ${line} of ${nameOf(file)} is longer than ${limit}.`;
  return badFile(message, 'Check that it is the file its name says.');
}
