/**
 * Results are written into a folder beside their place and moved there when everything is there, so that a command that
 * fails or is stopped leaves what was before it. The place is made, locked and tried at the start. What a user has there
 * is never overwritten, unless `replaces` says so; looked at at the start, and again by the move itself.
 */
import { constants } from 'node:fs';
import {
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { CommandFailure, reasonOf } from './failure.ts';
import type { Checksums } from '../src/base/checksums.ts';
import { isListed, checksumsName, checksumsOf, readChecksums } from './checksums.ts';
import { acquireLock } from './lock.ts';
import { exists, notListed, refuseBuilt, unusablePlace, unusableUnlessSaid, unwritable } from './output-failures.ts';
import { ownerIn, ownFolder, ownWhileEmpty, removeOwned } from './owned.ts';

/** What may be overwritten: nothing, the unchanged files of an earlier result, or whatever has a name that is written. */
export type Replaces = 'nothing' | 'own result' | 'anything';

const checksumsRoom = 64 * 1024; // for hundreds of files

export interface Staging {
  /** Where to write. */
  readonly folder: string;
  /** @throws WinnowError `unwritable-file`; then nothing of the file is left. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /**
   * Moves everything to its place; `last` goes last: whoever sees it sees a whole result.
   * @returns what went wrong although the result is there.
   * @throws CommandFailure `output-exists` where somebody has put a file into a place meanwhile; it says where the result is.
   */
  commit(last: string): Promise<CommandFailure | null>;
  /** Removes whatever was not moved. At the end of the process it is done anyway. */
  discard(): void;
}

/**
 * The one file that is staged becomes `out`.
 * @throws CommandFailure `output-exists`, or `usage` where nothing can be written.
 */
export async function stageFile(out: string, replaces: Replaces): Promise<Staging> {
  const kind = await kindOf(out, resolve(out));
  if (kind === 'folder') throw unusablePlace(out, 'it is a folder');
  if (kind === 'other') throw unusablePlace(out, 'it is no ordinary file');
  const place = kind === 'file' ? await realpath(out) : resolve(out);
  const [folder, name] = [dirname(place), basename(place)];
  const mayReplace = async (): Promise<boolean> => replaces === 'anything';
  if (kind === 'file' && !(await mayReplace())) throw exists(out);
  const topic = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const staging = await stage(out, folder, topic, async (staged) => {
    if ((await kindOf(out, place)) !== null && !(await mayReplace())) throw exists(out);
    const probe = join(staged, name);
    await writeFile(probe, '');
    await rm(probe);
  });
  const commit = async (): Promise<null> => {
    const move = { names: [name], from: staging.folder, to: folder, mayReplace };
    await moveFiles(move, async () => {
      const ending = extname(name);
      const free = (n: number): string => join(folder, `${basename(name, ending)}-${n}${ending}`);
      return firstFree(free, (path) => placeNew(join(staging.folder, name), path));
    }).finally(staging.discard);
    return null;
  };
  return { ...staging, commit };
}

/** How a result lies in its folder. */
interface FolderForm {
  /** Names of folders inside that are written into. */
  inner: readonly string[];
  /** Of the list of its files: each sort of result has its own, so that none takes another's files for its earlier ones. */
  list: string;
}

const flat: FolderForm = { inner: [], list: checksumsName };

/**
 * @param out the folder that results go into.
 * @param isExpected whether what has that name stands in the way, as far as it is known before.
 * @throws CommandFailure `output-exists`, or `usage` where nothing can be written.
 */
export async function stageFolder(
  out: string,
  isExpected: (name: string) => boolean,
  replaces: Replaces,
  { inner, list }: FolderForm = flat,
): Promise<Staging> {
  const place = resolve(out);
  const kind = await kindOf(out, place);
  if (kind !== null && kind !== 'folder') throw unusablePlace(out, 'it is not a folder');
  const mayReplace = async (name: string, earlier: Checksums): Promise<boolean> =>
    replaces === 'anything' || (replaces === 'own result' && (name === list || (await isListed(place, name, earlier))));
  const check = async (): Promise<void> => {
    const earlier = await readChecksums(place, list, inner);
    const entries = await entriesOf(place, inner);
    for (const { name, isFolder } of entries.filter(({ name }) => name === list || isExpected(name))) {
      if (isFolder) throw unusablePlace(join(out, name), 'it is a folder');
      if (!(await mayReplace(name, earlier))) throw exists(join(out, name));
    }
  };
  if (kind !== null) await check().catch(unusableUnlessSaid(out));
  const staging = await stage(out, place, 'out', async (staged) => {
    await check();
    // A disk that fills up later must not cost the list of what is whole.
    await writeFile(join(staged, list), ' '.repeat(checksumsRoom));
  });
  const commit = async (last: string): Promise<CommandFailure | null> => {
    const earlier = await readChecksums(place, list, inner);
    const names = (await entriesOf(staging.folder, inner)).map(({ name }) => name);
    const all = [...names.filter((name) => name !== last && name !== list), last];
    const text = await checksumsOf(staging.folder, all);
    const unlisted = await rewrite(join(staging.folder, list), text).catch((cause: unknown) =>
      notListed(out, list, cause),
    );
    const move = {
      names: unlisted ? all : [list, ...all],
      from: staging.folder,
      to: place,
      mayReplace: (name: string) => mayReplace(name, earlier),
    };
    await moveFiles(move, async () => {
      const kept = await firstFree((n) => join(place, `winnow-result-${n}`), mkdir);
      for (const name of await readdir(staging.folder)) await rename(join(staging.folder, name), join(kept, name));
      return kept;
    }).finally(staging.discard);
    for (const name of earlier.keys()) {
      const isLeft = !all.includes(name) && (await isListed(place, name, earlier));
      if (isLeft) await rm(join(place, name), { force: true });
    }
    for (const name of inner) await rmdir(join(place, name)).catch(() => undefined);
    return unlisted ?? null;
  };
  return { ...staging, commit };
}

/**
 * A folder that several results go into, each in a folder of its own: made, tried and locked until it is discarded.
 * @throws CommandFailure `usage` where nothing can be written.
 */
export async function reserveFolder(out: string): Promise<Pick<Staging, 'discard'>> {
  const place = resolve(out);
  const kind = await kindOf(out, place);
  if (kind !== null && kind !== 'folder') throw unusablePlace(out, 'it is not a folder');
  return stage(out, place, 'out', async () => undefined);
}

/** In the folder itself: renaming works only inside one file system, and so it is known at once whether it can be written. */
async function stage(
  out: string,
  place: string,
  topic: string,
  check: (staged: string) => Promise<void>,
): Promise<Omit<Staging, 'commit'>> {
  refuseBuilt(out, place);
  const undo: (() => void)[] = [];
  const discard = (): void =>
    undo
      .splice(0)
      .toReversed()
      .forEach((step) => step());
  try {
    for (const folder of await missingFolders(place)) {
      await mkdir(folder).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
      ownWhileEmpty(folder);
      undo.push(() => removeOwned(folder));
    }
    const lock = await acquireLock(place, topic, (holder) => {
      const message = `Another command (${holder}) is writing "${out}".`;
      return new CommandFailure('usage', message, 'Wait until it has ended, or choose another --out.');
    });
    undo.push(lock.release);
    const folder = ownFolder(place, '.winnow');
    undo.push(() => removeOwned(folder));
    await check(folder);
    const write = async (name: string, content: string | Uint8Array): Promise<void> => {
      const path = join(folder, name);
      await writeFile(path, content).catch(async (cause: unknown) => {
        await rm(path, { force: true }).catch(() => undefined);
        throw unwritable(join(out, name), cause);
      });
    };
    return { folder, write, discard };
  } catch (error) {
    discard();
    return unusableUnlessSaid(out)(error);
  }
}

interface Move {
  /** In their order. */
  names: readonly string[];
  from: string;
  to: string;
  mayReplace: (name: string) => Promise<boolean>;
}

/** All or, where one must not be overwritten, none; `rescue` then puts the result where it is safe. */
async function moveFiles({ names, from, to, mayReplace }: Move, rescue: () => Promise<string>): Promise<void> {
  const placed: string[] = [];
  for (const name of names) {
    const path = join(to, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      if (await mayReplace(name)) await rename(join(from, name), path);
      else {
        await placeNew(join(from, name), path);
        placed.push(path);
      }
    } catch (cause) {
      for (const done of placed) await rm(done, { force: true });
      if (codeOf(cause) !== 'EEXIST') throw unwritable(path, cause);
      const message = `"${path}" was put there while the command ran, and stays as it is. The result is in "${await rescue()}".`;
      throw new CommandFailure('output-exists', message, 'Move one of them where you want it.', cause);
    }
  }
}

/** Never over anything, whatever happens meanwhile; where the file system knows no second names it is a copy. */
async function placeNew(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: unknown) => {
    if (codeOf(error) === 'EEXIST') throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL).catch(async (cause: unknown) => {
      if (codeOf(cause) !== 'EEXIST') await rm(to, { force: true });
      throw cause;
    });
  });
}

/** In the room that the file has already. */
async function rewrite(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.writeFile(text);
    await file.truncate(Buffer.byteLength(text));
  } finally {
    await file.close();
  }
}

/** What lies in a folder and in those of its folders that are named, by paths in it; what commands own is passed over. */
async function entriesOf(place: string, inner: readonly string[]): Promise<{ name: string; isFolder: boolean }[]> {
  const own = await readdir(place, { withFileTypes: true });
  const lists = own.map(async (entry) => {
    if (ownerIn(entry.name) !== null) return [];
    if (!entry.isDirectory() || !inner.includes(entry.name))
      return [{ name: entry.name, isFolder: entry.isDirectory() }];
    const inside = await readdir(join(place, entry.name), { withFileTypes: true });
    return inside.map((file) => ({ name: `${entry.name}/${file.name}`, isFolder: file.isDirectory() }));
  });
  return (await Promise.all(lists)).flat();
}

async function firstFree(path: (n: number) => string, make: (path: string) => Promise<unknown>): Promise<string> {
  for (let n = 2; ; n++) {
    try {
      await make(path(n));
      return path(n);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

async function missingFolders(place: string): Promise<string[]> {
  const folders: string[] = [];
  for (let at = place; (await kindOf(place, at)) === null; at = dirname(at)) folders.unshift(at);
  return folders;
}

/** null: there is nothing. @throws CommandFailure `usage` for a link that leads nowhere, and where it cannot be told. */
async function kindOf(out: string, path: string): Promise<'folder' | 'file' | 'other' | null> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unusablePlace(out, reasonOf(error), error);
    if (await lstat(path).catch(() => null)) throw unusablePlace(out, `"${path}" is a link that leads nowhere`, error);
    return null;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
