/** Made numbers: neurons of which every fourth is a signal that others follow, and labels that some signals decide. */
import { inMemory, part, type Activations } from '../../../src/activations/matrix.ts';
import { Mt19937 } from '../../../src/base/random.ts';
import type { ProbeParts } from '../../../src/probe/parts.ts';

export interface MadeSizes {
  rows: number;
  /** With the embeddings. */
  layers: number;
  hidden: number;
  classes: number;
}

/** Rows of the dev and of the test part, beside those of train. */
export const heldOut = 872;

/** The next rows: [count, layers × hidden]. */
export function madeRows(
  draws: Mt19937,
  count: number,
  { layers, hidden, classes }: MadeSizes,
): { data: Float32Array; labels: Int32Array } {
  const width = layers * hidden;
  const data = new Float32Array(count * width);
  draws.uniform(data, -1, 1);
  const labels = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const own = data.subarray(row * width, (row + 1) * width);
    for (let j = 0; j < width; j += 4) for (let k = 1; k < 4; k++) own[j + k] = own[j] + own[j + k] / 2;
    const score = own[0] + own[hidden] + own[2 * hidden] + own[width - 4];
    labels[row] = Math.max(0, Math.min(classes - 1, Math.floor(((score + 2) / 4) * classes)));
  }
  return { data, labels };
}

export function madeParts(sizes: MadeSizes): ProbeParts {
  const { rows, layers, hidden } = sizes;
  const all = rows + 2 * heldOut;
  const { data, labels } = madeRows(new Mt19937(1), all, sizes);
  const activations = inMemory(data, { rows: all, layers, hidden });
  const rest = (start: number, end: number): { activations: Activations; labels: Int32Array } => ({
    activations: part(activations, start, end),
    labels: labels.slice(start, end),
  });
  return {
    train: rest(0, rows),
    dev: rest(rows, rows + heldOut),
    test: rest(rows + heldOut, all),
  };
}
