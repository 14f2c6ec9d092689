/**
 * Products of columns in float64, on WebAssembly SIMD: AᵀB for two tiles of columns over a chunk of rows. The module is
 * written here, byte by byte, because no library has a float64 product for the browser; plain JavaScript is six times
 * slower. Every entry is one sum over the rows in their order, so equal columns give equal bits wherever they stand.
 *
 * Columns are packed by `panel`: [panels][rows][panel] float64. Addresses are bytes in the kernel's memory.
 */

/** Columns of a panel. */
export const panel = 4;

export interface ProductKernel {
  readonly memory: WebAssembly.Memory;
  /**
   * Writes [panelsA × panel, panelsB × panel] products, row by row, at `out`.
   * @param rows at least 1.
   */
  multiply(a: number, b: number, out: number, panelsA: number, panelsB: number, rows: number): void;
}

/** `fused` rounds once for a product and its addition; not every browser has it, and none must be told which it was. */
export type Arithmetic = 'fused' | 'separate';

const wasmPageBytes = 65_536;

/** Whether this browser runs the kernel in that arithmetic. */
export function supports(arithmetic: Arithmetic): boolean {
  return WebAssembly.validate(moduleBytes(arithmetic));
}

/** A kernel with a memory of its own of at least `bytes` bytes. @throws RangeError where there is no room. */
export async function productKernel(
  bytes: number,
  arithmetic: Arithmetic = supports('fused') ? 'fused' : 'separate',
): Promise<ProductKernel> {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / wasmPageBytes) });
  const { instance } = await WebAssembly.instantiate(moduleBytes(arithmetic), { kernel: { memory } });
  return { memory, multiply: instance.exports.multiply as ProductKernel['multiply'] };
}

// The binary format: https://webassembly.github.io/spec/core/binary/. Numbers below 128 are their own LEB128.

const i32 = 0x7f;
const v128 = 0x7b;
const vectorBytes = 16;
const doubleBytes = 8;
const rowBytes = panel * doubleBytes;
const vectors = rowBytes / vectorBytes;

function moduleBytes(arithmetic: Arithmetic): Uint8Array<ArrayBuffer> {
  const type = [0x60, 6, i32, i32, i32, i32, i32, i32, 0];
  const memoryImport = [...name('kernel'), ...name('memory'), 0x02, 0x00, 1];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, ...type]),
    ...section(2, [1, ...memoryImport]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('multiply'), 0x00, 0]),
    ...section(10, [1, ...sized(body(arithmetic))]),
  ];
  return new Uint8Array(bytes);
}

// Parameters, then locals.
const [a, b, out, panelsA, panelsB, rows] = [0, 1, 2, 3, 4, 5];
const [panelBytes, outRowBytes, leftA, leftB, atA, atB, endA, outB] = [6, 7, 8, 9, 10, 11, 12, 13];
const firstVector = 14;
const sums = (i: number, half: number) => firstVector + i * vectors + half;
const valuesB = (half: number) => firstVector + panel * vectors + half;
const valueA = firstVector + (panel + 1) * vectors;

/** for each panel of A, for each panel of B: the panel × panel sums in registers over all rows, then to `out`. */
function body(arithmetic: Arithmetic): number[] {
  const halves = [...Array(vectors).keys()];
  const columns = [...Array(panel).keys()];
  const row = [
    ...halves.flatMap((half) => [...get(atB), ...loadVector(half * vectorBytes), ...set(valuesB(half))]),
    ...columns.flatMap((i) => [
      ...[...get(atA), ...loadSplat(i * doubleBytes), ...set(valueA)],
      ...halves.flatMap((half) => addProduct(arithmetic, sums(i, half), valueA, valuesB(half))),
    ]),
    ...advance(atA, rowBytes),
    ...advance(atB, rowBytes),
  ];
  const panelB = [
    ...columns.flatMap((i) => halves.flatMap((half) => [...zero, ...set(sums(i, half))])),
    ...[...get(a), ...set(atA)],
    ...[...get(a), ...get(panelBytes), ...add, ...set(endA)],
    ...loopWhile(row, [...get(atA), ...get(endA), ...lessThan]),
    ...[...get(out), ...set(outB)],
    ...columns.flatMap((i) => [
      ...halves.flatMap((half) => [...get(outB), ...get(sums(i, half)), ...storeVector(half * vectorBytes)]),
      ...[...get(outB), ...get(outRowBytes), ...add, ...set(outB)],
    ]),
    ...advance(out, rowBytes),
    ...countDown(leftB),
  ];
  const panelA = [
    ...[...get(b), ...set(atB)],
    ...[...get(panelsB), ...set(leftB)],
    ...loopWhile(panelB, get(leftB)),
    // The inner loop has moved `out` along one row of panels; the other rows of this panel lie behind it.
    ...[...get(out), ...get(outRowBytes), ...constant(panel - 1), ...multiplyWhole, ...add, ...set(out)],
    ...[...get(a), ...get(panelBytes), ...add, ...set(a)],
    ...countDown(leftA),
  ];
  return [
    ...[2, 8, i32, valueA - firstVector + 1, v128],
    ...[...get(rows), ...constant(rowBytes), ...multiplyWhole, ...set(panelBytes)],
    ...[...get(panelsB), ...constant(rowBytes), ...multiplyWhole, ...set(outRowBytes)],
    ...[...get(panelsA), ...set(leftA)],
    ...loopWhile(panelA, get(leftA)),
    end,
  ];
}

const end = 0x0b;
const add = [0x6a];
const multiplyWhole = [0x6c];
const lessThan = [0x49];
const zero = [0xfd, 0x0c, ...new Array<number>(vectorBytes).fill(0)];

function get(local: number): number[] {
  return [0x20, local];
}

function set(local: number): number[] {
  return [0x21, local];
}

/** `value` below 64: larger ones would need a second byte. */
function constant(value: number): number[] {
  return [0x41, value];
}

function advance(local: number, bytes: number): number[] {
  return [...get(local), ...constant(bytes), ...add, ...set(local)];
}

function countDown(local: number): number[] {
  return [...get(local), ...constant(1), 0x6b, ...set(local)];
}

/** Runs `code`, and again as long as `condition` leaves something other than 0. */
function loopWhile(code: number[], condition: number[]): number[] {
  return [0x03, 0x40, ...code, ...condition, 0x0d, 0, end];
}

/** Alignment is given as a power of two. */
function loadVector(offset: number): number[] {
  return [0xfd, 0x00, 4, offset];
}

function loadSplat(offset: number): number[] {
  return [0xfd, 0x0a, 3, offset];
}

function storeVector(offset: number): number[] {
  return [0xfd, 0x0b, 4, offset];
}

/** sum += x · y, two float64 at once. */
function addProduct(arithmetic: Arithmetic, sum: number, x: number, y: number): number[] {
  const operation = {
    fused: [...get(x), ...get(y), ...get(sum), 0xfd, 0x87, 0x02],
    separate: [...get(x), ...get(y), 0xfd, 0xf2, 0x01, ...get(sum), 0xfd, 0xf0, 0x01],
  };
  return [...operation[arithmetic], ...set(sum)];
}

function section(id: number, content: number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: number[]): number[] {
  return [...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
