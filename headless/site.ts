/**
 * The folder of a published page: staged beside its place and moved there as a whole. Every file of it stands in its list;
 * what does not, or is not what the list says, is somebody else's.
 */
import { chmod, lstat, mkdir, readdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { siteList, type SiteFile } from '../src/publication/site.ts';
import { namedPaths, siteFaults, type SiteFaults } from '../src/publication/site-folder.ts';
import { WinnowError } from '../src/base/errors.ts';
import { hasHash } from './checksums.ts';
import { CommandFailure } from './failure.ts';
import { acquireLock } from './lock.ts';
import { exists, refuseBuilt, unusablePlace, unusableUnlessSaid, unwritable } from './output-failures.ts';
import { ownFolder, removeOwned } from './owned.ts';

/** `mkdtemp` makes folders for their owner alone, and a web server is somebody else. */
const folderMode = 0o755;

export interface SiteStaging {
  write(files: readonly SiteFile[]): Promise<void>;
  /** Moves it to its place, and what was there before away. */
  commit(): Promise<void>;
  discard(): void;
}

/**
 * @param force replaces what was published there before; never a folder with anything else in it.
 * @throws CommandFailure `output-exists`, or `usage` where nothing can be written.
 */
export async function stageSite(out: string, force: boolean): Promise<SiteStaging> {
  // Of a link to a folder it is the folder that is replaced.
  const place = await realpath(out).catch(() => resolve(out));
  const parent = dirname(place);
  const refuse = unusableUnlessSaid(out);
  refuseBuilt(out, place);
  const isThere = await checkPlace(out, place, force).catch(refuse);
  await mkdir(parent, { recursive: true }).catch(refuse);
  const topic = createHash('sha256').update(basename(place)).digest('hex').slice(0, 8);
  const lock = await acquireLock(parent, topic, (holder) => {
    const message = `Another command (${holder}) is writing "${out}".`;
    return new CommandFailure('usage', message, 'Wait until it has ended, or choose another --out.');
  }).catch(refuse);
  const folder = ownFolder(parent, '.winnow');
  const discard = (): void => {
    removeOwned(folder);
    lock.release();
  };
  const write = async (files: readonly SiteFile[]): Promise<void> => {
    await chmod(folder, folderMode);
    for (const { path, content } of files) {
      const to = join(folder, path);
      try {
        await mkdir(dirname(to), { recursive: true });
        await writeFile(to, content.stream(), { flag: 'wx' });
      } catch (cause) {
        throw unwritable(join(out, path), cause);
      }
    }
  };
  /** What was there is looked at again where nobody can put anything into it any more, and comes back if it has to stay. */
  const replace = async (before: string): Promise<void> => {
    await rename(place, before);
    try {
      await checkPlace(out, before, force);
      await rename(folder, place);
    } catch (cause) {
      await rename(before, place);
      throw cause;
    }
  };
  const commit = async (): Promise<void> => {
    const old = ownFolder(parent, '.winnow');
    try {
      await (isThere ? replace(join(old, 'before')) : rename(folder, place));
    } catch (cause) {
      return refuse(cause);
    } finally {
      removeOwned(old);
      discard();
    }
  };
  return { write, commit, discard };
}

/** @returns whether there is a folder to be replaced. */
async function checkPlace(out: string, place: string, force: boolean): Promise<boolean> {
  const found = await lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!found) return false;
  if (!found.isDirectory()) throw unusablePlace(out, 'it is not a folder');
  if ((await readdir(place)).length === 0) return true;
  if (!force) throw exists(out);
  const { foreign, changed } = await faultsIn(place);
  const kept = [...foreign, ...changed];
  if (kept.length === 0) return true;
  const message = `"${out}" holds what no publish has written, or somebody has changed since: ${namedPaths(kept)}.`;
  throw new CommandFailure('output-exists', message, 'Move that away, or choose another --out.');
}

async function faultsIn(folder: string): Promise<SiteFaults> {
  const list = await readFile(join(folder, siteList), 'utf8').catch(() => '');
  return siteFaults({
    paths: await filesBelow(folder),
    list,
    has: (path, sha256) => hasHash(join(folder, path), sha256),
  });
}

/**
 * That a published folder is what its list says, file by file.
 * @returns how many files it has.
 * @throws WinnowError `bad-file` naming what is in it and not in the list, changed or gone.
 */
export async function checkSite(folder: string): Promise<number> {
  const next = 'Publish it again into a new folder.';
  const text = await readFile(join(folder, siteList), 'utf8').catch((cause: unknown) => {
    const message = `"${folder}" has no ${siteList}: it is nothing that was published.`;
    throw new WinnowError('missing-file', message, 'Name the folder that npm run publish has written.', cause);
  });
  const { foreign, changed, missing } = await faultsIn(folder);
  const faults = [
    ...(foreign.length > 0 ? [`${namedPaths(foreign)} not in its list`] : []),
    ...(changed.length > 0 ? [`${namedPaths(changed)} not as listed`] : []),
    ...(missing.length > 0 ? [`${namedPaths(missing)} missing`] : []),
  ];
  if (faults.length > 0)
    throw new WinnowError('bad-file', `"${folder}" is not what was published: ${faults.join('; ')}.`, next);
  return text.trim().split('\n').length + 1;
}

/** Whatever is no folder, links among it, by paths with slashes. */
async function filesBelow(folder: string, before = ''): Promise<string[]> {
  const entries = await readdir(join(folder, before), { withFileTypes: true });
  const lists = entries.map((entry) => {
    const path = before === '' ? entry.name : `${before}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, path) : Promise.resolve([path]);
  });
  return (await Promise.all(lists)).flat();
}
