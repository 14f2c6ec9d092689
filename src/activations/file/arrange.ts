/**
 * Puts the rows of an activation file into a store in another order than the file's: a train file that is split is
 * stored shuffled. The file is read from its beginning as often as it takes to hold only some chunks at a time; in file
 * order that is once.
 */
import type { Control } from '../../base/abort.ts';
import type { ActivationFile } from '../../format/activation-file.ts';
import { rowsInChunk, type ActivationStore } from '../cache.ts';
import { pairedRows, sentenceCount, type Pairing } from './pair.ts';

/** Chunks that are being filled at once: 512 MiB of the usual size. */
const openChunks = 16;

/** What is filled. */
export type Fillable = Pick<ActivationStore, 'shape' | 'chunkRows' | 'chunkCount' | 'has' | 'put'>;

interface Arrangement extends Control {
  /** Sentences in the order in which their rows are stored, each once; null: all, as the file has them. */
  order?: ArrayLike<number> | null;
}

/**
 * Fills what the store lacks; its shape is [rows of the ordered sentences, layers, hidden]. Progress counts stored rows.
 * @throws WinnowError `bad-data` when file and data do not agree; as `ActivationFile.sentences`; DOMException AbortError.
 */
export async function fillStore(
  store: Fillable,
  file: ActivationFile,
  pairing: Pairing,
  { order = null, signal, progress }: Arrangement = {},
): Promise<void> {
  const places = placesOf(pairing, order);
  const missing = new Set<number>();
  let done = store.shape.rows;
  for (let chunk = 0; chunk < store.chunkCount; chunk++) {
    if (await store.has(chunk)) continue;
    missing.add(chunk);
    done -= rowsInChunk(store, chunk);
  }
  while (missing.size > 0) {
    progress?.(done, store.shape.rows);
    const pass = new Pass(store, missing);
    let row = 0;
    for await (const data of pairedRows(file, pairing, { signal })) {
      for (let from = 0; from < data.length; from += pass.width) {
        const finished = pass.take(places[row++], data.subarray(from, from + pass.width));
        if (finished === null) continue;
        await store.put(finished.chunk, finished.data);
        missing.delete(finished.chunk);
        done += rowsInChunk(store, finished.chunk);
        progress?.(done, store.shape.rows);
      }
    }
  }
  progress?.(store.shape.rows, store.shape.rows);
}

/** Where each row of the file is stored; −1: nowhere. */
function placesOf(pairing: Pairing, order: ArrayLike<number> | null): Int32Array {
  const sentences = sentenceCount(pairing);
  const rowsIn = (sentence: number): number => (pairing.kind === 'sentences' ? 1 : pairing.words[sentence]);
  const starts = new Int32Array(sentences + 1);
  for (let sentence = 0; sentence < sentences; sentence++) starts[sentence + 1] = starts[sentence] + rowsIn(sentence);
  const places = new Int32Array(starts[sentences]).fill(-1);
  let stored = 0;
  for (let index = 0; index < (order?.length ?? sentences); index++) {
    const sentence = order?.[index] ?? index;
    for (let row = starts[sentence]; row < starts[sentence + 1]; row++) {
      if (pairing.kind === 'words' && pairing.isLabelled?.(sentence, row - starts[sentence]) === false) continue;
      places[row] = stored++;
    }
  }
  return places;
}

/** One reading of the file: chunks of which a row went by before there was room for them wait for the next. */
class Pass {
  readonly width: number;
  private readonly open = new Map<number, { data: Float32Array; left: number }>();
  private readonly waiting = new Set<number>();

  constructor(
    private readonly store: Fillable,
    private readonly missing: ReadonlySet<number>,
  ) {
    this.width = store.shape.layers * store.shape.hidden;
  }

  /** @returns the chunk that this row was the last of, or null. */
  take(place: number, row: Float32Array): { chunk: number; data: Float32Array } | null {
    const { chunkRows } = this.store;
    const chunk = Math.floor(place / chunkRows);
    if (place < 0 || !this.missing.has(chunk) || this.waiting.has(chunk)) return null;
    const filling = this.open.get(chunk) ?? this.start(chunk);
    if (filling === null) return null;
    filling.data.set(row, (place - chunk * chunkRows) * this.width);
    filling.left--;
    if (filling.left > 0) return null;
    this.open.delete(chunk);
    return { chunk, data: filling.data };
  }

  private start(chunk: number): { data: Float32Array; left: number } | null {
    if (this.open.size === openChunks) {
      this.waiting.add(chunk);
      return null;
    }
    const rows = rowsInChunk(this.store, chunk);
    const filling = { data: new Float32Array(rows * this.width), left: rows };
    this.open.set(chunk, filling);
    return filling;
  }
}
