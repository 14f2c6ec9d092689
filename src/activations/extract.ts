/**
 * Runs the encoder over all rows and fills the store chunk by chunk: inside a chunk rows are sorted by length and
 * batched by tokens, results go back to the caller's order. Chunks that the store has are not computed again.
 */
import { yieldToEvents, type Control } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import type { Batch, Encoder } from '../model/encoder.ts';
import type { EncodedRows } from '../model/tokenize.ts';
import { planBatches } from './batches.ts';
import type { ActivationStore } from './cache.ts';
import type { Activations } from './matrix.ts';

/**
 * Rows are stored in the caller's order. `open` is called only when a chunk is missing; the encoder is disposed of
 * before this returns. Progress counts rows, kept ones at once.
 * @throws WinnowError `bad-model` when the model gives a value that is no finite number, what the encoder throws, and
 * the signal's reason when aborted; finished chunks stay in the store.
 */
export async function extractActivations(
  rows: EncodedRows,
  open: () => Promise<Encoder>,
  store: ActivationStore,
  { signal, progress }: Control = {},
): Promise<Activations> {
  const missing: number[] = [];
  let done = 0;
  for (let chunk = 0; chunk < store.chunkCount; chunk += 1) {
    signal?.throwIfAborted();
    if (await store.has(chunk)) done += rowsOf(store, chunk);
    else missing.push(chunk);
  }
  progress?.(done, rows.rows);
  if (missing.length === 0) return store.activations();

  const encoder = await open();
  try {
    for (const chunk of missing) {
      const before = done;
      const start = chunk * store.chunkRows;
      const count = rowsOf(store, chunk);
      const step: Control = { signal, progress: (now) => progress?.(before + now, rows.rows) };
      const data = await extractChunk(rows, start, count, encoder, step);
      await store.put(chunk, data);
      done += count;
    }
  } finally {
    await encoder.dispose();
  }
  return store.activations();
}

function rowsOf({ shape, chunkRows }: ActivationStore, chunk: number): number {
  return Math.min(chunkRows, shape.rows - chunk * chunkRows);
}

/** @returns [count, layers × hidden] in the order of the rows */
async function extractChunk(
  rows: EncodedRows,
  start: number,
  count: number,
  encoder: Encoder,
  { signal, progress }: Control,
): Promise<Float32Array> {
  const width = encoder.layers * encoder.hidden;
  const result = new Float32Array(count * width);
  let done = 0;
  for (const batch of planBatches(rows.offsets, start, count, encoder)) {
    signal?.throwIfAborted();
    const pooled = await encoder.run(fill(rows, batch.rows, batch.length));
    checkFinite(pooled, width, encoder.hidden);
    batch.rows.forEach((row, index) => {
      result.set(pooled.subarray(index * width, (index + 1) * width), (row - start) * width);
    });
    done += batch.rows.length;
    progress?.(done, count);
    await yieldToEvents();
  }
  return result;
}

function fill({ offsets, ids, typeIds }: EncodedRows, rows: readonly number[], length: number): Batch {
  const batch: Batch = {
    rows: rows.length,
    length,
    ids: new Int32Array(rows.length * length),
    typeIds: new Int32Array(rows.length * length),
    lengths: Int32Array.from(rows, (row) => offsets[row + 1] - offsets[row]),
    pooled: Int32Array.from(rows, (_, index) => index * length),
  };
  rows.forEach((row, index) => {
    batch.ids.set(ids.subarray(offsets[row], offsets[row + 1]), index * length);
    batch.typeIds.set(typeIds.subarray(offsets[row], offsets[row + 1]), index * length);
  });
  return batch;
}

function checkFinite(values: Float32Array, width: number, hidden: number): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const layer = Math.floor((at % width) / hidden);
  const message = `Layer ${layer} of the model gives ${values[at]}: its weights are damaged or too large.`;
  throw new WinnowError('bad-model', message, 'Copy the weights again, or save them from a model that works.');
}
