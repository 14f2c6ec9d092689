/**
 * What this process makes and must not leave behind: locks, staged results, browser profiles. The owner stands in the
 * name, so that any later command can tell whether that process is still there, and remove what it left when it was
 * killed. Everything still owned is removed when the process ends.
 */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isGone, self } from './process-identity.ts';

/** Whole names, so that nothing of a user's is ever met: what it is, its owner, and random characters. */
const ownedName = /^(?:\.winnow(?:-lock-[a-z0-9]+)?|winnow|dist)-(\d+-[0-9a-f]{12}-[0-9a-f]{8})(?:\.list|-\w{6})?$/;
const touchEveryMs = 30_000;
/** A browser that was killed goes on writing for a moment. */
const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

const owned = new Set<string>();
/** Folders that stay if anybody has put something into them. */
const made = new Set<string>();
let touching: NodeJS.Timeout | undefined;

/** A new folder `<kind>-<owner>-<random>` in `parent`. @throws the file system's own error. */
export function ownFolder(parent: string, kind: '.winnow' | 'winnow' | 'dist'): string {
  const folder = mkdtempSync(join(parent, `${kind}-${self}-`));
  own(folder);
  return folder;
}

/** Notes a file or folder that has just been made, with the owner in its name. */
export function own(path: string): void {
  owned.add(path);
  begin(path);
}

/** Notes a folder that has just been made on the way to a result: it goes again while it is empty. */
export function ownWhileEmpty(folder: string): void {
  made.add(folder);
  begin(folder);
}

/** Removes it now; what cannot be is tried again at the end. Synchronous: it also runs while the process is being stopped. */
export function removeOwned(path: string): void {
  quietly(() => {
    if (!owned.has(path)) return;
    rmSync(path, removal);
    owned.delete(path);
  });
  if (made.delete(path)) removeEmpty(path);
  end();
}

/** Whose `name` it is; null: no name that this file gives. */
export function ownerIn(name: string): string | null {
  return ownedName.exec(name)?.[1] ?? null;
}

/** Removes what processes that are gone have left in a folder, and elsewhere if they have noted it there. */
export function sweep(folder: string): void {
  for (const name of namesIn(folder)) {
    const owner = ownerIn(name);
    const path = join(folder, name);
    if (owner === null || !isGone(owner, path)) continue;
    if (name.endsWith('.list')) sweepListed(path, owner);
    quietly(() => rmSync(path, removal));
  }
}

/** A browser writes into its profile until its driver ends it at the exit: called after its start, this comes behind. */
export function removeLastAtExit(): void {
  process.off('exit', removeAllOwned);
  process.on('exit', removeAllOwned);
}

/** Only of a list that is this user's, and only what its owner's name is part of; other folders only where empty. */
function sweepListed(list: string, owner: string): void {
  quietly(() => {
    if (statSync(list).uid !== process.getuid?.()) return;
    const paths = readFileSync(list, 'utf8').split('\n').filter(Boolean);
    for (const path of paths.toReversed()) {
      const isOwned = ownerIn(basename(path)) === owner;
      if (isOwned) quietly(() => rmSync(path, removal));
      else removeEmpty(path);
    }
  });
}

function begin(path: string): void {
  quietly(() => appendFileSync(listFile(), `${path}\n`, { mode: 0o600 }));
  removeLastAtExit();
  touching ??= setInterval(touchAll, touchEveryMs).unref();
}

function end(): void {
  if (owned.size + made.size > 0) return;
  clearInterval(touching);
  touching = undefined;
  quietly(() => rmSync(listFile(), removal));
  process.off('exit', removeAllOwned);
}

/** A process on another machine is judged by how long it has not done this. */
function touchAll(): void {
  const now = new Date();
  for (const path of [...owned, listFile()]) quietly(() => utimesSync(path, now, now));
}

/** What is left, all at once. */
export function removeAllOwned(): void {
  for (const path of [...owned, ...[...made].toReversed()]) removeOwned(path);
}

function removeEmpty(folder: string): void {
  quietly(() => rmdirSync(folder));
}

function listFile(): string {
  return join(tmpdir(), `winnow-${self}.list`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Cleaning up stops nothing: what cannot be removed now is met again by the next command. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    return;
  }
}
