/**
 * A host that knows nothing of the page: Python's own static server, which sends no header but type and length, or where there
 * is no Python as plain a one of Node. What it serves are folders below its root.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { onTestFinished } from 'vitest';

export interface PlainHost {
  /** Ends in a slash. */
  url: string;
  /** Where its files lie: what is changed there is published. */
  folder: string;
  /** What it is, for a test's own words. */
  server: 'Python' | 'Node';
  close(): Promise<void>;
}

/** @param sites folders on the disk by their names on the host, e.g. { 'one/page': 'dist' }; copied. */
export async function startPlainHost(sites: Record<string, string>): Promise<PlainHost> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, from] of Object.entries(sites)) {
    await mkdir(join(folder, name), { recursive: true });
    await cp(from, join(folder, name), { recursive: true });
  }
  const host = (await servedByPython(folder)) ?? (await servedByNode(folder));
  onTestFinished(host.close);
  return host;
}

async function servedByPython(folder: string): Promise<PlainHost | null> {
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder];
  const python = spawn('python3', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(python, 'close').catch(() => null);
  const port = await Promise.race([
    ended.then(() => null),
    new Promise<number>((resolve) => {
      let said = '';
      python.stdout.on('data', (bytes: Buffer) => {
        const found = /port (\d+)/.exec((said += bytes.toString()));
        if (found) resolve(Number(found[1]));
      });
    }),
  ]);
  if (port === null) return null;
  const close = async (): Promise<void> => {
    python.kill();
    await ended;
  };
  return { url: `http://127.0.0.1:${port}/`, folder, server: 'Python', close };
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

async function servedByNode(folder: string): Promise<PlainHost> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    const file = normalize(path.endsWith('/') ? `${path}index.html` : path);
    readFile(join(folder, file)).then(
      (bytes) => response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'text/plain' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, folder, server: 'Node', close };
}
