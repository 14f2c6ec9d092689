/**
 * Runs the encoder over all rows and fills the store chunk by chunk: inside a chunk rows are sorted by length and
 * batched by tokens, results go back to the caller's order. What is stored and counted are the rows' outputs: a sentence
 * has one, a labelling sentence one a word. Chunks that the store has are not computed again, nor rows that are given.
 */
import { yieldToEvents, type Control } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import type { Encoder } from '../model/encoder.ts';
import type { PerRow } from '../model/architecture.ts';
import type { EncodedRows } from '../tokenizer/rows.ts';
import { planBatches } from './batches.ts';
import { rowsInChunk, type ActivationStore } from './cache.ts';
import { fillBatch, perRowOf, rowOf } from './fill.ts';
import { writeMean, type Activations } from './matrix.ts';

/** Outputs whose numbers are there already: the rows of a quick look. */
export interface GivenOutputs {
  /** By output, the place in what `activations` gives; −1: not given. All outputs of a row are given, or none. */
  places: Int32Array;
  /** Called when a chunk is missing; counts from 0 to 1. */
  activations: (progress: (share: number) => void) => Promise<Activations>;
}

export interface ExtractionControl extends Control {
  /** Work of a row of so many tokens, compared with others; default the number of tokens. */
  work?: (tokens: number) => number;
  /** Default none. */
  given?: GivenOutputs | null;
}

/**
 * Outputs are stored in the caller's order: the store's rows are `rows.outputs`. `open` is called only when a chunk is
 * missing, with what the graph has to pool; the encoder is disposed of before this returns. Progress counts outputs,
 * kept ones at once, and the share of the work. A sentence with words in two chunks runs twice.
 * @throws WinnowError `bad-model` when the model gives a value that is no finite number, what the encoder throws, and
 * the signal's reason when aborted; finished chunks stay in the store.
 */
export async function extractActivations(
  rows: EncodedRows,
  open: (perRow: PerRow) => Promise<Encoder>,
  store: ActivationStore,
  { signal, progress, work = (tokens) => tokens, given = null }: ExtractionControl = {},
): Promise<Activations> {
  const whole = rangeOf(rows, 0, rows.outputs, work, null);
  // A sentence in two chunks counts twice in what is left.
  const tell = (done: number, left: number): void =>
    progress?.(done, rows.outputs, Math.max(0, 1 - left / Math.max(1, whole.work)));
  const missing: number[] = [];
  for (let chunk = 0; chunk < store.chunkCount; chunk += 1) {
    signal?.throwIfAborted();
    if (!(await store.has(chunk))) missing.push(chunk);
  }
  const chunks = missing.map((chunk) => {
    const start = chunk * store.chunkRows;
    const count = rowsInChunk(store, chunk);
    const all = rangeOf(rows, start, count, work, null);
    return { chunk, start, count, all, own: rangeOf(rows, start, count, work, given) };
  });
  let left = chunks.reduce((sum, { all }) => sum + all.work, 0);
  let done = rows.outputs - chunks.reduce((sum, { count }) => sum + count, 0);
  tell(done, left);
  if (missing.length === 0) return store.activations();

  const before = { done, left };
  const shared = chunks.reduce((sum, { count, own }) => sum + count - own.outputs, 0);
  const saved = chunks.reduce((sum, { all, own }) => sum + all.work - own.work, 0);
  const ready = await given?.activations((share) =>
    tell(before.done + Math.floor(shared * share), before.left - saved * share),
  );
  done += shared;
  left -= saved;

  const perRow = perRowOf(rows);
  const encoder = await open(perRow);
  // A chunk is written while the next one runs.
  let writing: Promise<void> = Promise.resolve();
  try {
    for (const { chunk, start, count, own } of chunks) {
      const data = new Float32Array(count * encoder.layers * encoder.hidden);
      if (given && ready) await copyGiven(data, given.places.subarray(start, start + count), ready);
      const at = { done, left };
      const step = (outputs: number, spent: number): void => tell(at.done + outputs, at.left - spent);
      await extractChunk(rows, { start, count, perRow, given, data, work, signal, step }, encoder);
      await writing;
      writing = store.put(chunk, data);
      done += own.outputs;
      left -= own.work;
    }
  } finally {
    await writing.finally(() => encoder.dispose());
  }
  return store.activations();
}

/**
 * All outputs of a few rows, kept nowhere. Progress counts outputs.
 * @returns [outputs, layers × hidden].
 * @throws as extraction does.
 */
export async function extractFew(
  rows: EncodedRows,
  encoder: Encoder,
  { signal, progress }: Control = {},
): Promise<Float32Array> {
  const data = new Float32Array(rows.outputs * encoder.layers * encoder.hidden);
  const whole = { start: 0, count: rows.outputs, perRow: perRowOf(rows), given: null, data, signal };
  const step = (outputs: number): void => progress?.(outputs, rows.outputs);
  await extractChunk(rows, { ...whole, work: () => 0, step }, encoder);
  return data;
}

/** Outputs of [start, start + count) that run, and the work of their rows. */
function rangeOf(
  rows: EncodedRows,
  start: number,
  count: number,
  work: (tokens: number) => number,
  given: GivenOutputs | null,
): { outputs: number; work: number } {
  const sum = { outputs: 0, work: 0 };
  const { offsets, outputOffsets } = rows;
  for (let row = count > 0 ? rowOf(rows, start) : rows.rows; row < rows.rows; row += 1) {
    const from = Math.max(start, outputOffsets[row]);
    const to = Math.min(start + count, outputOffsets[row + 1]);
    if (outputOffsets[row] >= start + count) break;
    if (to <= from || isGiven(given, from)) continue;
    sum.outputs += to - from;
    sum.work += work(offsets[row + 1] - offsets[row]);
  }
  return sum;
}

function isGiven(given: GivenOutputs | null, output: number): boolean {
  return given !== null && given.places[output] >= 0;
}

/** @param places of the outputs that `data` is for. */
async function copyGiven(data: Float32Array, places: Int32Array, activations: Activations): Promise<void> {
  const width = activations.layers * activations.hidden;
  for (const [output, place] of places.entries()) {
    if (place < 0) continue;
    const block = await activations.block(Math.floor(place / activations.blockRows));
    const from = (place - block.start) * width;
    data.set(block.data.subarray(from, from + width), output * width);
  }
}

interface Chunk {
  /** First output. */
  start: number;
  count: number;
  perRow: PerRow;
  given: GivenOutputs | null;
  /** [count, layers × hidden], filled but for what is given. */
  data: Float32Array;
  work: (tokens: number) => number;
  signal?: AbortSignal;
  /** Hears of the outputs and the work that are done. */
  step: (outputs: number, work: number) => void;
}

async function extractChunk(
  rows: EncodedRows,
  { start, count, perRow, given, data, work, signal, step }: Chunk,
  encoder: Encoder,
): Promise<void> {
  const width = encoder.layers * encoder.hidden;
  const first = rowOf(rows, start);
  const last = rowOf(rows, start + count - 1);
  const { backend, maxLength, unpadded } = encoder;
  const tokens = perRow === 'many' ? Math.floor(pooledNumbers / width) : Infinity;
  const { offsets, outputOffsets } = rows;
  const without = (row: number): boolean => {
    return outputOffsets[row + 1] > outputOffsets[row] && isGiven(given, outputOffsets[row]);
  };
  const limits = { backend, maxLength, unpadded, tokens, without };
  let done = 0;
  let spent = 0;
  for (const planned of planBatches(offsets, first, last - first + 1, limits)) {
    signal?.throwIfAborted();
    const { batch, outputs, counts } = fillBatch(rows, planned, { start, end: start + count }, encoder);
    const pooled = outputs.length > 0 ? await encoder.run(batch) : new Float32Array(0);
    checkFinite(pooled, width, encoder.hidden);
    let from = 0;
    outputs.forEach((output, index) => {
      const to = from + counts[index];
      const place = (output - start) * width;
      writeMean(data.subarray(place, place + width), pooled.subarray(from * width, to * width));
      from = to;
    });
    done += outputs.length;
    for (const row of planned.rows) spent += work(offsets[row + 1] - offsets[row]);
    step(done, spent);
    await yieldToEvents();
  }
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
