/** Mutations of texts: hostile numbers and words in the place of those that stand there, lines moved, marks and endings. */
import type { Mt19937 } from '../../src/base/random.ts';
import { placeIn, spliced } from './mutate-bytes.ts';

/** Numbers as they may stand in a text. */
export const hostileNumbers = [
  ...['0', '-0', '-1', '0.5', '1e999', '-1e999', '1e308', '1e-400', 'NaN', 'Infinity', '-Infinity', '00', '1e5', '٣'],
  ...['255', '65536', '2147483648', '4294967296', '9007199254740993', '18446744073709551615', '9'.repeat(400)],
];
export const hostileWords = [
  ...['', ' ', '__proto__', 'constructor', 'hasOwnProperty', 'toString', 'length', 'null', 'undefined', '\0', '\ufeff'],
  ...[
    '\ufffd',
    '\u2028',
    '../x',
    '/',
    'x'.repeat(5000),
    '"',
    "'",
    '\\',
    '\t',
    '\r\n',
    '{}',
    '[]',
    '#',
    '<x>',
    '\u{1f600}',
  ],
];
const marks = [
  '\n',
  '\r',
  '\r\n',
  '\t',
  ',',
  ';',
  '"',
  '\\',
  '[',
  '{',
  ']',
  '}',
  ':',
  ' ',
  '\0',
  '\ufeff',
  '#',
  '\n\n',
];
const byteOrderMarks = [
  [0xff, 0xfe],
  [0xfe, 0xff],
  [0xef, 0xbb, 0xbf],
  [0x1f, 0x8b],
];
const depths = [10, 500, 20_000];

export function mutateText(bytes: Uint8Array, random: Mt19937): Uint8Array<ArrayBuffer> {
  const at = placeIn(bytes, random);
  switch (random.interval(9)) {
    case 0:
    case 1:
    case 2:
      return mutateRun(bytes, random);
    case 3:
      return spliced(bytes, at, at, encoded(random.choice(marks)));
    case 4:
      return spliced(bytes, at, at + 1, encoded(random.choice(marks)));
    case 5:
      return movedLine(bytes, random);
    case 6:
      return spliced(
        bytes,
        at,
        at,
        encoded(random.choice(['[', '{"a":', '(', '"', ' ']).repeat(random.choice(depths))),
      );
    case 7:
      return spliced(bytes, 0, 0, random.choice(byteOrderMarks));
    case 8:
      return inUtf16(bytes, random.interval(1) === 0);
    default:
      return spliced(bytes, at, at, encoded(random.choice(hostileWords)));
  }
}

/** A number or a word in the midst of other bytes. */
export function mutateRun(bytes: Uint8Array, random: Mt19937): Uint8Array<ArrayBuffer> {
  const isNumber = random.interval(2) > 0;
  const at = placeIn(bytes, random);
  return isNumber
    ? replacedRun(bytes, at, isDigit, random.choice(hostileNumbers))
    : replacedRun(bytes, at, isLetter, random.choice(hostileWords));
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const isDigit = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d;
const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x7a) || byte >= 0x80;

/** The next run of such bytes behind `at`, with another text in its place. */
function replacedRun(bytes: Uint8Array, at: number, belongs: (byte: number) => boolean, text: string) {
  const found = bytes.subarray(at).findIndex(belongs);
  const start = found < 0 ? bytes.length : at + found;
  const length = bytes.subarray(start).findIndex((byte) => !belongs(byte));
  return spliced(bytes, start, length < 0 ? bytes.length : start + length, encoded(text));
}

/** A line taken out, doubled, said many times over, or exchanged with another. */
function movedLine(bytes: Uint8Array, random: Mt19937): Uint8Array<ArrayBuffer> {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const from = random.interval(lines.length - 1);
  const to = random.interval(lines.length - 1);
  const line = lines[from];
  const repeats = Math.min(2000, Math.floor(100_000 / (line.length + 1)));
  const choice = random.interval(3);
  if (choice === 0) lines.splice(from, 1);
  else if (choice === 1) lines.splice(to, 0, line);
  else if (choice === 2) lines.splice(from, 1, ...new Array<string>(repeats).fill(line));
  else [lines[from], lines[to]] = [lines[to], line];
  return new Uint8Array(Buffer.from(lines.join('\n'), 'latin1'));
}

function inUtf16(bytes: Uint8Array, marked: boolean): Uint8Array<ArrayBuffer> {
  const text = `${marked ? '\ufeff' : ''}${new TextDecoder().decode(bytes)}`;
  const out = new Uint8Array(2 * text.length);
  for (let index = 0; index < text.length; index++) {
    out[2 * index] = text.charCodeAt(index) & 255;
    out[2 * index + 1] = text.charCodeAt(index) >> 8;
  }
  return out;
}
