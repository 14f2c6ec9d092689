/** What the processor can do at most: fused multiply-adds of whole vectors that never leave the registers. */

/** So many rounds of eight vectors of float64 or float32: as many as keep both units busy, and few enough for the registers. @returns their sum, so that nothing is left out. */
function rounds<T>(count: usize): v128 {
  // From memory: a compiler may make a constant anew at every use.
  const a = v128.load(0);
  const b = v128.load(0, 16);
  // Not alike: a compiler would make one of them.
  let sum0 = v128.splat<T>(<T>0);
  let sum1 = v128.splat<T>(<T>1);
  let sum2 = v128.splat<T>(<T>2);
  let sum3 = v128.splat<T>(<T>3);
  let sum4 = v128.splat<T>(<T>4);
  let sum5 = v128.splat<T>(<T>5);
  let sum6 = v128.splat<T>(<T>6);
  let sum7 = v128.splat<T>(<T>7);
  for (let round: usize = 0; round < count; round++) {
    sum0 = v128.relaxed_madd<T>(a, b, sum0);
    sum1 = v128.relaxed_madd<T>(a, b, sum1);
    sum2 = v128.relaxed_madd<T>(a, b, sum2);
    sum3 = v128.relaxed_madd<T>(a, b, sum3);
    sum4 = v128.relaxed_madd<T>(a, b, sum4);
    sum5 = v128.relaxed_madd<T>(a, b, sum5);
    sum6 = v128.relaxed_madd<T>(a, b, sum6);
    sum7 = v128.relaxed_madd<T>(a, b, sum7);
  }
  const left = v128.add<T>(v128.add<T>(sum0, sum1), v128.add<T>(sum2, sum3));
  const right = v128.add<T>(v128.add<T>(sum4, sum5), v128.add<T>(sum6, sum7));
  return v128.add<T>(left, right);
}

export function doubles(count: usize): f64 {
  const all = rounds<f64>(count);
  return f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
}

export function floats(count: usize): f32 {
  const all = rounds<f32>(count);
  return (
    f32x4.extract_lane(all, 0) + f32x4.extract_lane(all, 1) + f32x4.extract_lane(all, 2) + f32x4.extract_lane(all, 3)
  );
}
