/**
 * A reader of JSON that takes one expected thing after the other straight from bytes. Nothing is built that was not
 * asked for, so hostile nesting costs nothing, and numbers come without a string each. NaN and Infinity are read as
 * Python writes them. What is skipped is only followed to its end, not checked.
 */

/** What was expected at which byte; the caller says of which file. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';

  constructor(
    expected: string,
    readonly position: number,
  ) {
    super(`${expected} is expected`);
  }
}

const code = (character: string): number => character.charCodeAt(0);
const [quote, backslash, minus, plus, point] = ['"', '\\', '-', '+', '.'].map(code);
const [zero, nine, comma, colon] = ['0', '9', ',', ':'].map(code);
const [openList, closeList, openObject, closeObject] = ['[', ']', '{', '}'].map(code);

/** Powers of ten that a double holds exactly. */
const exactPowers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** A double holds any 15 decimal digits exactly. */
const exactLimit = 10 ** 15 - 1;
/** More than any object of a fixed form has. */
const usualKeyLimit = 1000;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class JsonBytes {
  /** @param at the byte at which reading begins */
  constructor(
    private readonly bytes: Uint8Array,
    private at = 0,
  ) {}

  /** The byte that is read next, from 0. */
  get position(): number {
    return this.at;
  }

  /** The first character of the value that stands here, '' at the end. */
  get next(): string {
    this.skipSpace();
    const byte = this.bytes[this.at];
    return byte === undefined ? '' : String.fromCharCode(byte);
  }

  /** Calls `entry` at each value of the object that stands here; it must read or skip that value. No key comes twice. */
  object(entry: (key: string) => void, keyLimit = usualKeyLimit): void {
    const seen = new Set<string>();
    this.entries((key, start) => {
      if (seen.has(key)) throw new JsonFault(`the key \`${key}\` only once`, start);
      if (seen.size === keyLimit) throw new JsonFault(`an object of at most ${keyLimit} keys`, start);
      seen.add(key);
      entry(key);
    });
  }

  /** The same for any number of keys: whoever reads them looks for one that comes twice; it stands at byte `start`. */
  entries(entry: (key: string, start: number) => void): void {
    this.take(openObject, 'an object');
    if (this.passes(closeObject)) return;
    do {
      const start = this.at;
      const key = this.string();
      this.take(colon, 'a colon');
      entry(key, start);
    } while (this.passes(comma));
    this.take(closeObject, 'the end of the object');
  }

  /** Calls `item` at each item of the list that stands here; it must read or skip that item. */
  list(item: () => void): void {
    this.take(openList, 'a list');
    if (this.passes(closeList)) return;
    do item();
    while (this.passes(comma));
    this.take(closeList, 'the end of the list');
  }

  string(): string {
    const start = this.at;
    const inside = this.inside();
    try {
      const text = utf8.decode(inside);
      return inside.includes(backslash) ? (JSON.parse(`"${text}"`) as string) : text;
    } catch {
      throw new JsonFault('a text in UTF-8', start);
    }
  }

  /**
   * A number as a double. Up to 15 digits with a small power of ten take one exact step (Clinger 1990): digits and
   * power are both exact doubles, so that their quotient or product is rounded once.
   */
  number(): number {
    this.skipSpace();
    const { bytes } = this;
    const start = this.at;
    let at = start;
    const negative = bytes[at] === minus;
    if (negative) at++;
    let digits = 0;
    let value = 0;
    let power = 0;
    let afterPoint = false;
    for (; ; at++) {
      const byte = bytes[at];
      if (byte >= zero && byte <= nine) {
        value = value * 10 + (byte - zero);
        digits++;
        if (afterPoint) power--;
      } else if (byte === point && !afterPoint) afterPoint = true;
      else break;
    }
    if (digits === 0) return this.word(start);
    const plainEnd = at;
    // Bit 5 tells `e` from `E`.
    if ((bytes[at] | 32) === code('e')) {
      at++;
      if (bytes[at] === minus || bytes[at] === plus) at++;
      while (bytes[at] >= zero && bytes[at] <= nine) at++;
    }
    this.at = at;
    if (at > plainEnd || value > exactLimit || power < -22) return this.slowNumber(start, at);
    const size = power < 0 ? value / exactPowers[-power] : value;
    return negative ? -size : size;
  }

  /** Passes over whatever value stands here. @returns how many entries it has: a list's or an object's, else 0. */
  skip(): number {
    let depth = 0;
    let entries = 0;
    do {
      this.skipSpace();
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new JsonFault('a value', this.at);
      if (byte === closeList || byte === closeObject) depth--;
      else {
        if (depth === 1 && (entries === 0 || byte === comma)) entries++;
        if (byte === quote) this.at = this.stringEnd(this.at + 1);
        else if (byte === openList || byte === openObject) depth++;
        else if (depth === 0) {
          const start = this.at;
          this.skipWord();
          if (this.at === start) throw new JsonFault('a value', start);
          return 0;
        }
      }
      this.at++;
    } while (depth > 0);
    if (depth < 0) throw new JsonFault('a value', this.at - 1);
    return entries;
  }

  /** @throws JsonFault when anything but white space is left. */
  end(): void {
    this.skipSpace();
    if (this.at < this.bytes.length) throw new JsonFault('the end', this.at);
  }

  private take(byte: number, expected: string): void {
    if (!this.passes(byte)) throw new JsonFault(expected, this.at);
  }

  private passes(byte: number): boolean {
    this.skipSpace();
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    const { bytes } = this;
    let byte = bytes[this.at];
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++this.at];
  }

  /** What stands between the quotes of the string here. */
  private inside(): Uint8Array {
    this.take(quote, 'a text');
    const start = this.at;
    const end = this.stringEnd(start);
    this.at = end + 1;
    return this.bytes.subarray(start, end);
  }

  /** Where the closing quote of a string is whose characters begin at `start`. */
  private stringEnd(start: number): number {
    const { bytes } = this;
    let at = start;
    while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
    if (at >= bytes.length) throw new JsonFault('the end of a text', bytes.length);
    return at;
  }

  private slowNumber(start: number, end: number): number {
    const value = Number(String.fromCharCode(...this.bytes.subarray(start, Math.min(end, start + 1000))));
    if (end - start > 1000 || Number.isNaN(value)) throw new JsonFault('a number', start);
    return value;
  }

  /** The three numbers that Python writes as words. */
  private word(start: number): number {
    this.skipWord();
    const text = String.fromCharCode(...this.bytes.subarray(start, Math.min(this.at, start + 12)));
    if (!['NaN', 'Infinity', '-Infinity'].includes(text)) throw new JsonFault('a number', start);
    return Number(text);
  }

  private skipWord(): void {
    while (isWord(this.bytes[this.at])) this.at++;
  }
}

/** Letters, digits and the signs of numbers. */
function isWord(byte: number): boolean {
  const letter = (byte | 32) >= 97 && (byte | 32) <= 122;
  return letter || (byte >= zero && byte <= nine) || byte === minus || byte === plus || byte === point;
}
