/**
 * In how many directions the vectors of one layer spread: eigenvalues of the covariance, and of the same rows set to
 * length 1. Products are summed in float64 on the processor, for roots of small eigenvalues need them; nothing of the size
 * rows × rows is made.
 */
import { Matrix, SVD } from 'ml-matrix';
import { type Control, yieldToEvents } from '../../base/abort.ts';
import { columnProductsHere, type ColumnProductsHere } from '../../compute/products/open.ts';
import { layerProducts, type NeuronProducts } from '../../redundancy/neuron-products.ts';

/** What the eigenvalues of one layer come to. */
export interface Spectrum {
  /** (tr C)² / ‖C‖²_F, C the covariance. */
  participationRatio: number;
  /** exp(−Σ p ln p), p = σ/Σσ, σ the singular values of the centred rows (Roy & Vetterli 2007). */
  effectiveRank: number;
  /** −Σ λ ln λ / ln min(rows, neurons), λ of the rows set to length 1, over their sum (Skean et al. 2025); null for one neuron. */
  matrixEntropy: number | null;
}

/** Products of the neurons of a layer over its centred rows set to length 1. */
export class DirectionProducts {
  readonly #hidden: number;
  readonly #sums: ColumnProductsHere;

  /** @throws WinnowError `out-of-memory`. */
  static async open(hidden: number): Promise<DirectionProducts> {
    return new DirectionProducts(hidden, await columnProductsHere({ mean: new Float64Array(hidden) }));
  }

  private constructor(hidden: number, sums: ColumnProductsHere) {
    this.#hidden = hidden;
    this.#sums = sums;
  }

  /** Adds centred rows, [rows, hidden], which are set to length 1 on the way. */
  async add(centred: Float64Array, rows: number, { signal }: Control): Promise<void> {
    const hidden = this.#hidden;
    for (let from = 0; from < rows * hidden; from += hidden) {
      let square = 0;
      for (let at = from; at < from + hidden; at++) square += centred[at] * centred[at];
      const norm = Math.sqrt(square);
      if (norm > 0) for (let at = from; at < from + hidden; at++) centred[at] /= norm;
    }
    await this.#sums.add(centred, rows, { signal });
  }

  /** [hidden, hidden] */
  get square(): Float64Array {
    const { products, squares } = this.#sums;
    return layerProducts({ products, squares, layers: 1, hidden: this.#hidden }, 0, 0);
  }
}

/** Of a layer whose rows are not all the same. @throws DOMException AbortError. */
export async function spectrumOf(
  neurons: NeuronProducts,
  layer: number,
  directionProducts: DirectionProducts,
  { signal }: Control,
): Promise<Spectrum> {
  const { rows, hidden } = neurons;
  const variances = eigenvalues(layerProducts(neurons, layer, layer), hidden);
  await yieldToEvents();
  signal?.throwIfAborted();
  const directions = eigenvalues(directionProducts.square, hidden);
  await yieldToEvents();
  signal?.throwIfAborted();
  const most = Math.log(Math.min(rows, hidden));
  return {
    participationRatio: sumOf(variances) ** 2 / sumOf(variances.map((value) => value * value)),
    effectiveRank: Math.exp(entropy(variances.map(Math.sqrt))),
    matrixEntropy: most > 0 ? entropy(directions) / most : null,
  };
}

/**
 * The singular values of a symmetric matrix without negative eigenvalues are its eigenvalues. What rounding leaves of one
 * that is 0 counts as 0: all below width · 2⁻⁵² of the largest.
 */
function eigenvalues(square: Float64Array, width: number): Float64Array {
  const matrix = Matrix.from1DArray(width, width, square);
  const { diagonal } = new SVD(matrix, { computeLeftSingularVectors: false, computeRightSingularVectors: false });
  const least = diagonal[0] * width * Number.EPSILON;
  return Float64Array.from(diagonal, (value) => (value > least ? value : 0));
}

/** −Σ p ln p of values over their sum. */
function entropy(values: Float64Array): number {
  const total = sumOf(values);
  return -sumOf(values.map((value) => (value > 0 ? (value / total) * Math.log(value / total) : 0)));
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
