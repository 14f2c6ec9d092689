/** Mutations of files of any kind: bits and bytes, pieces cut, doubled and put elsewhere, and numbers that say a length. */
import type { Mt19937 } from '../../src/base/random.ts';

/** No input grows beyond this. */
export const longestBytes = 400_000;

const edgeBytes = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
/** The longest run that a varint of Parquet announces, one of 5 bytes, and one that does not end. */
const varints = [[0xfe, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0xff, 0x0f], Array<number>(30).fill(255)];

/** @param other another file, of which a piece may come in. */
export function mutateBytes(bytes: Uint8Array, random: Mt19937, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = placeIn(bytes, random);
  const end = Math.min(bytes.length, at + pieceLength(random));
  switch (random.interval(11)) {
    case 0:
      return overwritten(bytes, at, [(bytes[at] ?? 0) ^ (1 << random.interval(7))]);
    case 1:
      return overwritten(bytes, at, [random.choice(edgeBytes)]);
    case 2:
      return overwritten(bytes, at, drawn(1 + random.interval(7), random));
    case 3:
      return spliced(bytes, at, end, []);
    case 4:
      return new Uint8Array(bytes.subarray(0, at));
    case 5:
      return spliced(bytes, at, at, bytes.subarray(placeIn(bytes, random)).subarray(0, pieceLength(random)));
    case 6:
      return spliced(bytes, at, at, drawn(1 + random.interval(11), random));
    case 7:
      return spliced(bytes, at, bytes.length, other.subarray(placeIn(other, random)));
    case 8:
      return overwritten(bytes, at, random.choice(varints));
    case 9:
      return new Uint8Array(bytes).fill(random.choice(edgeBytes), at, end);
    default:
      return lengthChanged(bytes, at, random);
  }
}

/** `bytes` with what lies from `start` to `end` replaced. */
export function spliced(
  bytes: Uint8Array,
  start: number,
  end: number,
  piece: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const rest = bytes.subarray(end);
  const size = start + piece.length + rest.length;
  if (size > longestBytes) return new Uint8Array(bytes);
  const out = new Uint8Array(size);
  out.set(bytes.subarray(0, start));
  out.set(piece, start);
  out.set(rest, start + piece.length);
  return out;
}

/** Headers and directories lie at the ends: half of the places are there. */
export function placeIn({ length }: ArrayLike<number>, random: Mt19937): number {
  const near = random.interval(Math.min(length, 96));
  const choice = random.interval(3);
  if (choice === 0) return near;
  if (choice === 1) return length - near;
  return random.interval(length);
}

/** Mostly some bytes, now and then thousands. */
function pieceLength(random: Mt19937): number {
  return 1 + random.interval(random.choice([3, 12, 12, 64, 1024, 16_384]));
}

function drawn(count: number, random: Mt19937): number[] {
  return Array.from({ length: count }, () => random.interval(255));
}

function overwritten(bytes: Uint8Array, at: number, piece: readonly number[]): Uint8Array<ArrayBuffer> {
  return spliced(bytes, at, at + piece.length, piece);
}

/** What stands there as a whole number of 1, 2, 4 or 8 bytes, made another that is near, huge, or a size of this file. */
function lengthChanged(bytes: Uint8Array, at: number, random: Mt19937): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  const width = random.choice([1, 2, 4, 4, 8, 8]);
  const start = Math.min(at, bytes.length - width);
  if (start < 0) return out;
  const littleEndian = random.interval(3) > 0;
  const old = numberAt(out, start, width, littleEndian);
  const most = 2n ** BigInt(8 * width);
  const values = [old + 1n, old - 1n, old * 2n, 0n, most - 1n, most / 2n, most / 2n - 1n, 2n ** 31n, 2n ** 53n];
  const sizes = [bytes.length, bytes.length - start, bytes.length - start - width, bytes.length + 1].map(BigInt);
  let value = BigInt.asUintN(8 * width, random.choice([...values, ...sizes]));
  for (let index = 0; index < width; index++) {
    out[start + (littleEndian ? index : width - 1 - index)] = Number(value & 255n);
    value >>= 8n;
  }
  return out;
}

function numberAt(bytes: Uint8Array, start: number, width: number, littleEndian: boolean): bigint {
  let value = 0n;
  for (let index = 0; index < width; index++) {
    value = (value << 8n) | BigInt(bytes[start + (littleEndian ? width - 1 - index : index)]);
  }
  return value;
}
