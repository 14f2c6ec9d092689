/**
 * Runs the encoder over all rows and fills the store chunk by chunk: inside a chunk rows are sorted by length and
 * batched by tokens, results go back to the caller's order. What is stored and counted are the rows' outputs: a sentence
 * has one, a labelling sentence one a word. Chunks that the store has are not computed again.
 */
import { yieldToEvents, type Control } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import type { Encoder } from '../model/encoder.ts';
import type { PerRow } from '../model/architecture.ts';
import type { EncodedRows } from '../tokenizer/rows.ts';
import { planBatches } from './batches.ts';
import { rowsInChunk, type ActivationStore } from './cache.ts';
import { fillBatch, rowOf } from './fill.ts';
import { writeMean, type Activations } from './matrix.ts';

/**
 * Outputs are stored in the caller's order: the store's rows are `rows.outputs`. `open` is called only when a chunk is
 * missing, with what the graph has to pool; the encoder is disposed of before this returns. Progress counts outputs,
 * kept ones at once. A sentence with words in two chunks runs twice.
 * @throws WinnowError `bad-model` when the model gives a value that is no finite number, what the encoder throws, and
 * the signal's reason when aborted; finished chunks stay in the store.
 */
export async function extractActivations(
  rows: EncodedRows,
  open: (perRow: PerRow) => Promise<Encoder>,
  store: ActivationStore,
  { signal, progress }: Control = {},
): Promise<Activations> {
  const missing: number[] = [];
  let done = 0;
  for (let chunk = 0; chunk < store.chunkCount; chunk += 1) {
    signal?.throwIfAborted();
    if (await store.has(chunk)) done += rowsInChunk(store, chunk);
    else missing.push(chunk);
  }
  progress?.(done, rows.outputs);
  if (missing.length === 0) return store.activations();

  const perRow = perRowOf(rows);
  const encoder = await open(perRow);
  try {
    for (const chunk of missing) {
      const before = done;
      const start = chunk * store.chunkRows;
      const count = rowsInChunk(store, chunk);
      const step: Control = { signal, progress: (now) => progress?.(before + now, rows.outputs) };
      const data = await extractChunk(rows, { start, count, perRow }, encoder, step);
      await store.put(chunk, data);
      done += count;
    }
  } finally {
    await encoder.dispose();
  }
  return store.activations();
}

/** Whether every row has one output of one token. */
function perRowOf({ rows, outputs, outputOffsets, pooledFrom, pooledTo }: EncodedRows): PerRow {
  const single = pooledFrom.every((from, output) => pooledTo[output] === from + 1);
  const oneEach = outputs === rows && outputOffsets.every((offset, row) => offset === row);
  return single && oneEach ? 'one' : 'many';
}

/** @returns [count, layers × hidden] of the outputs from `start` on, in their order */
async function extractChunk(
  rows: EncodedRows,
  { start, count, perRow }: { start: number; count: number; perRow: PerRow },
  encoder: Encoder,
  { signal, progress }: Control,
): Promise<Float32Array> {
  const width = encoder.layers * encoder.hidden;
  const result = new Float32Array(count * width);
  const first = rowOf(rows, start);
  const last = rowOf(rows, start + count - 1);
  const { backend, maxLength, unpadded } = encoder;
  const tokens = perRow === 'many' ? Math.floor(pooledNumbers / width) : Infinity;
  let done = 0;
  for (const planned of planBatches(rows.offsets, first, last - first + 1, { backend, maxLength, unpadded, tokens })) {
    signal?.throwIfAborted();
    const { batch, outputs, counts } = fillBatch(rows, planned, { start, end: start + count }, encoder.padding);
    const pooled = outputs.length > 0 ? await encoder.run(batch) : new Float32Array(0);
    checkFinite(pooled, width, encoder.hidden);
    let from = 0;
    outputs.forEach((output, index) => {
      const to = from + counts[index];
      const place = (output - start) * width;
      writeMean(result.subarray(place, place + width), pooled.subarray(from * width, to * width));
      from = to;
    });
    done += outputs.length;
    progress?.(done, count);
    await yieldToEvents();
  }
  return result;
}

/** Numbers that leave the graph at once where nearly all of its tokens do: 64 MiB. */
const pooledNumbers = 2 ** 24;

function checkFinite(values: Float32Array, width: number, hidden: number): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const layer = Math.floor((at % width) / hidden);
  const message = `Layer ${layer} of the model gives values that are not numbers: its weights are damaged or too large.`;
  throw new WinnowError('bad-model', message, 'Copy the weights again, or save them from a model that works.');
}
