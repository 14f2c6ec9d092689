/**
 * Linear probes in float32 (AssemblyScript; layout and meaning in linear-probe.ts). Sums that the rows or the features pass
 * through stay in eight vector registers: 4 rows × 2 columns of outputs, 2 columns × 16 features of derivatives.
 */

export { addOutputs, columnSums, softmax, takeErrors } from './probe-outputs.as';

const floatBytes: usize = 4;
const doubleBytes: usize = 8;
const vectorBytes: usize = 16;

/** out [rows, columns] = x · wᵀ. */
export function forward(
  x: usize,
  stride: usize,
  w: usize,
  out: usize,
  rows: usize,
  columns: usize,
  features: usize,
): void {
  const rowBytes = features * floatBytes;
  const outBytes = columns * floatBytes;
  for (let row: usize = 0; row < rows; row += 4) {
    const x0 = x + row * stride;
    const outRow = out + row * outBytes;
    for (let column: usize = 0; column < columns; column += 2) {
      const w0 = w + column * rowBytes;
      fourByTwo(x0, stride, w0, rowBytes, outRow + column * floatBytes, outBytes);
    }
  }
}

function fourByTwo(x0: usize, stride: usize, w0: usize, rowBytes: usize, out: usize, outBytes: usize): void {
  const x1 = x0 + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  const w1 = w0 + rowBytes;
  let sum00 = f32x4.splat(0);
  let sum01 = f32x4.splat(0);
  let sum10 = f32x4.splat(0);
  let sum11 = f32x4.splat(0);
  let sum20 = f32x4.splat(0);
  let sum21 = f32x4.splat(0);
  let sum30 = f32x4.splat(0);
  let sum31 = f32x4.splat(0);
  for (let at: usize = 0; at < rowBytes; at += vectorBytes) {
    const left = v128.load(w0 + at);
    const right = v128.load(w1 + at);
    const a0 = v128.load(x0 + at);
    sum00 = addProduct(sum00, a0, left);
    sum01 = addProduct(sum01, a0, right);
    const a1 = v128.load(x1 + at);
    sum10 = addProduct(sum10, a1, left);
    sum11 = addProduct(sum11, a1, right);
    const a2 = v128.load(x2 + at);
    sum20 = addProduct(sum20, a2, left);
    sum21 = addProduct(sum21, a2, right);
    const a3 = v128.load(x3 + at);
    sum30 = addProduct(sum30, a3, left);
    sum31 = addProduct(sum31, a3, right);
  }
  storeTotals(out, outBytes, sum00, sum01, sum10, sum11);
  storeTotals(out + 2 * outBytes, outBytes, sum20, sum21, sum30, sum31);
}

/** The sums of two rows by two columns: of each its first and third and its second and fourth part, then both. */
function storeTotals(at: usize, outBytes: usize, sum00: v128, sum01: v128, sum10: v128, sum11: v128): void {
  const upper = f32x4.add(v128.shuffle<f32>(sum00, sum01, 0, 1, 4, 5), v128.shuffle<f32>(sum00, sum01, 2, 3, 6, 7));
  const lower = f32x4.add(v128.shuffle<f32>(sum10, sum11, 0, 1, 4, 5), v128.shuffle<f32>(sum10, sum11, 2, 3, 6, 7));
  const totals = f32x4.add(v128.shuffle<f32>(upper, lower, 0, 2, 4, 6), v128.shuffle<f32>(upper, lower, 1, 3, 5, 7));
  v128.store64_lane(at, totals, 0);
  v128.store64_lane(at + outBytes, totals, 1);
}

/** Of a layer's w [columns, features]: adds Σ|w| and Σw² of each probe to two float64 of its own at `out`. */
export function lengths(w: usize, out: usize, probes: usize, count: usize, outputs: usize, features: usize): void {
  const rowBytes = features * floatBytes;
  for (let i: usize = 0; i < count; i++) {
    const to = out + load<u32>(probes + i * 4) * 2 * doubleBytes;
    for (let column: usize = 0; column < outputs; column++) {
      let length = f64x2.splat(0);
      let square = f64x2.splat(0);
      const end = w + rowBytes;
      for (; w < end; w += vectorBytes) {
        const values = v128.load(w);
        const low = f64x2.promote_low_f32x4(values);
        const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 0, 1));
        length = f64x2.add(length, f64x2.add(f64x2.abs(low), f64x2.abs(high)));
        square = f64x2.add(square, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
      }
      addTo(to, length);
      addTo(to + doubleBytes, square);
    }
  }
}

function addTo(at: usize, sum: v128): void {
  store<f64>(at, load<f64>(at) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
}

/**
 * One step of Adam on w [columns, features], from errors [rows, columns]. `factors` [columns] times a weight is the
 * derivative of the second penalty.
 */
export function update(
  x: usize,
  stride: usize,
  errors: usize,
  w: usize,
  moments: usize,
  squares: usize,
  factors: usize,
  rows: usize,
  columns: usize,
  features: usize,
  lambda1: f32,
  size: f32,
  root: f32,
): void {
  const rowBytes = features * floatBytes;
  const errorBytes = columns * floatBytes;
  for (let column: usize = 0; column < columns; column += 2) {
    const factor0 = f32x4.splat(load<f32>(factors + column * floatBytes));
    const factor1 = f32x4.splat(load<f32>(factors + column * floatBytes, floatBytes));
    const from = column * rowBytes;
    for (let at: usize = 0; at < rowBytes; at += 4 * vectorBytes) {
      let sum00 = f32x4.splat(0);
      let sum01 = f32x4.splat(0);
      let sum02 = f32x4.splat(0);
      let sum03 = f32x4.splat(0);
      let sum10 = f32x4.splat(0);
      let sum11 = f32x4.splat(0);
      let sum12 = f32x4.splat(0);
      let sum13 = f32x4.splat(0);
      let input = x + at;
      let error = errors + column * floatBytes;
      const end = error + rows * errorBytes;
      for (; error < end; error += errorBytes) {
        const e0 = v128.load_splat<f32>(error);
        const e1 = v128.load_splat<f32>(error, floatBytes);
        const a0 = v128.load(input);
        sum00 = addProduct(sum00, a0, e0);
        sum10 = addProduct(sum10, a0, e1);
        const a1 = v128.load(input, vectorBytes);
        sum01 = addProduct(sum01, a1, e0);
        sum11 = addProduct(sum11, a1, e1);
        const a2 = v128.load(input, 2 * vectorBytes);
        sum02 = addProduct(sum02, a2, e0);
        sum12 = addProduct(sum12, a2, e1);
        const a3 = v128.load(input, 3 * vectorBytes);
        sum03 = addProduct(sum03, a3, e0);
        sum13 = addProduct(sum13, a3, e1);
        input += stride;
      }
      const to0 = from + at;
      const to1 = to0 + rowBytes;
      adam(w, moments, squares, to0, sum00, factor0, lambda1, size, root);
      adam(w, moments, squares, to0 + vectorBytes, sum01, factor0, lambda1, size, root);
      adam(w, moments, squares, to0 + 2 * vectorBytes, sum02, factor0, lambda1, size, root);
      adam(w, moments, squares, to0 + 3 * vectorBytes, sum03, factor0, lambda1, size, root);
      adam(w, moments, squares, to1, sum10, factor1, lambda1, size, root);
      adam(w, moments, squares, to1 + vectorBytes, sum11, factor1, lambda1, size, root);
      adam(w, moments, squares, to1 + 2 * vectorBytes, sum12, factor1, lambda1, size, root);
      adam(w, moments, squares, to1 + 3 * vectorBytes, sum13, factor1, lambda1, size, root);
    }
  }
}

/** Four weights. */
function adam(
  w: usize,
  moments: usize,
  squares: usize,
  at: usize,
  derivative: v128,
  factor: v128,
  lambda1: f32,
  size: f32,
  root: f32,
): void {
  const weight = v128.load(w + at);
  const zero = f32x4.splat(0);
  const up = v128.and(f32x4.gt(weight, zero), f32x4.splat(lambda1));
  const down = v128.and(f32x4.lt(weight, zero), f32x4.splat(lambda1));
  const g = f32x4.add(f32x4.add(derivative, f32x4.sub(up, down)), f32x4.mul(factor, weight));
  // A literal: 1 − 0.999 would be worked out in float32, where 0.999 is 1e-8 off.
  const oldMoment = v128.load(moments + at);
  const moment = f32x4.add(oldMoment, f32x4.mul(f32x4.sub(g, oldMoment), f32x4.splat(0.1)));
  const oldSquare = v128.load(squares + at);
  const square = f32x4.add(oldSquare, f32x4.mul(f32x4.sub(f32x4.mul(g, g), oldSquare), f32x4.splat(0.001)));
  v128.store(moments + at, moment);
  v128.store(squares + at, square);
  const spread = f32x4.add(f32x4.div(f32x4.sqrt(square), f32x4.splat(root)), f32x4.splat(1e-8));
  v128.store(w + at, f32x4.sub(weight, f32x4.div(f32x4.mul(f32x4.splat(size), moment), spread)));
}

/** sum + x · y, four float32 at once. */
function addProduct(sum: v128, x: v128, y: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(x, y, sum) : f32x4.add(f32x4.mul(x, y), sum);
}
