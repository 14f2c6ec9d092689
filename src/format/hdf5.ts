/**
 * HDF5 through h5wasm, the HDF5 library as WebAssembly: loaded when first needed, in a worker only, where a File is
 * mounted and read piece by piece. A file that is being written lies in the library's memory until it is done. Every
 * failure of the library becomes a sentence; but a crafted file can stop it (a trap inside WebAssembly) or keep it in a
 * circle for ever, so files of users are opened in a worker of their own (`session/hdf5.ts`).
 */
import type * as H5wasm from 'h5wasm';
import type { Dataset, File as LibraryFile } from 'h5wasm';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile, WinnowError } from '../base/errors.ts';
import { loadPart } from '../base/load-part.ts';
import type { Dtype } from './dtype.ts';
import type { TensorInfo } from './safetensors.ts';

/** The first bytes of every HDF5 file that h5py writes. */
export const hdf5Signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const;

type Numbers = Pick<TensorInfo, 'shape' | 'dtype'>;

/** An answer at once, or from a worker. */
type Answer<T> = T | Promise<T>;

export type OpenHdf5 = (file: NamedBlob) => Promise<Hdf5Reader>;

export interface Hdf5Reader {
  /** Names in the root group. */
  names(): Answer<string[]>;
  /** Shape and number format of a dataset of floats; null for anything else under that name. */
  numbers(name: string): Answer<Numbers | null>;
  /** The elements of such a dataset, row-major, as their bytes. The caller has checked their size. */
  read(name: string): Answer<Uint8Array<ArrayBuffer>>;
  /** The first string of a dataset of strings of any length; null for anything else under that name. */
  text(name: string): Answer<string | null>;
  close(): void;
}

type Library = typeof H5wasm;
type FileSystem = NonNullable<Library['FS']>;
const damaged = 'The file was probably not copied whole or not closed when it was written. Copy or write it again.';

/** Why the library stopped, once it has. */
let stopped: unknown = null;
let opened = 0;

/** Loads the library, which takes a moment. @throws WinnowError `not-loaded`, `worker-crashed` when it does not start. */
export async function loadHdf5(): Promise<{ library: Library; system: FileSystem }> {
  if (stopped !== null) throw noLibrary(stopped);
  const library = await loadPart(() => import('h5wasm'));
  try {
    await library.ready;
    if (library.FS === null) throw new Error('it has no file system');
    // Else a failure is told by a number that not every function of h5wasm hands on.
    library.Module.activate_throwing_error_handler();
    return { library, system: library.FS };
  } catch (cause) {
    throw noLibrary(cause);
  }
}

function noLibrary(cause: unknown): WinnowError {
  const message = `HDF5 files cannot be read here: the HDF5 library stopped (${reason(cause)}).`;
  const next = 'Reload the page and leave out the file that was opened last.';
  return new WinnowError('worker-crashed', message, next, cause);
}

/** The library tells its whole call stack; the innermost call knows best. */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no reason was given';
  const calls = [...cause.message.matchAll(/#\d+: .* in \S+: (.*)/g)];
  return calls.at(-1)?.[1] ?? cause.message.split('\n')[0];
}

/** Each failure's text leaves a temporary file open, and only some thousand can be. */
function closeErrorFiles(system: FileSystem): void {
  const { streams, close } = system as unknown as {
    streams: ({ path: string } | null | undefined)[];
    close: (stream: object) => void;
  };
  for (const stream of streams) if (stream?.path.startsWith('/tmp/tmpfile')) close(stream);
}

/** @throws WinnowError `bad-file` for bytes that the library cannot open. */
export async function openHdf5(file: NamedBlob): Promise<Hdf5Reader> {
  const { library, system } = await loadHdf5();
  const folder = `/file-${opened++}`;
  const guard = <T>(work: () => T): T => guarded(file, system, work);
  const unmount = (): void => {
    system.unmount(folder);
    system.rmdir(folder);
  };
  const { WORKERFS } = system.filesystems as { WORKERFS: typeof system };
  guard(() => {
    system.mkdir(folder);
    system.mount(WORKERFS, { blobs: [{ name: 'data', data: file }] }, folder);
  });
  let handle: LibraryFile;
  try {
    handle = guard(() => new library.File(`${folder}/data`, 'r'));
  } catch (error) {
    if (stopped === null) unmount();
    throw error;
  }
  const dataset = (name: string): Dataset | null => {
    const entity = handle.get(name);
    return entity instanceof library.Dataset ? entity : null;
  };
  return {
    names: () => guard(() => handle.keys()),
    numbers: (name) => guard(() => numbersInfo(library, dataset(name))),
    read: (name) => guard(() => readBytes(library, handle, name)),
    text: (name) => guard(() => firstText(library, handle.keys().includes(name) ? dataset(name) : null)),
    close() {
      if (stopped !== null) return;
      guard(() => handle.close());
      unmount();
    },
  };
}

function guarded<T>(file: NamedBlob, system: FileSystem, work: () => T): T {
  if (stopped !== null) throw noLibrary(stopped);
  try {
    return work();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError) stopped = cause;
    else closeErrorFiles(system);
    const message = `${nameOf(file)} cannot be read as HDF5 (${reason(cause)}).`;
    throw badFile(message, damaged, cause);
  }
}

function numbersInfo({ Module }: Library, dataset: Dataset | null): Numbers | null {
  if (dataset === null) return null;
  const { type, size, shape } = dataset.metadata;
  const dtype = { 2: 'F16', 4: 'F32', 8: 'F64' }[size] as Dtype | undefined;
  const isFloat = type === Module.H5T_class_t.H5T_FLOAT.value;
  return isFloat && dtype !== undefined && shape !== null ? { shape, dtype } : null;
}

/** As `Dataset.value`, which knows no half precision. */
function readBytes({ Module }: Library, handle: LibraryFile, name: string): Uint8Array<ArrayBuffer> {
  const path = `/${name}`;
  const { size, total_size: count } = Module.get_dataset_metadata(handle.file_id, path);
  const pointer = Module._malloc(size * count);
  if (pointer === 0) throw new Error(`no memory for ${size * count} bytes`);
  try {
    Module.get_dataset_data(handle.file_id, path, null, null, null, BigInt(pointer));
    return Module.HEAPU8.slice(pointer, pointer + size * count);
  } finally {
    Module._free(pointer);
  }
}

function firstText({ Module }: Library, dataset: Dataset | null): string | null {
  if (dataset === null) return null;
  const { type, vlen, total_size: count } = dataset.metadata;
  if (type !== Module.H5T_class_t.H5T_STRING.value || !vlen || count !== 1) return null;
  const value = dataset.value;
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : null;
}

/** A new file in the library's memory, where some 2 GB fit. */
export async function createHdf5() {
  const { library, system } = await loadHdf5();
  const path = `/new-${opened++}.hdf5`;
  const handle = new library.File(path, 'w', { libver: ['earliest', 'latest'] });
  let isOpen = true;
  const close = (): void => {
    isOpen = false;
    handle.close();
  };
  const full = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof WebAssembly.RuntimeError) stopped = cause;
      const message = `The HDF5 file could not be written (${reason(cause)}).`;
      throw new WinnowError('out-of-memory', message, 'Save the activations as safetensors or .npy instead.', cause);
    }
  };
  return {
    numbers: (name: string, data: Float32Array, shape: number[]): void =>
      full(() => void handle.create_dataset({ name, data, shape, dtype: '<f' })),
    /** A dataset of one string. */
    text: (name: string, text: string): void =>
      full(() => void handle.create_dataset({ name, data: [text], shape: [1], dtype: 'S' })),
    /** The file; the writer is closed. */
    finish: (): Blob =>
      full(() => {
        close();
        // The Blob takes the bytes from the library's memory without a copy in between.
        const { node } = system.lookupPath(path, {});
        const { size } = system.stat(path) as { size: number };
        const blob = new Blob([(node.contents as Uint8Array<ArrayBuffer>).subarray(0, size)]);
        system.unlink(path);
        return blob;
      }),
    /** Gives its memory back without a file. */
    drop(): void {
      if (stopped !== null) return;
      if (isOpen) close();
      if (system.analyzePath(path).exists) system.unlink(path);
    },
  };
}
