/**
 * Activations in IndexedDB: chunk records and one manifest a key, in one object store. A chunk and the manifest that
 * names it are written in one transaction, and only its end counts: what the manifest lists is whole. A record of
 * another version, of the wrong length or with a checksum that is not that of its values, key and number is no record;
 * what another version kept is thrown away.
 */
import { createXXHash64 } from 'hash-wasm';
import { clear, delMany, get, getMany, keys, set, setMany } from 'idb-keyval';
import * as v from 'valibot';
import { openDatabase } from '../base/database.ts';

/** Raised when records or manifests change their form; others are then not read. From 2 on checksums name the chunk. */
const formatVersion = 2;

const manifestSchema = v.object({
  version: v.literal(formatVersion),
  key: v.string(),
  title: v.string(),
  rows: v.number(),
  layers: v.number(),
  hidden: v.number(),
  chunkRows: v.number(),
  /** Numbers of the finished chunks. */
  chunks: v.array(v.number()),
  /** Milliseconds since 1970. */
  lastUsed: v.number(),
});

/** What is kept under one key. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

const recordSchema = v.object({
  version: v.literal(formatVersion),
  checksum: v.string(),
  data: v.instance(ArrayBuffer),
});

/** Activations that this browser keeps. */
export interface KeptActivations {
  key: string;
  /** e.g. "minilm-sst2 · SST-2 train". */
  title: string;
  rows: number;
  rowsDone: number;
  bytes: number;
  /** Milliseconds since 1970. */
  lastUsed: number;
}

const store = openDatabase('winnow-activations', 'records');
const manifestPrefix = 'manifest:';
const manifestName = (key: string) => `${manifestPrefix}${key}`;
const chunkPrefix = (key: string) => `chunk:${key}:`;
const chunkName = (key: string, chunk: number) => `${chunkPrefix(key)}${chunk}`;

export function emptyManifest(shape: Omit<Manifest, 'version' | 'chunks' | 'lastUsed'>): Manifest {
  return { ...shape, version: formatVersion, chunks: [], lastUsed: Date.now() };
}

/** @throws what IndexedDB throws where there is none. */
export async function readManifest(key: string): Promise<Manifest | null> {
  return asManifest(await get<unknown>(manifestName(key), store));
}

export async function writeManifest(manifest: Manifest): Promise<void> {
  await set(manifestName(manifest.key), manifest, store);
}

/** Writes a chunk and the manifest that names it, both or neither. */
export async function writeChunk(manifest: Manifest, chunk: number, data: Float32Array): Promise<void> {
  const whole = data.byteLength === data.buffer.byteLength && data.buffer instanceof ArrayBuffer;
  // A view would take its whole buffer along.
  const values = whole ? data : data.slice();
  const { key } = manifest;
  const name = chunkName(key, chunk);
  const record = { version: formatVersion, checksum: await checksum(name, values), data: values.buffer };
  await setMany([[name, record] as [string, unknown], [manifestName(key), manifest]], store);
}

/** A chunk's values, or null when it is not there, of another length or damaged. */
export async function readChunk(key: string, chunk: number, length: number): Promise<Float32Array<ArrayBuffer> | null> {
  const name = chunkName(key, chunk);
  const parsed = v.safeParse(recordSchema, await get<unknown>(name, store));
  if (!parsed.success || parsed.output.data.byteLength !== length * Float32Array.BYTES_PER_ELEMENT) return null;
  const values = new Float32Array(parsed.output.data);
  return (await checksum(name, values)) === parsed.output.checksum ? values : null;
}

/** Of a record's name, too: a whole chunk under another's name is wrong there. */
async function checksum(name: string, data: Float32Array): Promise<string> {
  const hash = await createXXHash64();
  return hash
    .update(name)
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest();
}

/** Everything that is kept, last used first; what another version kept is deleted, for nobody could. */
export async function readAll(): Promise<Manifest[]> {
  const names = (await keys<string>(store)).filter((name) => name.startsWith(manifestPrefix));
  const manifests = (await getMany<unknown>(names, store)).map(asManifest);
  for (const [index, name] of names.entries())
    if (manifests[index] === null) await remove(name.slice(manifestPrefix.length));
  return manifests.filter((manifest) => manifest !== null).sort((a, b) => b.lastUsed - a.lastUsed);
}

/** Deletes what is kept under a key, or everything. */
export async function remove(key: string | null): Promise<void> {
  if (key === null) return clear(store);
  const names = await keys<string>(store);
  const isOfKey = (name: string) => name === manifestName(key) || name.startsWith(chunkPrefix(key));
  await delMany(names.filter(isOfKey), store);
}

function asManifest(value: unknown): Manifest | null {
  const parsed = v.safeParse(manifestSchema, value);
  return parsed.success ? parsed.output : null;
}

/** Rows in the finished chunks. */
export function rowsDone({ rows, chunkRows, chunks }: Manifest): number {
  return chunks.reduce((sum, chunk) => sum + Math.max(0, Math.min(chunkRows, rows - chunk * chunkRows)), 0);
}

export function describe(manifest: Manifest): KeptActivations {
  const { key, title, rows, layers, hidden, lastUsed } = manifest;
  const done = rowsDone(manifest);
  return { key, title, rows, rowsDone: done, bytes: done * layers * hidden * 4, lastUsed };
}
