/**
 * A published page into a folder on the disk, by the File System Access API. Everything is written beside its place first
 * and moved there at the end, so that a folder whose writing was stopped is as it was. A folder with anything in it that
 * no publishing has written is refused.
 */
import type { Control } from '../../base/abort.ts';
import { WinnowError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { namedPaths, siteFaults } from '../../publication/site-folder.ts';
import { bytesOf, siteList, type SiteFile } from '../../publication/site.ts';
import { unsaved } from './save-file.ts';

const pieceBytes = 8 * 1024 * 1024;

/** By paths with slashes. */
type Found = Map<string, FileSystemFileHandle>;

/**
 * @param replaces what was published there before.
 * @throws WinnowError `unwritable-file` for a folder that holds anything else.
 */
export async function checkFolder(folder: FileSystemDirectoryHandle, replaces: boolean): Promise<Found> {
  const found = await filesBelow(folder);
  if (found.size === 0) return found;
  const list = found.get(siteList);
  const has = async (path: string, wanted: string): Promise<boolean> => {
    const file = await found.get(path)?.getFile();
    return file !== undefined && (await sha256(file)) === wanted;
  };
  const faults = await siteFaults({
    paths: [...found.keys()],
    list: list ? await (await list.getFile()).text() : '',
    has,
  });
  const kept = [...faults.foreign, ...faults.changed];
  if (kept.length > 0) {
    const message = `\`${folder.name}\` holds what no publishing has written, or somebody has changed since: ${namedPaths(kept)}.`;
    throw new WinnowError('unwritable-file', message, 'Choose an empty folder, or move that away.');
  }
  if (replaces) return found;
  const message = `\`${folder.name}\` holds a page that was published before.`;
  throw new WinnowError(
    'unwritable-file',
    message,
    'Tick “Replace what was published there”, or choose an empty folder.',
  );
}

/**
 * Progress is in bytes.
 * @param before what `checkFolder` has found; what the page no longer has of it is removed.
 * @throws WinnowError `unwritable-file`; the signal's reason when aborted: the folder is then as it was.
 */
export async function writeFolder(
  folder: FileSystemDirectoryHandle,
  files: readonly SiteFile[],
  before: Found,
  { signal, progress }: Control = {},
): Promise<void> {
  const made = new MadeEntries(folder);
  const open: FileSystemWritableFileStream[] = [];
  const all = bytesOf(files);
  let done = 0;
  let isMoving = false;
  try {
    for (const { path, content } of files) {
      const writable = await (await made.file(path)).createWritable();
      open.push(writable);
      for (let start = 0; start < content.size; start += pieceBytes) {
        signal?.throwIfAborted();
        await writable.write(content.slice(start, start + pieceBytes));
        progress?.((done += Math.min(pieceBytes, content.size - start)), all);
      }
    }
    signal?.throwIfAborted();
    isMoving = true;
    for (const writable of open) await writable.close();
    const kept = new Set(files.map(({ path }) => path));
    for (const path of before.keys()) if (!kept.has(path)) await made.remove(path);
  } catch (cause) {
    await Promise.all(open.map((writable) => writable.abort().catch(() => undefined)));
    await made.undo();
    if (signal?.aborted && !isMoving) throw signal.reason;
    const isMixed = isMoving && before.size > 0;
    throw isMixed ? mixed(folder.name, cause) : unsaved(folder.name, all, cause);
  }
}

function mixed(name: string, cause: unknown): WinnowError {
  const message = `\`${name}\` was not written to the end: it holds files of both pages now.`;
  return new WinnowError('unwritable-file', message, 'Empty the folder, then publish into it again.', cause);
}

/** Files and folders in a folder, and which of them were made here. */
class MadeEntries {
  readonly #root: FileSystemDirectoryHandle;
  /** The newest last: where it lies, and its name. */
  readonly #made: [FileSystemDirectoryHandle, string][] = [];

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  async file(path: string): Promise<FileSystemFileHandle> {
    const parts = path.split('/');
    const name = parts.pop() ?? path;
    let parent = this.#root;
    for (const part of parts) {
      const known = await absent(parent.getDirectoryHandle(part));
      if (!known) this.#made.push([parent, part]);
      parent = known ?? (await parent.getDirectoryHandle(part, { create: true }));
    }
    const known = await absent(parent.getFileHandle(name));
    if (!known) this.#made.push([parent, name]);
    return known ?? parent.getFileHandle(name, { create: true });
  }

  /** A file, and the folders that it leaves empty. */
  async remove(path: string): Promise<void> {
    const folders = [this.#root];
    const parts = path.split('/');
    for (const part of parts.slice(0, -1)) folders.push(await folders[folders.length - 1].getDirectoryHandle(part));
    for (let depth = parts.length - 1; depth >= 0; depth--) {
      const isEmpty = depth === parts.length - 1 || (await isEmptyFolder(folders[depth + 1]));
      if (!isEmpty) return;
      await folders[depth].removeEntry(parts[depth]);
    }
  }

  async undo(): Promise<void> {
    for (const [parent, name] of this.#made.reverse()) await parent.removeEntry(name).catch(() => undefined);
  }
}

/** null for what is not there. */
async function absent<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}

async function isEmptyFolder(folder: FileSystemDirectoryHandle): Promise<boolean> {
  for await (const _ of folder.keys()) return false;
  return true;
}

async function filesBelow(folder: FileSystemDirectoryHandle, before = ''): Promise<Found> {
  const found: Found = new Map();
  for await (const [name, handle] of folder.entries()) {
    const path = before === '' ? name : `${before}/${name}`;
    if (handle.kind === 'file') found.set(path, handle);
    else for (const entry of await filesBelow(handle, path)) found.set(...entry);
  }
  return found;
}
