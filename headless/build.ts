/** Builds the page for the command line when dist/ is missing or older than what it is made from. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CommandFailure } from './failure.ts';
import { waitForLock } from './lock.ts';
import { ownFolder, removeOwned } from './owned.ts';
import { builtPage, root } from './serve.ts';

const sources = [
  ...['src', 'workers', 'public', 'index.html', 'vite.config.ts', 'svelte.config.js', 'package-lock.json'],
  'tools/report-template.ts',
];
const vite = join(createRequire(import.meta.url).resolve('vite/package.json'), '../bin/vite.js');

/** What is built, and how: the page, or whatever a test puts in its place. */
export interface Build {
  place: string;
  isFresh(): Promise<boolean>;
  /** Into an empty folder. */
  make(folder: string): Promise<void>;
}

/** @throws CommandFailure when the page cannot be built. */
export async function buildIfNeeded(say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const make = async (folder: string): Promise<void> => {
    const env = { ...process.env, NODE_ENV: 'production' };
    const args = [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
    await promisify(execFile)(process.execPath, args, { cwd: root, env, signal });
  };
  await buildOnce({ place: builtPage, isFresh, make }, say, signal).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    const message = `The page could not be built: ${(cause as Error).message}`;
    throw new CommandFailure('internal', message, 'Run npm ci, then npm run build, and read what it says.', cause);
  });
}

/** Built beside and swapped in, so that a stopped build is never served; one command builds, others wait and take its build. */
export async function buildOnce(build: Build, say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  if (await build.isFresh()) return;
  const beside = dirname(build.place);
  await mkdir(beside, { recursive: true });
  const onWait = (holder: string): void => say(`Waiting for another command (${holder}) that builds the page …`);
  const lock = await waitForLock(beside, 'build', onWait, signal);
  try {
    if (await build.isFresh()) return;
    say('Building the page …');
    const made = ownFolder(beside, 'dist');
    const old = ownFolder(beside, 'dist');
    try {
      await build.make(made);
      if (existsSync(build.place)) await rename(build.place, join(old, basename(build.place)));
      await rename(made, build.place);
    } finally {
      removeOwned(old);
      removeOwned(made);
    }
  } finally {
    lock.release();
  }
}

async function isFresh(): Promise<boolean> {
  const page = join(builtPage, 'index.html');
  if (!existsSync(page)) return false;
  const times = await Promise.all(sources.map((source) => newest(join(root, source))));
  return (await stat(page)).mtimeMs >= Math.max(...times);
}

/** Last change under a path, in ms; 0 where there is nothing. */
async function newest(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const own = await stat(path);
  if (!own.isDirectory()) return own.mtimeMs;
  const inside = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))));
  return Math.max(own.mtimeMs, ...inside);
}
