/**
 * The store of one set of activations: finished chunks go to IndexedDB under a content hash and stay in memory up to a
 * budget, so that the epochs do not read them again. Where storage is absent, refused or full the store goes on in
 * memory and says so once. A Web Lock a key keeps two tabs from writing the same.
 */
import { isQuota } from '../base/database.ts';
import { WinnowError } from '../base/errors.ts';
import {
  describe,
  emptyManifest,
  readAll,
  readChunk,
  readManifest,
  remove,
  rowsDone,
  writeChunk,
  writeManifest,
  type KeptActivations,
  type Manifest,
} from './kept.ts';
import { takeLock, type StorageLock } from './lock.ts';
import type { Activations, ActivationShape, Block } from './matrix.ts';
import { ChunkMemory } from './memory.ts';

export interface StoreRequest {
  /** Content hash of everything that decides the numbers: weights, tokenizer, rows, options, graph version. */
  key: string;
  /** e.g. "minilm-sst2 · SST-2 train". */
  title: string;
  shape: ActivationShape;
  /** Chunks held in memory beside the browser's storage. */
  memoryBytes: number;
  /** Size of a chunk; it decides the number of rows, and chunks of another size are not used. Default 32 MiB. */
  chunkBytes?: number;
  /** Called once for each thing that is lost: no storage, quota full. */
  warn: (text: string) => void;
}

export interface ActivationStore {
  readonly shape: ActivationShape;
  readonly chunkRows: number;
  readonly chunkCount: number;
  /** Whether a chunk is here whole; a kept one is read and checked. */
  has(chunk: number): Promise<boolean>;
  /** `data` is [rows of the chunk, layers × hidden]; the store keeps it, the caller never writes into it again. */
  put(chunk: number, data: Float32Array): Promise<void>;
  activations(): Activations;
  /** Lets go of the lock; what is kept stays, and the activations can still be read. */
  close(): Promise<void>;
}

/** The last chunk may be shorter than the others. */
export function rowsInChunk({ shape, chunkRows }: Pick<ActivationStore, 'shape' | 'chunkRows'>, chunk: number): number {
  return Math.min(chunkRows, shape.rows - chunk * chunkRows);
}

const usualChunkBytes = 32 * 2 ** 20;

const readersOf = (key: string) => `readers:${key}`;

/** Until this worker ends nobody removes what is kept under a key to make room: a run reads its activations over and over. */
export async function reserve(key: string): Promise<void> {
  await takeLock(readersOf(key), 'shared');
}

/** Opens the store and finds what is kept from before. Never fails for lack of storage. */
export async function openStore(request: StoreRequest): Promise<ActivationStore> {
  const width = request.shape.layers * request.shape.hidden;
  const { key, title, shape, warn, chunkBytes = usualChunkBytes } = request;
  const chunkRows = Math.max(1, Math.floor(chunkBytes / (width * Float32Array.BYTES_PER_ELEMENT)));
  const manifest = emptyManifest({ key, title, ...shape, chunkRows });
  const lock = await takeLock(key);
  if (!lock) warn('Another tab extracts the same activations; this tab keeps its own in memory.');
  try {
    const kept = await readManifest(key);
    const same = kept?.rows === shape.rows && kept.layers === shape.layers && kept.hidden === shape.hidden;
    if (kept && same && kept.chunkRows === chunkRows) manifest.chunks = kept.chunks;
    if (lock && manifest.chunks.length > 0) await writeManifest(manifest);
    return new KeptStore(request, manifest, lock);
  } catch (cause) {
    warn(`This browser keeps no activations here (${reason(cause)}): they stay in memory, and a reload starts again.`);
    manifest.chunks = [];
    await lock?.release();
    return new KeptStore(request, manifest, null);
  }
}

class KeptStore implements ActivationStore {
  readonly shape: ActivationShape;
  readonly chunkRows: number;
  readonly chunkCount: number;
  private readonly memory: ChunkMemory;
  private readonly warn: StoreRequest['warn'];

  /** @param lock null: nothing is written any more. */
  constructor(
    { shape, memoryBytes, warn }: StoreRequest,
    private readonly manifest: Manifest,
    private lock: StorageLock | null,
  ) {
    this.shape = shape;
    this.chunkRows = manifest.chunkRows;
    this.chunkCount = Math.ceil(shape.rows / manifest.chunkRows);
    this.memory = new ChunkMemory(memoryBytes);
    this.warn = warn;
  }

  async has(chunk: number): Promise<boolean> {
    return (await this.read(chunk)) !== null;
  }

  async put(chunk: number, data: Float32Array): Promise<void> {
    if (data.length !== this.length(chunk)) throw new RangeError(`chunk ${chunk} has ${data.length} numbers`);
    const kept = this.lock !== null && (await this.keep(chunk, data));
    this.memory.set(chunk, data, kept ? 'droppable' : 'only copy');
  }

  activations(): Activations {
    const { shape, chunkRows, chunkCount } = this;
    return { ...shape, blockRows: chunkRows, blockCount: chunkCount, block: (index) => this.block(index) };
  }

  async close(): Promise<void> {
    await this.lock?.release();
    this.lock = null;
  }

  private async block(index: number): Promise<Block> {
    const data = await this.read(index);
    if (data) return { start: index * this.chunkRows, rows: rowsInChunk(this, index), data };
    const message = 'Activations that this browser kept were removed or damaged while they were in use.';
    throw new WinnowError('unreadable-file', message, 'Run again: only what is missing is extracted.');
  }

  /** A chunk from memory or storage; a damaged one is struck off the manifest. */
  private read(chunk: number): Promise<Float32Array | null> {
    return this.memory.get(chunk, async () => {
      if (!this.manifest.chunks.includes(chunk)) return null;
      const data = await readChunk(this.manifest.key, chunk, this.length(chunk));
      if (!data) this.manifest.chunks = this.manifest.chunks.filter((other) => other !== chunk);
      return data;
    });
  }

  /** Writes a chunk to storage, making room when it is full. @returns whether it is kept */
  private async keep(chunk: number, data: Float32Array): Promise<boolean> {
    const chunks = [...this.manifest.chunks.filter((other) => other !== chunk), chunk];
    const manifest = { ...this.manifest, chunks, lastUsed: Date.now() };
    for (;;) {
      try {
        await writeChunk(manifest, chunk, data);
        this.manifest.chunks = chunks;
        return true;
      } catch (cause) {
        if (isQuota(cause) && (await this.makeRoom())) continue;
        const refusal = `The browser refused to store (${reason(cause)})`;
        const fault = isQuota(cause) ? "The browser's storage is full" : refusal;
        const share = `${rowsDone(this.manifest)} of ${this.shape.rows} rows are kept`;
        this.warn(`${fault}: the run goes on in memory; ${share} for the next run.`);
        await this.close();
        return false;
      }
    }
  }

  /** Removes the activations that were not used for the longest time. @returns false when there are no others */
  private async makeRoom(): Promise<boolean> {
    const others = (await readAll()).filter(({ key }) => key !== this.manifest.key).reverse();
    for (const { key, title } of others) {
      if (!(await removeUnread(key))) continue;
      this.warn(`The browser's storage was full: the kept activations "${title}" were removed to make room.`);
      return true;
    }
    return false;
  }

  private length(chunk: number): number {
    return rowsInChunk(this, chunk) * this.shape.layers * this.shape.hidden;
  }
}

function reason(cause: unknown): string {
  if (typeof indexedDB === 'undefined') return 'this window has no storage';
  return cause instanceof Error ? cause.message : 'no reason given';
}

/**
 * What is kept whole under a key, to be read; null where it is not. Nobody removes it until this worker ends.
 * @param memoryBytes chunks held in memory beside the browser's storage.
 */
export async function openKept(key: string, memoryBytes: number): Promise<Activations | null> {
  const manifest = await readManifest(key).catch(() => null);
  if (manifest === null || rowsDone(manifest) !== manifest.rows) return null;
  await reserve(key);
  const { title, rows, layers, hidden } = manifest;
  const store = await openStore({
    ...{ key, title, shape: { rows, layers, hidden }, memoryBytes },
    // It is read and never written: whether another tab does so makes no difference.
    warn: () => undefined,
  });
  await store.close();
  return store.activations();
}

/** Everything kept in this browser, last used first; empty where there is no storage: that is an answer, not a failure. */
export async function listKept(): Promise<KeptActivations[]> {
  const manifests = await readAll().catch(() => []);
  return manifests.map(describe);
}

/** Rows that are kept for a key, without opening the store: for the estimate. */
export async function rowsKept(key: string): Promise<number> {
  return (await listKept()).find((kept) => kept.key === key)?.rowsDone ?? 0;
}

/** Deletes what is kept under a key, or everything. @throws WinnowError `bad-option` while another tab writes it. */
export async function forget(key: string | null): Promise<void> {
  if (key === null) return remove(null);
  if (await removeUnlocked(key)) return;
  const message = 'These activations are being extracted now.';
  throw new WinnowError('bad-option', message, 'Cancel that run first, or wait for its end.');
}

/** @returns false while somebody reads or writes under the key. */
async function removeUnread(key: string): Promise<boolean> {
  const unread = await takeLock(readersOf(key));
  if (!unread) return false;
  try {
    return await removeUnlocked(key);
  } finally {
    await unread.release();
  }
}

/** @returns false while somebody writes under the key. */
async function removeUnlocked(key: string): Promise<boolean> {
  const lock = await takeLock(key);
  if (!lock) return false;
  try {
    await remove(key);
  } finally {
    await lock.release();
  }
  return true;
}
