/** Serves the built page on this machine alone, with the headers that WebAssembly threads need. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { preview } from 'vite';
import { CommandFailure } from './failure.ts';
import { isolation } from './isolation.ts';

export const root = join(import.meta.dirname, '..');
export const builtPage = join(root, 'dist');

export interface Served {
  /** Ends in a slash. */
  url: string;
  close(): Promise<void>;
}

/** Where the page is served when no port is asked for: the browser's storage belongs to host and port, so it stays. */
const usualPort = 4173;

/**
 * @param port 0: any free port; null: the usual one, or the next that is free.
 * @throws CommandFailure when nothing is built yet or the port is taken.
 */
export async function servePage(port: number | null): Promise<Served> {
  if (!existsSync(join(builtPage, 'index.html'))) {
    throw new CommandFailure('usage', 'The page is not built yet: dist/index.html is missing.', 'Run npm run build.');
  }
  const listen = { host: '127.0.0.1', port: port ?? usualPort, strictPort: port !== null, open: false };
  // What is built needs nothing of how it was built, and to read that takes a second.
  const own = { root, configFile: false, appType: 'mpa', logLevel: 'error' } as const;
  const options = { ...own, preview: { ...listen, headers: isolation } };
  const handlers = process.listeners('SIGTERM');
  const server = await preview(options).catch((cause: unknown) => {
    const message = `Port ${port} cannot be used: ${(cause as Error).message}.`;
    throw new CommandFailure('usage', message, 'Choose another with --port.', cause);
  });
  // Vite's own handler ends the process in the middle of everything; when to end is the caller's to say.
  for (const added of process.listeners('SIGTERM').filter((handler) => !handlers.includes(handler))) {
    process.off('SIGTERM', added);
  }
  const url = server.resolvedUrls?.local[0];
  if (!url)
    throw new CommandFailure('internal', 'The page is served, but at no address of this machine.', 'Try again.');
  return { url, close: () => server.close() };
}
