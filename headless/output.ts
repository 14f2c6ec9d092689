/**
 * Results are written beside their place and renamed when everything is there, so that a command that fails or is
 * stopped leaves what was before it. Refuses to overwrite without --force.
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CommandFailure } from './failure.ts';

export interface Staging {
  /** Where to write; empty at first. */
  readonly folder: string;
  /** Moves everything to its place; `last` goes last: whoever sees it sees a whole result. */
  commit(last: string): Promise<void>;
  /** Removes whatever was not moved. Synchronous: it also runs while the process is being stopped. */
  discard(): void;
}

/**
 * The one file that is staged becomes `out`, whatever it was called.
 * @param out the file to be written.
 * @throws CommandFailure `output-exists`, or `usage` where nothing can be written.
 */
export async function stageFile(out: string, force: boolean): Promise<Staging> {
  const place = resolve(out);
  if (existsSync(place) && statSync(place).isDirectory()) throw unusable(out, 'it is a folder');
  if (existsSync(place) && !force) throw exists(out);
  return stage(dirname(place), () => place);
}

/**
 * @param out the folder that results go into.
 * @param result the file in it that makes it a result.
 * @param isPart the names of what else may belong to an earlier result: these files go once that is overwritten.
 * @throws CommandFailure `output-exists`, or `usage` where nothing can be written.
 */
export async function stageFolder(
  out: string,
  result: string,
  isPart: (name: string) => boolean,
  force: boolean,
): Promise<Staging> {
  const place = resolve(out);
  if (existsSync(place) && !statSync(place).isDirectory()) throw unusable(out, 'it is not a folder');
  if (existsSync(join(place, result)) && !force) throw exists(join(out, result));
  const replaces = existsSync(join(place, result));
  return stage(place, (name) => join(place, name), replaces ? isPart : null);
}

/** Staged in the nearest folder that is there: renaming works only inside one file system. */
async function stage(
  place: string,
  target: (name: string) => string,
  isPart: ((name: string) => boolean) | null = null,
): Promise<Staging> {
  const folder = await mkdtemp(join(nearestFolder(place), '.winnow-')).catch((cause: unknown) => {
    throw unusable(place, (cause as Error).message, cause);
  });
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  const commit = async (last: string): Promise<void> => {
    await mkdir(place, { recursive: true });
    const names = await readdir(folder);
    for (const name of [...names.filter((other) => other !== last), last])
      await rename(join(folder, name), target(name));
    discard();
    if (isPart) await removeOutdated(place, (name) => isPart(name) && !names.includes(name));
  };
  return { folder, commit, discard };
}

async function removeOutdated(place: string, isOutdated: (name: string) => boolean): Promise<void> {
  for (const entry of await readdir(place, { withFileTypes: true })) {
    if (entry.isFile() && isOutdated(entry.name)) await rm(join(place, entry.name), { force: true });
  }
}

function nearestFolder(place: string): string {
  return existsSync(place) || dirname(place) === place ? place : nearestFolder(dirname(place));
}

function exists(out: string): CommandFailure {
  const next = 'Add --force to overwrite it, or choose another --out.';
  return new CommandFailure('output-exists', `"${out}" is there already.`, next);
}

function unusable(out: string, why: string, cause?: unknown): CommandFailure {
  return new CommandFailure('usage', `Nothing can be written to "${out}": ${why}.`, 'Choose another --out.', cause);
}
