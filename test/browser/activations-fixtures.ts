/** An encoder whose numbers are plain to see, and stores small enough to have several chunks. */
import type { Activations } from '../../src/activations/matrix.ts';
import type { StoreRequest } from '../../src/activations/cache.ts';
import type { Encoder } from '../../src/model/encoder.ts';
import type { EncodedRows } from '../../src/tokenizer/rows.ts';

export const shape = { rows: 23, layers: 2, hidden: 4 };
const width = shape.layers * shape.hidden;
/** Five rows a chunk: five chunks, the last of three. */
export const chunkBytes = 5 * width * 4;

/** Row r holds r % 7 + 1 tokens, the first of which is 100 + r. */
export const rows: EncodedRows = pack(
  Array.from({ length: shape.rows }, (_, row) => [100 + row, ...new Array<number>(row % 7).fill(1)]),
);

function pack(ids: number[][]): EncodedRows {
  const offsets = new Uint32Array(ids.length + 1);
  ids.forEach((row, index) => (offsets[index + 1] = offsets[index] + row.length));
  const pooledFrom = offsets.slice(0, -1);
  return {
    rows: ids.length,
    offsets,
    ids: Int32Array.from(ids.flat()),
    typeIds: new Uint8Array(offsets[ids.length]),
    outputs: ids.length,
    outputOffsets: Uint32Array.from(offsets.keys()),
    pooledFrom,
    pooledTo: pooledFrom.map((token) => token + 1),
  };
}

/** What the encoder below gives for a row: its first token, its length and where in the row the number stands. */
export function expected(row: number): number[] {
  return Array.from({ length: width }, (_, index) => 100 + row + (row % 7) * 1000 + index / 16);
}

export interface Counted extends Encoder {
  rowsDone: number;
}

/** @param failAfter rows after which it throws, as a tab that is closed; */
export function countingEncoder(failAfter = Infinity, value = (sum: number): number => sum): Counted {
  return {
    backend: 'wasm',
    layers: shape.layers,
    hidden: shape.hidden,
    maxLength: 64,
    padding: { side: 'right', id: 0, typeId: 0 },
    unpadded: false,
    answers: 'tokens',
    rowsDone: 0,
    run({ rows, length, ids, lengths }) {
      if (this.rowsDone + rows > failAfter) return Promise.reject(new Error('the tab was closed'));
      this.rowsDone += rows;
      const result = new Float32Array(rows * width);
      for (let row = 0; row < rows; row += 1) {
        const base = ids[row * length] + (lengths[row] - 1) * 1000;
        for (let index = 0; index < width; index += 1) result[row * width + index] = value(base + index / 16);
      }
      return Promise.resolve(result);
    },
    dispose: () => Promise.resolve(),
  };
}

export function request(key: string, warnings: string[], changes: Partial<StoreRequest> = {}): StoreRequest {
  const warn = (text: string) => warnings.push(text);
  return { key, title: `title of ${key}`, shape, memoryBytes: 2 ** 20, chunkBytes, warn, ...changes };
}

export async function allRows(activations: Activations): Promise<number[][]> {
  const result: number[][] = [];
  for (let index = 0; index < activations.blockCount; index += 1) {
    const { start, rows: count, data } = await activations.block(index);
    if (start !== result.length) throw new Error(`block ${index} starts at ${start}`);
    for (let row = 0; row < count; row += 1) result.push([...data.subarray(row * width, (row + 1) * width)]);
  }
  return result;
}

export const everyRow = Array.from({ length: shape.rows }, (_, row) => expected(row));
