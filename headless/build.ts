/** Builds the page for the command line when dist/ is missing or older than what it is made from. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CommandFailure } from './failure.ts';
import { builtPage, root } from './serve.ts';

const sources = ['src', 'workers', 'public', 'index.html', 'vite.config.ts', 'svelte.config.js', 'package-lock.json'];
const vite = join(createRequire(import.meta.url).resolve('vite/package.json'), '../bin/vite.js');

/** Built beside and swapped in, so that a stopped build is never served. @throws CommandFailure when it cannot be built. */
export async function buildIfNeeded(say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  if (await isFresh()) return;
  say('Building the page …');
  const folder = await mkdtemp(`${builtPage}-`);
  try {
    const env = { ...process.env, NODE_ENV: 'production' };
    const args = [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
    await promisify(execFile)(process.execPath, args, { cwd: root, env, signal });
    await rm(builtPage, { recursive: true, force: true });
    await rename(folder, builtPage);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const message = `The page could not be built: ${(cause as Error).message}`;
    throw new CommandFailure('internal', message, 'Run npm ci, then npm run build, and read what it says.', cause);
  } finally {
    await rm(folder, { recursive: true, force: true });
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
