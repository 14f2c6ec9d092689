/**
 * Linear CKA between all layers of a model, or between those of two (protocols.md §4): how alike two layers are over the
 * same rows, biased ‖YᵀX‖²_F / (‖XᵀX‖_F ‖YᵀY‖_F) and debiased (unbiased HSIC of Song et al. 2012). Columns are centred; the
 * debiased form needs only hidden × hidden products and row norms, because the rows of a centred Gram matrix sum to 0.
 */
import { beside, layersBetween } from '../../activations/beside.ts';
import type { Activations } from '../../activations/matrix.ts';
import type { Control } from '../../base/abort.ts';
import type { Device } from '../../compute/device.ts';
import { centredProducts } from '../../redundancy/centred-products.ts';
import type { FieldValues } from '../fields.ts';

/** In both forms. */
type Alike = FieldValues['cka'];

/** Tiles of products of one pass over two models' rows: those of two times 13 layers of 768 fit. */
const tileBytes = 2 ** 30;

/**
 * [layers, layers], symmetric; null where a layer is the same vector in every row, and in the debiased form where the
 * unbiased estimate of a layer's own variance is not positive, as with fewer than 4 rows.
 * Progress counts rows over both passes (means, then products).
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; DOMException AbortError.
 */
export function cka(device: Device, activations: Activations, control: Control = {}): Promise<Alike> {
  return alike(device, activations, () => true, control);
}

/**
 * The layers of two models over the same rows: [layers of the first, layers of the other], null as in `cka`. Layers of the
 * first that have no room beside the others go through in turn. Progress counts rows over all passes.
 * @throws WinnowError as `cka`; RangeError for different numbers of rows.
 */
export async function ckaBetween(
  device: Device,
  first: Activations,
  other: Activations,
  { signal, progress }: Control = {},
  roomBytes = tileBytes,
): Promise<Alike> {
  const tiles = Math.floor(roomBytes / (8 * Math.max(first.hidden, other.hidden) ** 2));
  const together = Math.max(1, Math.floor((tiles - other.layers) / (other.layers + 1)));
  const turns = Math.ceil(first.layers / together);
  const all: Alike = { biased: [], debiased: [] };
  for (let turn = 0; turn < turns; turn++) {
    const own = layersBetween(first, turn * together, Math.min(first.layers, (turn + 1) * together));
    const isWanted = (i: number, j: number): boolean => i === j || (i < own.layers && j >= own.layers);
    const found = await alike(device, beside(own, other), isWanted, {
      signal,
      progress: (done, total) => progress?.(turn * total + done, turns * total),
    });
    for (const estimate of ['biased', 'debiased'] as const)
      all[estimate].push(...found[estimate].slice(0, own.layers).map((row) => row.slice(own.layers)));
  }
  return all;
}

/** @param isWanted which pairs i ≤ j are asked for, each layer with itself among them; others mean nothing. */
async function alike(
  device: Device,
  activations: Activations,
  isWanted: (i: number, j: number) => boolean,
  control: Control,
): Promise<Alike> {
  const { rows, layers, hidden } = activations;
  const norms = new RowNorms(layers, hidden);
  const visit = (data: Float32Array, count: number): void => norms.add(data, count);
  const products = await centredProducts(device, activations, control, { visit, wanted: isWanted });
  const squareOf = (i: number, j: number): number => products.tile(i, j).reduce((sum, value) => sum + value * value, 0);
  try {
    const squares = matrix(layers, (i, j) => (isWanted(i, j) ? squareOf(i, j) : 0));
    return { biased: normalise(squares), debiased: normalise(unbiased(squares, norms, rows)) };
  } finally {
    products.dispose();
  }
}

/** Sums over rows of k_i = ‖row of layer i‖² and of k_i · k_j. */
class RowNorms {
  readonly sums: Float64Array;
  readonly products: Float64Array;
  readonly #layers: number;
  readonly #hidden: number;

  constructor(layers: number, hidden: number) {
    this.#layers = layers;
    this.#hidden = hidden;
    this.sums = new Float64Array(layers);
    this.products = new Float64Array(layers * layers);
  }

  add(data: Float32Array, rows: number): void {
    const layers = this.#layers;
    const norms = new Float64Array(layers);
    for (let row = 0; row < rows; row++) {
      for (let layer = 0; layer < layers; layer++) {
        const from = (row * layers + layer) * this.#hidden;
        let norm = 0;
        for (let at = from; at < from + this.#hidden; at++) norm += data[at] * data[at];
        norms[layer] = norm;
        this.sums[layer] += norm;
      }
      for (let i = 0; i < layers; i++) {
        for (let j = i; j < layers; j++) this.products[i * layers + j] += norms[i] * norms[j];
      }
    }
  }
}

/**
 * Unbiased HSIC up to a factor that cancels (Song et al. 2012, eq. 5), with the diagonals of both Gram matrices set to 0:
 * tr(K̃L̃) = ‖XᵀY‖² − Σkᵢlᵢ, and the rows of K̃ sum to −kᵢ.
 */
function unbiased(squares: number[][], { sums, products }: RowNorms, rows: number): number[][] {
  const layers = squares.length;
  return matrix(layers, (i, j) => {
    if (rows < 4) return 0;
    const shared = products[i * layers + j];
    const means = (sums[i] * sums[j]) / ((rows - 1) * (rows - 2));
    return squares[i][j] - shared + means - (2 * shared) / (rows - 2);
  });
}

/** Upper triangle by `value` (i ≤ j), mirrored. */
function matrix(size: number, value: (i: number, j: number) => number): number[][] {
  const all = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let j = 0; j < size; j++) {
    for (let i = 0; i <= j; i++) all[i][j] = all[j][i] = value(i, j);
  }
  return all;
}

function normalise(products: number[][]): (number | null)[][] {
  return products.map((row, i) =>
    row.map((value, j) => {
      const own = products[i][i];
      const other = products[j][j];
      if (!(own > 0) || !(other > 0)) return null;
      return i === j ? 1 : value / Math.sqrt(own * other);
    }),
  );
}
