/** Number formats of tensors in files: how wide they are, and how those that Winnow computes with become float32. */

/** Bits of one element, for every dtype that safetensors knows. */
const bits = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
} as const;

export type Dtype = keyof typeof bits;

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(bits, name);
}

export function bitsOf(dtype: Dtype): number {
  return bits[dtype];
}

export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A shape, strides or offsets as a file gives them. */
export function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isSize);
}

/**
 * Little-endian elements as float32. F64, I32 and I64 are rounded to the nearest float32.
 * @returns null for a dtype that has no such reading (sub-byte and 8-bit floats, flags, unsigned, complex).
 */
export function toFloat32(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): Float32Array<ArrayBuffer> | null {
  const { buffer } = bytes;
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return widenHalf(new Uint16Array(buffer));
    case 'BF16':
      return widenBfloat(new Uint16Array(buffer));
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'I32':
      return Float32Array.from(new Int32Array(buffer));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    default:
      return null;
  }
}

/** bfloat16 is the upper half of a float32. */
function widenBfloat(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i] << 16;
  return new Float32Array(words.buffer);
}

let halfTable: Uint32Array | null = null;

/** IEEE 754 half precision, through a table of the bit patterns of all 65,536 values. */
function widenHalf(halves: Uint16Array): Float32Array<ArrayBuffer> {
  halfTable ??= makeHalfTable();
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halfTable[halves[i]];
  return new Float32Array(words.buffer);
}

function makeHalfTable(): Uint32Array {
  const table = new Uint32Array(65536);
  const value = new Float32Array(1);
  const pattern = new Uint32Array(value.buffer);
  for (let half = 0; half < table.length; half++) {
    // The exponent of a float32 counts from 127 and not from 15, and that of infinity and NaN is all ones.
    pattern[0] = (half & 0x7fff) << 13;
    value[0] *= 2 ** 112;
    if ((half & 0x7c00) === 0x7c00) pattern[0] |= 0x7f800000;
    table[half] = ((half & 0x8000) << 16) | pattern[0];
  }
  return table;
}

/**
 * Numbers as float16, rounded to the nearest, ties to even; null where one is beyond its range.
 * Source: IEEE 754-2008, binary16.
 */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> | null {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i += 1) {
    const size = Math.abs(values[i]);
    if (!(size < 65_520)) return null;
    const sign = (bits[i] >>> 16) & 0x8000;
    if (size < 2 ** -14) {
      // A multiple of 2^-24; what rounds up to 1024 of them is the smallest normal number.
      halves[i] = sign | roundHalfEven(size * 2 ** 24);
    } else {
      const word = bits[i] & 0x7fffffff;
      const odd = (word >>> 13) & 1;
      halves[i] = sign | ((word - (112 << 23) + 0xfff + odd) >>> 13);
    }
  }
  return halves;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
