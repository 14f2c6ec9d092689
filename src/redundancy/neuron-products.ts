/**
 * What neurons have in common over all rows: sums of products of every two of them, centred, in float64 and in one pass.
 * Correlation (protocols.md §5) and linear measures of how alike layers are (§4) are made of the same numbers.
 */
import type { Activations } from '../activations/matrix.ts';
import type { Control } from '../base/abort.ts';
import type { Device } from '../compute/device.ts';
import type { Arithmetic } from '../compute/kernels/arithmetic.ts';
import { rowOffset } from '../compute/products/condensed.ts';
import { neuronStatistics, type NeuronStatistics } from '../probe/statistics.ts';

export interface NeuronProducts extends NeuronStatistics {
  rows: number;
  layers: number;
  hidden: number;
  /** Σ cᵢ cⱼ of neurons i < j at `rowOffset(i, layers × hidden) + j`. */
  products: Float64Array;
  /** Σ cᵢ². [layers × hidden] */
  squares: Float64Array;
  norms: LayerNorms;
}

/** A row's products take about as long as the means of one row for this many neurons each. */
const meansPerProduct = 512;

/**
 * Progress counts rows: each once for its mean and several times for its products, which take far longer.
 * @param wanted which pairs of layers i ≤ j are asked for, others mean nothing; absent: all.
 * @param arithmetic of the kernel; without it, the faster one that this browser has.
 * @throws WinnowError `bad-data` for no rows or a value that is not finite, `out-of-memory`, `worker-crashed`;
 *   DOMException AbortError.
 */
export async function neuronProducts(
  device: Pick<Device, 'columnProducts'>,
  activations: Activations,
  { signal, progress }: Control = {},
  { wanted, arithmetic = null }: { wanted?: (i: number, j: number) => boolean; arithmetic?: Arithmetic | null } = {},
): Promise<NeuronProducts> {
  const { rows, layers, hidden, blockCount } = activations;
  const weight = Math.max(1, Math.round((layers * hidden) / meansPerProduct));
  const total = rows * (1 + weight);
  const statistics = await neuronStatistics(activations, { signal, progress: (done) => progress?.(done, total) });
  const { mean } = statistics;
  const pairs =
    wanted && Uint8Array.from({ length: layers ** 2 }, (_, at) => Number(wanted(Math.floor(at / layers), at % layers)));
  const sums = await device.columnProducts({
    mean,
    rows,
    arithmetic,
    ...(pairs && { wanted: { group: hidden, pairs } }),
  });
  try {
    const norms = new LayerNorms(layers, hidden);
    for (let index = 0; index < blockCount; index++) {
      const block = await activations.block(index);
      const adding = sums.add(block.data, block.rows, {
        signal,
        progress: (done) => progress?.(Math.floor(rows + (block.start + done) * weight), total),
      });
      norms.add(block.data, block.rows, mean);
      await adding;
    }
    const { products, squares } = sums;
    return { ...statistics, rows, layers, hidden, products, squares, norms };
  } finally {
    sums.dispose();
  }
}

/** Of the centred vectors of a row, one a layer: sums over rows of kᵢ = ‖vector of layer i‖² and of kᵢ · kⱼ. */
export class LayerNorms {
  /** [layers] */
  readonly sums: Float64Array;
  /** i ≤ j at i × layers + j. */
  readonly products: Float64Array;
  readonly #layers: number;
  readonly #hidden: number;

  constructor(layers: number, hidden: number) {
    this.#layers = layers;
    this.#hidden = hidden;
    this.sums = new Float64Array(layers);
    this.products = new Float64Array(layers * layers);
  }

  /** @param data [rows, layers × hidden] */
  add(data: Float32Array, rows: number, mean: Float64Array): void {
    const [layers, hidden] = [this.#layers, this.#hidden];
    const norms = new Float64Array(layers);
    for (let row = 0; row < rows; row++) {
      for (let layer = 0; layer < layers; layer++) {
        const [from, first] = [(row * layers + layer) * hidden, layer * hidden];
        const norm = squaredDistance(data, from, mean, first, hidden);
        norms[layer] = norm;
        this.sums[layer] += norm;
      }
      for (let i = 0; i < layers; i++) {
        for (let j = i; j < layers; j++) this.products[i * layers + j] += norms[i] * norms[j];
      }
    }
  }
}

/** Of the vector at `from` from the mean's at `first`: four sums beside each other, for none waits for another. */
function squaredDistance(data: Float32Array, from: number, mean: Float64Array, first: number, count: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let at = 0;
  for (; at + 4 <= count; at += 4) {
    a += (data[from + at] - mean[first + at]) ** 2;
    b += (data[from + at + 1] - mean[first + at + 1]) ** 2;
    c += (data[from + at + 2] - mean[first + at + 2]) ** 2;
    d += (data[from + at + 3] - mean[first + at + 3]) ** 2;
  }
  for (; at < count; at++) a += (data[from + at] - mean[first + at]) ** 2;
  return a + b + (c + d);
}

/**
 * XᵢᵀXⱼ of two layers i < j, [hidden, hidden] row by row, or XᵢᵀXᵢ where they are the same: a copy.
 */
export function layerProducts(
  { products, squares, layers, hidden }: Pick<NeuronProducts, 'products' | 'squares' | 'layers' | 'hidden'>,
  i: number,
  j: number,
): Float64Array {
  const width = layers * hidden;
  const tile = new Float64Array(hidden * hidden);
  for (let a = 0; a < hidden; a++) {
    const offset = rowOffset(i * hidden + a, width) + j * hidden;
    if (i < j) tile.set(products.subarray(offset, offset + hidden), a * hidden);
    else {
      tile[a * hidden + a] = squares[i * hidden + a];
      for (let b = a + 1; b < hidden; b++) tile[a * hidden + b] = tile[b * hidden + a] = products[offset + b];
    }
  }
  return tile;
}
