/**
 * In how many directions the vectors of one layer spread: eigenvalues of the covariance, and of the same rows set to
 * length 1. Products are summed in float64 on the processor, for roots of small eigenvalues need them; nothing of the size
 * rows × rows is made.
 */
import { Matrix, SVD } from 'ml-matrix';
import { type Control, yieldToEvents } from '../../base/abort.ts';
import { ProductSums } from '../../redundancy/correlation-products.ts';
import { rowOffset } from '../../redundancy/linkage.ts';
import { withRoom } from '../../redundancy/room.ts';

/** What the eigenvalues of one layer come to. */
export interface Spectrum {
  /** (tr C)² / ‖C‖²_F, C the covariance. */
  participationRatio: number;
  /** exp(−Σ p ln p), p = σ/Σσ, σ the singular values of the centred rows (Roy & Vetterli 2007). */
  effectiveRank: number;
  /** −Σ λ ln λ / ln min(rows, neurons), λ of the rows set to length 1, over their sum (Skean et al. 2025); null for one neuron. */
  matrixEntropy: number | null;
}

export class SpectrumSums {
  readonly #covariance: ProductSums;
  readonly #directions: ProductSums;
  #rows = 0;

  /** One a layer; they share the memory that chunks are packed in. @throws WinnowError `out-of-memory`. */
  static open({ layers, hidden }: { layers: number; hidden: number }): Promise<SpectrumSums[]> {
    const zero = new Float64Array(hidden);
    return withRoom('the spectra', layers * hidden * hidden * Float64Array.BYTES_PER_ELEMENT, async () => {
      const first = await ProductSums.open(zero);
      return Array.from(
        { length: layers },
        (_, layer) => new SpectrumSums(layer === 0 ? first : first.beside(zero), first.beside(zero)),
      );
    });
  }

  private constructor(covariance: ProductSums, directions: ProductSums) {
    this.#covariance = covariance;
    this.#directions = directions;
  }

  /** Adds at most `chunkRows` centred rows, [rows, hidden], which are set to length 1 on the way. */
  async add(centred: Float64Array, rows: number, { signal }: Control): Promise<void> {
    const hidden = this.#covariance.squares.length;
    await this.#covariance.add(centred, rows, { signal });
    for (let from = 0; from < rows * hidden; from += hidden) {
      let square = 0;
      for (let at = from; at < from + hidden; at++) square += centred[at] * centred[at];
      const norm = Math.sqrt(square);
      if (norm > 0) for (let at = from; at < from + hidden; at++) centred[at] /= norm;
    }
    await this.#directions.add(centred, rows, { signal });
    this.#rows += rows;
  }

  /** Σ (x − mean)² of every neuron. */
  get variances(): Float64Array {
    return this.#covariance.squares;
  }

  /** Of all rows that were added, which are not all the same. @throws DOMException AbortError. */
  async spectrum({ signal }: Control): Promise<Spectrum> {
    const variances = eigenvalues(this.#covariance);
    await yieldToEvents();
    signal?.throwIfAborted();
    const directions = eigenvalues(this.#directions);
    await yieldToEvents();
    signal?.throwIfAborted();
    const most = Math.log(Math.min(this.#rows, this.variances.length));
    return {
      participationRatio: sumOf(variances) ** 2 / sumOf(variances.map((value) => value * value)),
      effectiveRank: Math.exp(entropy(variances.map(Math.sqrt))),
      matrixEntropy: most > 0 ? entropy(directions) / most : null,
    };
  }
}

/**
 * The singular values of a symmetric matrix without negative eigenvalues are its eigenvalues. What rounding leaves of one
 * that is 0 counts as 0: all below width · 2⁻⁵² of the largest.
 */
function eigenvalues({ products, squares }: ProductSums): Float64Array {
  const width = squares.length;
  const matrix = new Matrix(width, width);
  for (let i = 0; i < width; i++) {
    matrix.set(i, i, squares[i]);
    for (let j = i + 1; j < width; j++) {
      const product = products[rowOffset(i, width) + j];
      matrix.set(i, j, product);
      matrix.set(j, i, product);
    }
  }
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
