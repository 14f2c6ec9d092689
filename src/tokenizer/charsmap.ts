/**
 * SentencePiece's compiled normalisation: a table from byte sequences to texts, searched as Hugging Face's Rust library
 * does (`spm_precompiled`, `normalizers/precompiled.rs`). The table is a double array: u32 size of the array in bytes,
 * the array (u32 a unit), then the texts, each ended by a 0; all little-endian.
 */
import { badTokenizer } from './spec.ts';

/** Longer graphemes are looked up character by character; in UTF-8 bytes. */
const longestGrapheme = 5;
const longestText = 256;
/** Characters that may be added to a text. */
const growthLimit = 2 ** 22;
const printableAscii = /^[\x20-\x7e]*$/;

/** @throws WinnowError `bad-tokenizer` when the table's sizes do not fit. */
export function readCharsmap(bytes: Uint8Array, file: string): (text: string) => string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length >= 4 ? view.getUint32(0, true) : -1;
  if (size < 4 || size % 4 !== 0 || size > bytes.length - 4) {
    throw badTokenizer(`The normalisation table of ${file} claims ${Math.max(0, size)} of its ${bytes.length} bytes.`);
  }
  const units = Uint32Array.from({ length: size / 4 }, (_, index) => view.getUint32(4 + 4 * index, true));
  return normalizerOf(units, bytes.subarray(4 + size), file);
}

function normalizerOf(units: Uint32Array, texts: Uint8Array, file: string): (text: string) => string {
  const known = new Map<string, string | null>();
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

  /** The text that stands for the first, shortest beginning of `part` in the table; null when there is none. */
  const lookUp = (part: string): string | null => {
    const before = known.get(part);
    if (before !== undefined) return before;
    const start = search(units, new TextEncoder().encode(part));
    const found = start === null ? null : textAt(texts, start, file);
    if (known.size < 65_536) known.set(part, found);
    return found;
  };

  const ascii = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index));
  const keepsAscii = ascii.every((character) => lookUp(character) === null);
  return (text) => {
    if (keepsAscii && printableAscii.test(text)) return text;
    let result = '';
    for (const { segment } of segmenter.segment(text)) {
      // A grapheme of two characters has at most five bytes only when it has at most five UTF-16 units.
      const whole = segment.length <= longestGrapheme ? lookUp(segment) : null;
      if (whole !== null) result += whole;
      else for (const character of segment) result += lookUp(character) ?? character;
      if (result.length > growthLimit + text.length) {
        throw badTokenizer(`The normalisation table of ${file} blows a text up to ${result.length} characters.`);
      }
    }
    return result;
  };
}

/** Where the text lies that stands for the first, shortest beginning of `key`. */
function search(units: Uint32Array, key: Uint8Array): number | null {
  if (key.length > longestGrapheme) return null;
  let place = offset(units[0]);
  for (const byte of key) {
    place ^= byte;
    if (byte === 0 || place >= units.length) return null;
    const unit = units[place];
    if ((unit & 0x800000ff) >>> 0 !== byte) return null;
    place ^= offset(unit);
    if (((unit >>> 8) & 1) === 1) return place < units.length ? units[place] & 0x7fffffff : null;
  }
  return null;
}

function textAt(texts: Uint8Array, start: number, file: string): string | null {
  if (start > texts.length) return null;
  const end = texts.indexOf(0, start);
  if ((end < 0 ? texts.length : end) - start > longestText) {
    throw badTokenizer(`The normalisation table of ${file} holds a text of more than ${longestText} bytes.`);
  }
  return new TextDecoder().decode(texts.subarray(start, end < 0 ? texts.length : end));
}

/** Where the children of a unit lie, relative to it. */
function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
