/**
 * Sums of products of centred columns, XᵀX above and on the diagonal, in float64. Rows come in chunks that are packed for
 * the kernel; each tile of a chunk's products is added to where it belongs in condensed storage, so that no second matrix
 * of neurons × neurons ever exists. Memory beside the sums: one packed chunk (41 MB at 9,984 neurons).
 */
import type { Control } from '../base/abort.ts';
import { type Arithmetic, panel, type ProductKernel, productKernel } from '../compute/kernels/column-products.ts';
import { rowOffset } from './linkage.ts';
import { TimeSlices } from './pace.ts';

/** Rows of a chunk: a panel of 4 columns stays in the first-level cache, a tile of columns in the second. */
export const chunkRows = 512;

const tilePanels = 32;
const tileColumns = tilePanels * panel;
const doubleBytes = 8;

export class ProductSums {
  /** Σ cᵢ cⱼ of columns i < j at `rowOffset(i, width) + j`. */
  readonly products: Float64Array<ArrayBuffer>;
  /** Σ cᵢ². [width] */
  readonly squares: Float64Array<ArrayBuffer>;
  readonly #mean: Float64Array;
  readonly #kernel: ProductKernel;
  /** The kernel's memory: the packed chunk, then one tile of products. */
  readonly #numbers: Float64Array;
  readonly #panels: number;

  /** @throws RangeError where there is no room. */
  static async open(mean: Float64Array, arithmetic?: Arithmetic): Promise<ProductSums> {
    const panels = Math.ceil(mean.length / panel);
    const bytes = (panels * panel * chunkRows + tileColumns * tileColumns) * doubleBytes;
    return new ProductSums(mean, panels, await productKernel(bytes, arithmetic));
  }

  /** Further sums of as many columns, in the same memory for chunks and tiles. */
  beside(mean: Float64Array): ProductSums {
    return new ProductSums(mean, this.#panels, this.#kernel);
  }

  private constructor(mean: Float64Array, panels: number, kernel: ProductKernel) {
    const width = mean.length;
    this.products = new Float64Array((width * (width - 1)) / 2);
    this.squares = new Float64Array(width);
    this.#mean = mean;
    this.#panels = panels;
    this.#kernel = kernel;
    this.#numbers = new Float64Array(kernel.memory.buffer);
  }

  /** Adds `rows` ≤ `chunkRows` rows of `data` [rows, width]. Progress counts tiles. */
  async add(data: Float32Array | Float64Array, rows: number, control: Control = {}): Promise<void> {
    this.#pack(data, rows);
    const tiles = Math.ceil(this.#panels / tilePanels);
    const total = (tiles * (tiles + 1)) / 2;
    let done = 0;
    const pace = new TimeSlices(control);
    for (let i = 0; i < tiles; i++) {
      for (let j = i; j < tiles; j++) {
        this.#addTile(i, j, rows);
        done++;
        if (pace.due()) await pace.pause(done, total);
      }
    }
  }

  /** Columns behind the last stay 0. */
  #pack(data: Float32Array | Float64Array, rows: number): void {
    const mean = this.#mean;
    const numbers = this.#numbers;
    const width = mean.length;
    for (let row = 0; row < rows; row++) {
      const from = row * width;
      for (let column = 0; column < width; column++) {
        const inPanel = column % panel;
        numbers[(column - inPanel) * rows + row * panel + inPanel] = data[from + column] - mean[column];
      }
    }
    for (let column = width; column < this.#panels * panel; column++) {
      const inPanel = column % panel;
      for (let row = 0; row < rows; row++) numbers[(column - inPanel) * rows + row * panel + inPanel] = 0;
    }
  }

  #addTile(i: number, j: number, rows: number): void {
    const { products, squares } = this;
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
