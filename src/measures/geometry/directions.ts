/**
 * Where vectors point: cosines between the layers of a row, and between the rows of a layer. A vector of zeros has no
 * direction: its row counts for neither. Sums over rows in float64.
 */
import type { Geometry } from './field.ts';

/** Neurons of a layer whose part in its anisotropy is kept. */
const partsKept = 5;

export class DirectionSums {
  readonly #layers: number;
  readonly #hidden: number;
  /** Of the row at hand, [layers, hidden]. */
  readonly #unit: Float64Array;
  readonly #isZero: Uint8Array;
  /** [layers, layers], above the diagonal: sums of cosines and of angles, and rows in both. */
  readonly #cosines: Float64Array;
  readonly #angles: Float64Array;
  readonly #pairs: Float64Array;
  /** Sums of directions and of their squares, [layers, hidden], and rows in them. */
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #rows: Float64Array;

  constructor({ layers, hidden }: { layers: number; hidden: number }) {
    this.#layers = layers;
    this.#hidden = hidden;
    this.#unit = new Float64Array(layers * hidden);
    this.#isZero = new Uint8Array(layers);
    this.#cosines = new Float64Array(layers * layers);
    this.#angles = new Float64Array(layers * layers);
    this.#pairs = new Float64Array(layers * layers);
    this.#sums = new Float64Array(layers * hidden);
    this.#squares = new Float64Array(layers * hidden);
    this.#rows = new Float64Array(layers);
  }

  /** @param from where the row begins in `data`. */
  add(data: Float32Array, from: number): void {
    for (let layer = 0; layer < this.#layers; layer++) this.#addVector(data, from, layer);
    for (let j = 1; j < this.#layers; j++) {
      if (this.#isZero[j]) continue;
      for (let i = 0; i < j; i++) if (!this.#isZero[i]) this.#addPair(i, j);
    }
  }

  #addVector(data: Float32Array, from: number, layer: number): void {
    const offset = layer * this.#hidden;
    const unit = this.#unit;
    let square = 0;
    for (let at = offset; at < offset + this.#hidden; at++) square += data[from + at] * data[from + at];
    this.#isZero[layer] = square === 0 ? 1 : 0;
    if (square === 0) return;
    const norm = Math.sqrt(square);
    this.#rows[layer] += 1;
    for (let at = offset; at < offset + this.#hidden; at++) {
      const value = data[from + at] / norm;
      unit[at] = value;
      this.#sums[at] += value;
      this.#squares[at] += value * value;
    }
  }

  #addPair(i: number, j: number): void {
    const unit = this.#unit;
    const hidden = this.#hidden;
    const [a, b] = [i * hidden, j * hidden];
    let product = 0;
    for (let at = 0; at < hidden; at++) product += unit[a + at] * unit[b + at];
    const cosine = Math.max(-1, Math.min(1, product));
    const pair = i * this.#layers + j;
    this.#cosines[pair] += cosine;
    this.#angles[pair] += Math.acos(cosine) / Math.PI;
    this.#pairs[pair] += 1;
  }

  /** 1 − mean cos(x_l, x_{l+1}) (ShortGPT 2024), of each step; null without a row that has both directions. */
  blockInfluence(): (number | null)[] {
    return Array.from({ length: this.#layers - 1 }, (_, layer) => {
      const pair = layer * this.#layers + layer + 1;
      return this.#pairs[pair] === 0 ? null : 1 - this.#cosines[pair] / this.#pairs[pair];
    });
  }

  /** Mean angle over π (Gromov et al. 2025), [layers, layers], 0 on the diagonal. */
  angularDistance(): (number | null)[][] {
    const layers = Array.from({ length: this.#layers }, (_, layer) => layer);
    return layers.map((i) =>
      layers.map((j) => {
        if (i === j) return 0;
        const pair = Math.min(i, j) * this.#layers + Math.max(i, j);
        return this.#pairs[pair] === 0 ? null : this.#angles[pair] / this.#pairs[pair];
      }),
    );
  }

  /**
   * Mean cosine of two different rows, and each neuron's part in it (Timkey & van Schijndel 2021); null with fewer than two
   * rows that have a direction.
   * @param variances of the layer's neurons, and their sum.
   */
  anisotropy(layer: number, variances: Float64Array, variance: number): Geometry['anisotropy'][number] {
    const rows = this.#rows[layer];
    if (rows < 2) return { mean: null, neurons: [] };
    const offset = layer * this.#hidden;
    const parts = Float64Array.from({ length: this.#hidden }, (_, index) => {
      return (this.#sums[offset + index] ** 2 - this.#squares[offset + index]) / (rows * (rows - 1));
    });
    const leading = Array.from(parts.keys()).sort((a, b) => parts[b] - parts[a] || a - b);
    return {
      mean: parts.reduce((sum, part) => sum + part, 0),
      neurons: leading.slice(0, partsKept).map((index) => ({
        ...{ index, part: parts[index] },
        variance: variance > 0 ? variances[index] / variance : null,
      })),
    };
  }
}
