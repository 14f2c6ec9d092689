/** Weights as they lie in a graph that is written to a file. */
import { elementBytes } from './messages.ts';

/** How a graph's large weights lie in it; it computes with float32 but for the products of int8. */
export type WeightStorage = 'float32' | 'float16' | 'int8';

/** A weight as it lies in a graph. */
export interface StoredWeight {
  name: string;
  /** The tensor that it is made of. */
  source: string;
  type: 'float32' | 'float16' | 'int8';
  shape: readonly number[];
  /**
   * int8 numbers are symmetric, their scale the largest of a row, or of a column, by 127. Absent: of the source's own numbers.
   */
  quantised?: { part: 'values' | 'scales'; by: 'row' | 'column'; transposed: boolean };
}

/** Of a weight as it is stored. */
export function weightBytes({ type, shape }: StoredWeight): number {
  return shape.reduce((product, size) => product * size, elementBytes[type]);
}
