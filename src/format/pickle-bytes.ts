/**
 * The bytes of a pickle, read in the widths its instructions use. Every length is checked against the bytes that are
 * left before anything is made of it.
 */
import { badFile } from '../base/errors.ts';

/** What is read and what to do about it, for messages. */
export interface PickleSource {
  /** e.g. "`pytorch_model.bin`". */
  subject: string;
  next: string;
}

/** No number that is used has more than 8 bytes, and torch's magic number has 10. */
const integerLimitBytes = 16;
/** Longest module or class name. */
const nameLimit = 1000;
const utf8Text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class PickleBytes {
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
    private readonly source: PickleSource,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(fault: string): never {
    throw badFile(`${this.source.subject} ${fault}.`, this.source.next);
  }

  /** The place of the next `length` bytes, which are stepped over. */
  private skip(length: number): number {
    const at = this.position;
    const left = this.bytes.length - at;
    if (length > left) this.fail(`holds a pickle that asks for ${length} bytes at byte ${at} where ${left} are left`);
    this.position += length;
    return at;
  }

  /** A little-endian whole number; of 8 bytes, one above 2⁵³ comes rounded. */
  uint(width: 1 | 2 | 4 | 8): number {
    const at = this.skip(width);
    if (width === 1) return this.view.getUint8(at);
    if (width === 2) return this.view.getUint16(at, true);
    if (width === 4) return this.view.getUint32(at, true);
    return Number(this.view.getBigUint64(at, true));
  }

  /** Bytes that nobody needs. */
  bytesOf(length: number): null {
    this.skip(length);
    return null;
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.skip(8), false);
  }

  private take(length: number): Uint8Array {
    const at = this.skip(length);
    return this.bytes.subarray(at, at + length);
  }

  utf8(length: number): string {
    const bytes = this.take(length);
    try {
      return utf8Text.decode(bytes);
    } catch {
      return this.fail(`holds a pickled text at byte ${this.position - length} that is not UTF-8`);
    }
  }

  latin1(length: number): string {
    return String.fromCharCode(...this.take(length));
  }

  /** Text up to the end of the line. */
  line(): string {
    const length = this.bytes.subarray(this.position, this.position + nameLimit).indexOf(0x0a);
    if (length < 0) this.fail(`holds a pickled name at byte ${this.position} that does not end`);
    const text = this.latin1(length);
    this.position += 1;
    return text;
  }

  /** Two's complement, little-endian; a number where one holds it exactly. */
  integer(length: number): number | bigint {
    if (length > integerLimitBytes) this.fail(`holds a pickled whole number of ${length} bytes`);
    let value = 0n;
    for (const byte of this.take(length).toReversed()) value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(length * 8, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  /** Steps over the length of a frame: how a pickle is cut into pieces does not matter here. */
  frame(): void {
    const at = this.position;
    const length = this.uint(8);
    const left = this.bytes.length - this.position;
    if (length > left) this.fail(`claims a pickle frame of ${length} bytes at byte ${at} where ${left} are left`);
  }
}
