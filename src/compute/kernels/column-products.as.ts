/**
 * AᵀB of columns in float64 (AssemblyScript; layout and meaning in column-products.ts). A panel of A times a panel of B is
 * 4 × 4 sums, which stay in eight vector registers while the rows pass. `sum10` is column 1 of A times columns 0 and 1 of
 * B, `sum11` times columns 2 and 3.
 */

const panel: usize = 4;
const doubleBytes: usize = 8;
const vectorBytes: usize = 16;
const rowBytes: usize = panel * doubleBytes;

export function multiply(a: usize, b: usize, out: usize, panelsA: usize, panelsB: usize, rows: usize): void {
  const panelBytes = rows * rowBytes;
  const outRowBytes = panelsB * rowBytes;
  const endA = a + panelsA * panelBytes;
  const endB = b + panelsB * panelBytes;
  for (let panelA = a; panelA < endA; panelA += panelBytes) {
    for (let panelB = b; panelB < endB; panelB += panelBytes) {
      multiplyPanels(panelA, panelB, out, outRowBytes, rows);
      out += rowBytes;
    }
    // `out` has moved along one row of panels; the other rows of this panel lie behind it.
    out += (panel - 1) * outRowBytes;
  }
}

function multiplyPanels(a: usize, b: usize, out: usize, outRowBytes: usize, rows: usize): void {
  let sum00 = f64x2.splat(0);
  let sum01 = f64x2.splat(0);
  let sum10 = f64x2.splat(0);
  let sum11 = f64x2.splat(0);
  let sum20 = f64x2.splat(0);
  let sum21 = f64x2.splat(0);
  let sum30 = f64x2.splat(0);
  let sum31 = f64x2.splat(0);
  const endA = a + rows * rowBytes;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, vectorBytes);
    const a0 = v128.load_splat<f64>(a);
    sum00 = addProduct(sum00, a0, b0);
    sum01 = addProduct(sum01, a0, b1);
    const a1 = v128.load_splat<f64>(a, doubleBytes);
    sum10 = addProduct(sum10, a1, b0);
    sum11 = addProduct(sum11, a1, b1);
    const a2 = v128.load_splat<f64>(a, 2 * doubleBytes);
    sum20 = addProduct(sum20, a2, b0);
    sum21 = addProduct(sum21, a2, b1);
    const a3 = v128.load_splat<f64>(a, 3 * doubleBytes);
    sum30 = addProduct(sum30, a3, b0);
    sum31 = addProduct(sum31, a3, b1);
    a += rowBytes;
    b += rowBytes;
  } while (a < endA);
  storeRow(out, sum00, sum01);
  storeRow(out + outRowBytes, sum10, sum11);
  storeRow(out + 2 * outRowBytes, sum20, sum21);
  storeRow(out + 3 * outRowBytes, sum30, sum31);
}

/** sum + x · y, two float64 at once. */
function addProduct(sum: v128, x: v128, y: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(x, y, sum) : f64x2.add(f64x2.mul(x, y), sum);
}

function storeRow(at: usize, left: v128, right: v128): void {
  v128.store(at, left);
  v128.store(at, right, vectorBytes);
}
