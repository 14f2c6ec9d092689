/**
 * Products of rows with one another, layer by layer, in float64: what nearest neighbours and distances are read from. Of the
 * first rows alone, for they are rows × rows; equal rows give equal bits wherever they stand.
 */
import { part, type Activations } from '../activations/matrix.ts';
import type { Control } from '../base/abort.ts';
import { withRoom } from '../base/errors.ts';
import type { ColumnProducts } from '../compute/device.ts';
import { rowOffset } from '../compute/products/condensed.ts';
import { columnProductsHere } from '../compute/products/open.ts';
import { plainCost, type Workload } from '../run/stage.ts';

/** Rows that are compared with one another. */
export const mostComparedRows = 2000;

/** Operations of the products of every layer, each of which is looked at some times in plain JavaScript. */
export function rowProductWork({ layers, hidden, rows }: Pick<Workload, 'layers' | 'hidden' | 'rows'>): number {
  return Math.min(mostComparedRows, rows.train) ** 2 * (layers + 1) * (hidden + 4 * plainCost);
}

export class RowProducts {
  readonly rows: number;
  readonly #products: Float64Array;
  /** Of each row with itself. [rows] */
  readonly squares: Float64Array;

  constructor({ products, squares }: Pick<ColumnProducts, 'products' | 'squares'>) {
    this.rows = squares.length;
    this.#products = products;
    this.squares = squares;
  }

  /** Of row i with every row. `out` is [rows]. */
  fill(out: Float64Array, i: number): void {
    const { rows } = this;
    for (let j = 0; j < i; j++) out[j] = this.#products[rowOffset(j, rows) + i];
    out[i] = this.squares[i];
    const offset = rowOffset(i, rows);
    for (let j = i + 1; j < rows; j++) out[j] = this.#products[offset + j];
  }
}

/**
 * Of every layer in turn, null for one of constant vectors; each is there until the next is asked for.
 * @throws WinnowError `out-of-memory`; DOMException AbortError.
 */
export async function* layerRowProducts(
  activations: Activations,
  control: Control = {},
): AsyncGenerator<RowProducts | null> {
  const rows = Math.min(mostComparedRows, activations.rows);
  const { layers, hidden } = activations;
  const held = await heldRows(part(activations, 0, rows));
  for (let layer = 0; layer < layers; layer++) {
    control.signal?.throwIfAborted();
    const own = columnsOf(held, rows, layer, { layers, hidden });
    yield isConstant(own, rows) ? null : await productsOf(own, rows, hidden, control);
  }
}

async function heldRows(activations: Activations): Promise<Float32Array> {
  const width = activations.layers * activations.hidden;
  const bytes = activations.rows * width * Float32Array.BYTES_PER_ELEMENT;
  const held = await withRoom('the rows', bytes, () => new Float32Array(activations.rows * width));
  for (let index = 0; index < activations.blockCount; index++) {
    const { start, data } = await activations.block(index);
    held.set(data, start * width);
  }
  return held;
}

/** The vectors of a layer as columns, [hidden, rows]. */
function columnsOf(
  held: Float32Array,
  rows: number,
  layer: number,
  { layers, hidden }: { layers: number; hidden: number },
): Float32Array {
  const columns = new Float32Array(hidden * rows);
  for (let row = 0; row < rows; row++) {
    const from = (row * layers + layer) * hidden;
    for (let j = 0; j < hidden; j++) columns[j * rows + row] = held[from + j];
  }
  return columns;
}

function isConstant(columns: Float32Array, rows: number): boolean {
  return columns.every((value, at) => value === columns[at - (at % rows)]);
}

function productsOf(columns: Float32Array, rows: number, hidden: number, { signal }: Control): Promise<RowProducts> {
  const bytes = ((rows * rows) / 2) * Float64Array.BYTES_PER_ELEMENT;
  return withRoom('the products of rows', bytes, async () => {
    const sums = await columnProductsHere({ mean: new Float64Array(rows) });
    await sums.add(columns, hidden, { signal });
    return new RowProducts(sums);
  });
}
