/**
 * Walks protobuf messages in a file field by field through a small window, so that a payload of gigabytes is stepped over
 * unread. Depth is the caller's: nothing is entered unless asked for. Every length is checked against the message that
 * holds it; fields and text are counted, so that a hostile file ends in an error and not in hours. Offsets are bytes.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile, type WinnowError } from '../base/errors.ts';

/** Bytes [start, end) of a file. */
export interface Range {
  start: number;
  end: number;
}

export interface MessageField {
  number: number;
  type: WireType;
  /** The whole field with its tag. */
  whole: Range;
  /** What follows the tag and its length; empty for a varint. */
  payload: Range;
  /** Of a varint that is a safe whole number; null for any other field. */
  value: number | null;
}

const windowBytes = 65_536;
/** A tag and a length or value, ten bytes each at most. */
const headBytes = 20;
/** An encoder of 24 layers has some 50,000. */
const fieldLimit = 300_000;
const textLimitBytes = 65_536;
const allTextLimitBytes = 64 * 2 ** 20;
const next = 'Copy the file again, or export the model again.';

export class MessageFile {
  private window = new Uint8Array(0);
  /** Over the whole window: one for each field would take most of the time. */
  private reader = new BinaryReader(this.window);
  private windowStart = 0;
  private fieldsLeft = fieldLimit;
  private textLeft = allTextLimitBytes;

  constructor(private readonly file: NamedBlob) {}

  /**
   * The fields of the message that lies at `start` … `end`, in file order.
   * @throws WinnowError `bad-file` when a field does not fit into the message or there are too many.
   */
  async *fields({ start, end }: Range): AsyncGenerator<MessageField, void, undefined> {
    for (let at = start; at < end;) {
      const headEnd = Math.min(end, at + headBytes);
      if (!this.holds(at, headEnd)) await this.load(at, headEnd);
      const field = this.field(at, end);
      yield field;
      at = field.whole.end;
    }
  }

  /** A text payload. */
  async text({ payload: { start, end } }: MessageField): Promise<string> {
    this.textLeft -= end - start;
    if (end - start > textLimitBytes || this.textLeft < 0) {
      throw this.bad(`a name of ${end - start} bytes begins at byte ${start}, more than a model needs`);
    }
    return new TextDecoder().decode(await this.bytes(start, end));
  }

  /** The whole numbers of a repeated field: packed into one payload, or one a field. */
  async numbers({ payload, value, type }: MessageField, limit: number): Promise<number[]> {
    if (type === WireType.Varint) return value === null ? [] : [value];
    const { start, end } = payload;
    if (end - start > limit * 10) throw this.bad(`a list of more than ${limit} numbers begins at byte ${start}`);
    const reader = new BinaryReader(await this.bytes(start, end));
    const values: number[] = [];
    while (reader.pos < reader.len) values.push(this.read(start, () => Number(reader.int64())));
    return values;
  }

  bad(fault: string): WinnowError {
    return badFile(`${nameOf(this.file)} is damaged: ${fault}.`, next);
  }

  /** The window holds its head. */
  private field(at: number, end: number): MessageField {
    this.fieldsLeft -= 1;
    if (this.fieldsLeft < 0) throw this.bad(`it has more than ${fieldLimit} fields`);
    const { reader } = this;
    reader.pos = at - this.windowStart;
    const [number, type] = this.read(at, () => reader.tag());
    const { sizeBytes, value } = this.read(at, () => readHead(reader, type));
    const start = this.windowStart + reader.pos;
    if (sizeBytes === null) throw this.bad(`field ${number} at byte ${at} is of a kind that such a file does not hold`);
    if (sizeBytes > end - start) {
      throw this.bad(`field ${number} at byte ${at} claims ${sizeBytes} bytes where ${end - start} are left`);
    }
    const payload = { start, end: start + sizeBytes };
    return { number, type, whole: { start: at, end: payload.end }, payload, value };
  }

  /** The library's own words for wrong bytes do not say where they are. */
  private read<T>(at: number, read: () => T): T {
    try {
      return read();
    } catch {
      throw this.bad(`no field can be read at byte ${at}`);
    }
  }

  private holds(start: number, end: number): boolean {
    return start >= this.windowStart && end <= this.windowStart + this.window.length;
  }

  private async bytes(start: number, end: number): Promise<Uint8Array> {
    if (!this.holds(start, end)) await this.load(start, end);
    return this.window.subarray(start - this.windowStart, end - this.windowStart);
  }

  /** Makes the window begin at `start` and hold what lies before `end`. */
  private async load(start: number, end: number): Promise<void> {
    const until = Math.min(this.file.size, Math.max(end, start + windowBytes));
    this.window = await readSlice(this.file, start, until);
    this.windowStart = start;
    this.reader = new BinaryReader(this.window);
  }
}

const fixedBytes = new Map([
  [WireType.Bit32, 4],
  [WireType.Bit64, 8],
]);

/** What follows a tag: a value, or the size of a payload behind it; null for the groups of old protobuf. */
function readHead(reader: BinaryReader, type: WireType): { sizeBytes: number | null; value: number | null } {
  switch (type) {
    case WireType.Varint: {
      const value = Number(reader.int64());
      return { sizeBytes: 0, value: Number.isSafeInteger(value) ? value : null };
    }
    case WireType.LengthDelimited:
      return { sizeBytes: Number(reader.uint64()), value: null };
    default:
      return { sizeBytes: fixedBytes.get(type) ?? null, value: null };
  }
}
