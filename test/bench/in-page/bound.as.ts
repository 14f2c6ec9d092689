/** What the processor can do at most: fused multiply-adds of whole vectors that never leave the registers. */

/** So many rounds of eight vectors of two float64: as many as keep both units busy, and few enough for the registers. @returns their sum, so that nothing is left out. */
export function doubles(count: usize): f64 {
  // From memory: a compiler may make a constant anew at every use.
  const a = v128.load(0);
  const b = v128.load(0, 16);
  // Not alike: a compiler would make one of them.
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(1);
  let sum2 = f64x2.splat(2);
  let sum3 = f64x2.splat(3);
  let sum4 = f64x2.splat(4);
  let sum5 = f64x2.splat(5);
  let sum6 = f64x2.splat(6);
  let sum7 = f64x2.splat(7);
  for (let round: usize = 0; round < count; round++) {
    sum0 = f64x2.relaxed_madd(a, b, sum0);
    sum1 = f64x2.relaxed_madd(a, b, sum1);
    sum2 = f64x2.relaxed_madd(a, b, sum2);
    sum3 = f64x2.relaxed_madd(a, b, sum3);
    sum4 = f64x2.relaxed_madd(a, b, sum4);
    sum5 = f64x2.relaxed_madd(a, b, sum5);
    sum6 = f64x2.relaxed_madd(a, b, sum6);
    sum7 = f64x2.relaxed_madd(a, b, sum7);
  }
  const left = f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3));
  const right = f64x2.add(f64x2.add(sum4, sum5), f64x2.add(sum6, sum7));
  const all = f64x2.add(left, right);
  return f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
}

/** The same of four float32. @returns their sum. */
export function floats(count: usize): f32 {
  const a = v128.load(0);
  const b = v128.load(0, 16);
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(1);
  let sum2 = f32x4.splat(2);
  let sum3 = f32x4.splat(3);
  let sum4 = f32x4.splat(4);
  let sum5 = f32x4.splat(5);
  let sum6 = f32x4.splat(6);
  let sum7 = f32x4.splat(7);
  for (let round: usize = 0; round < count; round++) {
    sum0 = f32x4.relaxed_madd(a, b, sum0);
    sum1 = f32x4.relaxed_madd(a, b, sum1);
    sum2 = f32x4.relaxed_madd(a, b, sum2);
    sum3 = f32x4.relaxed_madd(a, b, sum3);
    sum4 = f32x4.relaxed_madd(a, b, sum4);
    sum5 = f32x4.relaxed_madd(a, b, sum5);
    sum6 = f32x4.relaxed_madd(a, b, sum6);
    sum7 = f32x4.relaxed_madd(a, b, sum7);
  }
  const left = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3));
  const right = f32x4.add(f32x4.add(sum4, sum5), f32x4.add(sum6, sum7));
  const all = f32x4.add(left, right);
  return (
    f32x4.extract_lane(all, 0) + f32x4.extract_lane(all, 1) + f32x4.extract_lane(all, 2) + f32x4.extract_lane(all, 3)
  );
}
