/**
 * A thread's work on sums of products of centred columns, in float64. Rows come in chunks; columns are packed for the
 * kernel as tiles need them, and each tile of a chunk's products is added to where it belongs in condensed storage, so that
 * no second matrix of columns × columns ever exists. Every number is one sum over the rows in their order, whichever thread
 * makes it. Memory beside the sums: one packed chunk (41 MB at 9,984 columns).
 */
import type { Control } from '../../base/abort.ts';
import { withRoom } from '../../base/errors.ts';
import { TimeSlices } from '../../base/pace.ts';
import type { Arithmetic } from '../kernels/arithmetic.ts';
import { panel, type ProductKernel, productKernel } from '../kernels/column-products.ts';
import type { WantedGroups } from '../device.ts';
import { rowOffset } from './condensed.ts';

/** Rows of a chunk: a panel of 4 columns stays in the first-level cache, a tile of columns in the second. */
export const chunkRows = 512;

const tilePanels = 32;
const tileColumns = tilePanels * panel;
const doubleBytes = 8;

/** What the threads of one computation share. */
export interface ProductSpec {
  /** Of every column over all rows. [width] */
  mean: Float64Array;
  /** Sums as `ColumnProducts` has them, 0 at first. */
  products: Float64Array;
  squares: Float64Array;
  /** Tiles of the present chunk that some thread has taken, one number: 0 before each chunk. */
  taken: Int32Array;
  /** null: all. */
  wanted: WantedGroups | null;
  /** Of the kernel; null: the faster one that this browser has. */
  arithmetic: Arithmetic | null;
}

export class TileProducts {
  readonly #spec: ProductSpec;
  readonly #kernel: ProductKernel;
  /** The kernel's memory: the packed chunk, then one tile of products. */
  readonly #numbers: Float64Array;
  readonly #panels: number;
  /** Row and column of every tile on or above the diagonal. */
  readonly #tiles: [number, number][];
  /** Columns of the present chunk that are packed, by tiles. */
  readonly #packed: Uint8Array;

  /** @throws WinnowError `out-of-memory`. */
  static async open(spec: ProductSpec): Promise<TileProducts> {
    const panels = Math.ceil(spec.mean.length / panel);
    const bytes = (panels * panel * chunkRows + tileColumns * tileColumns) * doubleBytes;
    const kernel = await withRoom('a thread', bytes, () => productKernel(bytes, spec.arithmetic));
    return new TileProducts(spec, panels, kernel);
  }

  private constructor(spec: ProductSpec, panels: number, kernel: ProductKernel) {
    this.#spec = spec;
    this.#panels = panels;
    this.#kernel = kernel;
    this.#numbers = new Float64Array(kernel.memory.buffer);
    const count = Math.ceil(panels / tilePanels);
    this.#packed = new Uint8Array(count);
    this.#tiles = Array.from({ length: count }, (_, i) =>
      Array.from({ length: count - i }, (_, j): [number, number] => [i, i + j]),
    )
      .flat()
      .filter(([i, j]) => isWanted(spec, i, j));
  }

  /** Takes tiles of `rows` ≤ `chunkRows` rows of `data` [rows, width] until none is left. Progress counts tiles taken. */
  async add(data: Float32Array | Float64Array, rows: number, control: Control = {}): Promise<void> {
    const tiles = this.#tiles;
    const pace = new TimeSlices(control);
    this.#packed.fill(0);
    for (;;) {
      const next = Atomics.add(this.#spec.taken, 0, 1);
      if (next >= tiles.length) return;
      const [i, j] = tiles[next];
      this.#pack(data, rows, i);
      this.#pack(data, rows, j);
      this.#addTile(i, j, rows);
      if (pace.due()) await pace.pause(next + 1, tiles.length);
    }
  }

  /** Columns of a tile. */
  #pack(data: Float32Array | Float64Array, rows: number, tile: number): void {
    if (this.#packed[tile] === 1) return;
    this.#packed[tile] = 1;
    const numbers = this.#numbers;
    const { mean } = this.#spec;
    const width = mean.length;
    const end = Math.min(this.#panels, (tile + 1) * tilePanels);
    for (let own = tile * tilePanels; own < end; own++) {
      const column = own * panel;
      let to = column * rows;
      if (column + panel > width) {
        this.#packLast(data, rows, column);
        continue;
      }
      const [mean0, mean1, mean2, mean3] = mean.subarray(column, column + panel);
      for (let from = column; from < rows * width; from += width, to += panel) {
        numbers[to] = data[from] - mean0;
        numbers[to + 1] = data[from + 1] - mean1;
        numbers[to + 2] = data[from + 2] - mean2;
        numbers[to + 3] = data[from + 3] - mean3;
      }
    }
  }

  /** A panel with columns behind the last, which are 0. */
  #packLast(data: Float32Array | Float64Array, rows: number, first: number): void {
    const { mean } = this.#spec;
    const width = mean.length;
    for (let row = 0; row < rows; row++) {
      for (let at = 0; at < panel; at++) {
        const column = first + at;
        const value = column < width ? data[row * width + column] - mean[column] : 0;
        this.#numbers[first * rows + row * panel + at] = value;
      }
    }
  }

  #addTile(i: number, j: number, rows: number): void {
    const { products, squares } = this.#spec;
    const numbers = this.#numbers;
    const width = squares.length;
    const out = this.#panels * panel * chunkRows;
    const [panelsI, panelsJ] = [i, j].map((tile) => Math.min(tilePanels, this.#panels - tile * tilePanels));
    const [a, b] = [i, j].map((tile) => tile * tileColumns * rows * doubleBytes);
    this.#kernel.multiply(a, b, out * doubleBytes, panelsI, panelsJ, rows);
    const lastRow = Math.min(width, (i + 1) * tileColumns);
    const lastColumn = Math.min(width, (j + 1) * tileColumns);
    for (let row = i * tileColumns; row < lastRow; row++) {
      const from = out + (row - i * tileColumns) * panelsJ * panel - j * tileColumns;
      const offset = rowOffset(row, width);
      const first = i === j ? row + 1 : j * tileColumns;
      if (i === j) squares[row] += numbers[from + row];
      for (let column = first; column < lastColumn; column++) products[offset + column] += numbers[from + column];
    }
  }
}

/** Whether some pair of groups that is asked for lies in a tile. */
function isWanted({ mean, wanted }: ProductSpec, i: number, j: number): boolean {
  if (wanted === null) return true;
  const groups = Math.round(mean.length / wanted.group);
  const [rows, columns] = [i, j].map((tile) => ({
    first: Math.floor((tile * tileColumns) / wanted.group),
    last: Math.min(groups - 1, Math.floor(((tile + 1) * tileColumns - 1) / wanted.group)),
  }));
  for (let row = rows.first; row <= rows.last; row++) {
    for (let column = Math.max(row, columns.first); column <= columns.last; column++) {
      if (wanted.pairs[row * groups + column] === 1) return true;
    }
  }
  return false;
}
