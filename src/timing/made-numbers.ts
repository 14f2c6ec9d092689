/** Made activations of any size, chunk by chunk from a seed: the same in every epoch, and never more than one in memory. */
import { inMemory, type Activations } from '../activations/matrix.ts';
import { Mt19937 } from '../base/random.ts';

/** Floats of a chunk: 40 MB. */
const chunkNumbers = 10 * 2 ** 20;

export interface MadeRows {
  activations: Activations;
  labels: Int32Array;
}

/**
 * Chunks of whole batches, one after the other; a chunk's memory is used again for the next.
 * @param seed of the first; the others follow.
 */
export function* madeChunks(
  { rows, features, classes }: { rows: number; features: number; classes: number },
  { batchSize, seed }: { batchSize: number; seed: number },
): Generator<MadeRows> {
  const size = batchSize * Math.max(1, Math.floor(chunkNumbers / (features * batchSize)));
  const values = new Float32Array(Math.min(rows, size) * features);
  for (let start = 0; start < rows; start += size) {
    const count = Math.min(size, rows - start);
    const data = values.subarray(0, count * features);
    new Mt19937(seed + start).uniform(data, -1, 1);
    const labels = Int32Array.from({ length: count }, (_, row) => (start + row) % classes);
    yield { activations: inMemory(data, { rows: count, layers: 1, hidden: features }, count), labels };
  }
}
