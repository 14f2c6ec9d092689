/**
 * What linear probes do with their outputs, in float64 (AssemblyScript; layout and meaning in linear-probe.ts): between the
 * columns of a layer and the outputs of all probes, the softmax with its loss, sums over rows.
 */

const floatBytes: usize = 4;
const doubleBytes: usize = 8;
const vectorBytes: usize = 16;

/** Adds outputs [rows, columns] of a layer to scores [rows, all], whose probes they are says `probes` [count] (int32). */
export function addOutputs(
  out: usize,
  scores: usize,
  probes: usize,
  count: usize,
  outputs: usize,
  rows: usize,
  columns: usize,
  all: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    let from = out + row * columns * floatBytes;
    for (let i: usize = 0; i < count; i++) {
      let to = placeOf(scores, row, all, probes, i, outputs);
      const end = from + outputs * floatBytes;
      for (; from + floatBytes < end; from += 2 * floatBytes, to += vectorBytes) {
        v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(v128.load64_zero(from))));
      }
      if (from < end) {
        store<f64>(to, load<f64>(to) + load<f32>(from));
        from += floatBytes;
      }
    }
  }
}

/** The way back: errors of scores [rows, all] as those of a layer's columns, 0 in columns that fill up a group. */
export function takeErrors(
  out: usize,
  scores: usize,
  probes: usize,
  count: usize,
  outputs: usize,
  rows: usize,
  columns: usize,
  all: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    let to = out + row * columns * floatBytes;
    const next = to + columns * floatBytes;
    for (let i: usize = 0; i < count; i++) {
      let from = placeOf(scores, row, all, probes, i, outputs);
      const end = to + outputs * floatBytes;
      for (; to + floatBytes < end; to += 2 * floatBytes, from += vectorBytes) {
        v128.store64_lane(to, f32x4.demote_f64x2_zero(v128.load(from)), 0);
      }
      if (to < end) {
        store<f32>(to, f32(load<f64>(from)));
        to += floatBytes;
      }
    }
    for (; to < next; to += floatBytes) store<f32>(to, 0);
  }
}

function placeOf(scores: usize, row: usize, all: usize, probes: usize, i: usize, outputs: usize): usize {
  const probe = load<u32>(probes + i * 4);
  return scores + (row * all + probe * outputs) * doubleBytes;
}

/**
 * Scores [rows, probes × outputs] become the derivatives of each probe's mean cross entropy by them. Of every row and probe
 * two numbers at `found`: Σ exp(score − largest), and largest − the label's score.
 */
export function softmax(scores: usize, labels: usize, found: usize, rows: usize, probes: usize, outputs: usize): void {
  const share = 1 / f64(rows);
  for (let row: usize = 0; row < rows; row++) {
    const label = load<u32>(labels + row * 4);
    for (let probe: usize = 0; probe < probes; probe++) {
      const end = scores + outputs * doubleBytes;
      const own = scores + label * doubleBytes;
      const largest = largestOf(scores, end);
      const distance = largest - load<f64>(own);
      const sum = exponentials(scores, end, largest);
      const factor = f64x2.splat(share / sum);
      let at = scores;
      for (; at + doubleBytes < end; at += vectorBytes) v128.store(at, f64x2.mul(v128.load(at), factor));
      if (at < end) store<f64>(at, load<f64>(at) * (share / sum));
      store<f64>(own, load<f64>(own) - share);
      store<f64>(found, sum);
      store<f64>(found, distance, doubleBytes);
      found += 2 * doubleBytes;
      scores = end;
    }
  }
}

/** Of numbers; what is none may be left out. */
function largestOf(from: usize, end: usize): f64 {
  const first = load<f64>(from);
  let most = f64x2.splat(first);
  for (; from + doubleBytes < end; from += vectorBytes) most = f64x2.pmax(most, v128.load(from));
  const last = from < end ? load<f64>(from) : first;
  return max(max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), last);
}

/** Each x becomes exp(x − largest). @returns their sum. */
function exponentials(from: usize, end: usize, largest: f64): f64 {
  const top = f64x2.splat(largest);
  let sums = f64x2.splat(0);
  for (; from + doubleBytes < end; from += vectorBytes) {
    const values = exponential(f64x2.sub(v128.load(from), top));
    v128.store(from, values);
    sums = f64x2.add(sums, values);
  }
  const sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (from >= end) return sum;
  const last = f64x2.extract_lane(exponential(f64x2.splat(load<f64>(from) - largest)), 0);
  store<f64>(from, last);
  return sum + last;
}

/**
 * exp(x) of x ≤ 0 to 1e-11 of itself, where a float32 keeps 6e-8: 2ⁿ · exp(r), n a whole number and |r| ≤ ln 2 / 2, by the first
 * ten terms of the series. Below −700, where a float32 has long been 0, as of −700. What is not a number stays none.
 */
function exponential(x: v128): v128 {
  const bounded = f64x2.pmax(x, f64x2.splat(-700));
  // Adding 1.5 · 2⁵² rounds to a whole number, which is then in the lowest bits.
  const shifted = f64x2.add(f64x2.mul(bounded, f64x2.splat(1.4426950408889634)), f64x2.splat(6755399441055744));
  const n = f64x2.sub(shifted, f64x2.splat(6755399441055744));
  // ln 2 in two parts: the first has so few bits that its product with n is exact.
  const rough = f64x2.sub(bounded, f64x2.mul(n, f64x2.splat(0.6931471803691238)));
  const r = f64x2.sub(rough, f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)));
  // In pairs, and pairs of pairs: one after the other they would wait for each other.
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const first = linear(f64x2.add(f64x2.splat(1), r), r2, pair(r, 0.5, 1 / 6.0));
  const second = linear(pair(r, 1 / 24.0, 1 / 120.0), r2, pair(r, 1 / 720.0, 1 / 5040.0));
  const sum = linear(first, r4, linear(second, r4, pair(r, 1 / 40320.0, 1 / 362880.0)));
  return i64x2.add(sum, i64x2.shl(shifted, 52));
}

function pair(r: v128, constant: f64, factor: f64): v128 {
  return linear(f64x2.splat(constant), r, f64x2.splat(factor));
}

/** constant + x · factor */
function linear(constant: v128, x: v128, factor: v128): v128 {
  return f64x2.add(constant, f64x2.mul(x, factor));
}

/** Sums over the rows of values [rows, columns], float64. */
export function columnSums(values: usize, out: usize, rows: usize, columns: usize): void {
  const bytes = columns * doubleBytes;
  memory.fill(out, 0, bytes);
  for (let row: usize = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at + doubleBytes < bytes; at += vectorBytes) {
      v128.store(out + at, f64x2.add(v128.load(out + at), v128.load(values + at)));
    }
    if (at < bytes) store<f64>(out + at, load<f64>(out + at) + load<f64>(values + at));
    values += bytes;
  }
}
