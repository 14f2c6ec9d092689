/**
 * Which rows run together: sorted by length, so that little is padded, and as many as a budget of tokens allows. The
 * longest come first: the runtime's memory then grows once.
 */

export interface PlannedBatch {
  /** Row numbers of the whole set. */
  rows: number[];
  /** Padded tokens a row. */
  length: number;
}

/** What of an encoder decides the batches. */
interface BatchLimits {
  backend: 'wasm' | 'webgpu';
  /** Longest row in tokens. */
  maxLength: number;
  /** No more padded tokens a batch than this, unless one row has more; default no limit. */
  tokens?: number;
  /** Only rows of one length run together, and none is padded; default false. */
  unpadded?: boolean;
  /** Rows that do not run; default none. */
  without?: (row: number) => boolean;
}

/**
 * Padded tokens a batch. WebAssembly, measured: 256 to 768 cost the same, beyond that padding and the CPU's cache cost
 * more. A GPU wants much work at once, and lengths rounded up: its kernels are compiled anew for odd ones.
 */
const tokenBudget = { wasm: 512, webgpu: 8192 } as const;
const lengthStep = { wasm: 1, webgpu: 8 } as const;

/**
 * @param offsets row r has offsets[r + 1] − offsets[r] tokens
 * @param start first row
 * @param count rows from there on
 */
export function planBatches(
  offsets: Uint32Array,
  start: number,
  count: number,
  { backend, maxLength, tokens: most = Infinity, unpadded = false, without = () => false }: BatchLimits,
): PlannedBatch[] {
  const tokens = (row: number) => offsets[row + 1] - offsets[row];
  const order = Array.from({ length: count }, (_, index) => start + index).filter((row) => !without(row));
  order.sort((a, b) => tokens(b) - tokens(a) || a - b);
  const step = unpadded ? 1 : lengthStep[backend];
  const budget = Math.min(tokenBudget[backend], most);
  const batches: PlannedBatch[] = [];
  for (let next = 0; next < order.length;) {
    const longest = Math.max(1, tokens(order[next]));
    const length = Math.max(longest, Math.min(maxLength, Math.ceil(longest / step) * step));
    const size = Math.max(1, Math.floor(budget / length));
    const rows = order.slice(next, next + size).filter((row) => !unpadded || tokens(row) === tokens(order[next]));
    batches.push({ rows, length });
    next += rows.length;
  }
  return batches;
}
