/**
 * Linear CKA between all layers of a model, or between those of two (protocols.md §4): how alike two layers are over the
 * same rows, biased ‖YᵀX‖²_F / (‖XᵀX‖_F ‖YᵀY‖_F) and debiased (unbiased HSIC of Song et al. 2012). Columns are centred; the
 * debiased form needs only hidden × hidden products and row norms, because the rows of a centred Gram matrix sum to 0.
 */
import { beside, layersBetween } from '../../activations/beside.ts';
import type { Activations } from '../../activations/matrix.ts';
import type { Control } from '../../base/abort.ts';
import { TimeSlices } from '../../base/pace.ts';
import type { Device } from '../../compute/device.ts';
import { rowOffset } from '../../compute/products/condensed.ts';
import { neuronProducts, type LayerNorms, type NeuronProducts } from '../../redundancy/neuron-products.ts';
import type { FieldValues } from '../fields.ts';

/** In both forms. */
type Alike = FieldValues['cka'];

/** Products of one pass over two models' rows: those of 8 and 13 layers of 768 fit. */
const productBytes = 2 ** 30;

/**
 * [layers, layers], symmetric; null where a layer is the same vector in every row, and in the debiased form where the
 * unbiased estimate of a layer's own variance is not positive, as with fewer than 4 rows.
 * Progress counts neurons.
 * @throws DOMException AbortError.
 */
export async function cka(neurons: NeuronProducts, control: Control = {}): Promise<Alike> {
  const squares = await squaredNorms(neurons, control);
  return { biased: normalise(squares), debiased: normalise(unbiased(squares, neurons.norms, neurons.rows)) };
}

/**
 * The layers of two models over the same rows: [layers of the first, layers of the other], null as in `cka`. Layers of the
 * first that have no room beside the others go through in turn. Progress counts rows over all passes.
 * @throws WinnowError as `neuronProducts`; RangeError for different numbers of rows.
 */
export async function ckaBetween(
  device: Pick<Device, 'columnProducts'>,
  first: Activations,
  other: Activations,
  { signal, progress }: Control = {},
  roomBytes = productBytes,
): Promise<Alike> {
  const most = Math.floor(Math.sqrt(roomBytes / 4) / Math.max(first.hidden, other.hidden));
  const together = Math.max(1, most - other.layers);
  const turns = Math.ceil(first.layers / together);
  const all: Alike = { biased: [], debiased: [] };
  for (let turn = 0; turn < turns; turn++) {
    const own = layersBetween(first, turn * together, Math.min(first.layers, (turn + 1) * together));
    const control: Control = {
      signal,
      progress: (done, total) => progress?.(turn * total + done, turns * total),
    };
    const wanted = (i: number, j: number): boolean => i === j || (i < own.layers && j >= own.layers);
    const found = await cka(await neuronProducts(device, beside(own, other), control, { wanted }), { signal });
    for (const estimate of ['biased', 'debiased'] as const)
      all[estimate].push(...found[estimate].slice(0, own.layers).map((row) => row.slice(own.layers)));
  }
  return all;
}

/** ‖XᵢᵀXⱼ‖²_F of every two layers. */
async function squaredNorms(neurons: NeuronProducts, control: Control): Promise<number[][]> {
  const { products, squares, layers, hidden } = neurons;
  const width = layers * hidden;
  const pace = new TimeSlices(control);
  const sums = new Float64Array(layers * layers);
  for (let neuron = 0; neuron < width; neuron++) {
    const offset = rowOffset(neuron, width);
    const layer = Math.floor(neuron / hidden);
    sums[layer * layers + layer] += squares[neuron] ** 2;
    for (let other = layer; other < layers; other++) {
      let sum = 0;
      const end = offset + (other + 1) * hidden;
      for (let at = offset + Math.max(neuron + 1, other * hidden); at < end; at++) sum += products[at] * products[at];
      // Within a layer every pair counts twice, and stands here once.
      sums[layer * layers + other] += other === layer ? 2 * sum : sum;
    }
    if (pace.due()) await pace.pause(neuron + 1, width);
  }
  control.progress?.(width, width);
  return matrix(layers, (i, j) => sums[i * layers + j]);
}

/**
 * Unbiased HSIC up to a factor that cancels (Song et al. 2012, eq. 5), with the diagonals of both Gram matrices set to 0:
 * tr(K̃L̃) = ‖XᵀY‖² − Σkᵢlᵢ, and the rows of K̃ sum to −kᵢ.
 */
function unbiased(squares: number[][], { sums, products }: LayerNorms, rows: number): number[][] {
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
