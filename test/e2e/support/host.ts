/**
 * A plain static host for the built page, in a folder below the root as many hosts have it. It sends no headers for
 * cross-origin isolation unless told to, and can put a line of script before every script: what a browser lacks must be
 * missing in workers too, where no init script of the test driver reaches.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join, normalize } from 'node:path';
import { isolation } from '../../../headless/isolation.ts';
import { builtPage } from '../../../headless/serve.ts';

export interface Host {
  /** Ends in a slash. */
  url: string;
  close(): Promise<void>;
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
const folder = '/some/folder/';

interface HostOptions {
  isolated?: boolean;
  before?: string;
  /** Whether the host is not there for a request, the so-manyth for that file. */
  stumbles?: (name: string, times: number) => boolean;
}

export async function startHost({ isolated = false, before = '', stumbles }: HostOptions = {}): Promise<Host> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    const file = path.endsWith('/') ? `${path}index.html` : path;
    const type = types[extname(file)] ?? 'application/octet-stream';
    const inside = file.startsWith(folder) && normalize(file) === file;
    void read(inside ? file.slice(folder.length) : null).then((bytes) => {
      const times = (asked.get(file) ?? 0) + 1;
      asked.set(file, times);
      if (stumbles?.(basename(file), times)) return void response.writeHead(503).end();
      const script = type === 'text/javascript' && before !== '';
      response.writeHead(bytes ? 200 : 404, { 'Content-Type': type, ...(isolated ? isolation : {}) });
      response.end(bytes && script ? `${before};\n${bytes.toString()}` : bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${folder}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function read(path: string | null): Promise<Buffer | null> {
  return path === null ? Promise.resolve(null) : readFile(join(builtPage, path)).catch(() => null);
}
