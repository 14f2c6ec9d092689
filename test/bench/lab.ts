/** Where `npm run bench` measures: a browser with the sources' own modules, and a Python beside it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { browserArguments, findBrowser } from '../../headless/browser.ts';
import { withPage, type DrivenPage, type InputFile } from '../../headless/drive.ts';
import { root } from '../../headless/serve.ts';
import { watchMemory } from '../reference/long/memory.ts';
import type { WorkSeconds } from './in-page/clock.ts';
import type * as InPage from './in-page/work.ts';

const python = process.env.PYTHON ?? 'python3';

/** As a user of the options of `npm run bench` chose. */
export interface BenchSizes {
  rows: number;
  layers: number;
  hidden: number;
  threads: number;
  device: 'wasm' | 'webgpu';
  /** Rows of made numbers, ever more. */
  growth: number[];
  /** Folders, and the name of the task. */
  model: string;
  data: string;
  task: string;
  /** Rows of the data that are tokenised and go through the encoder. */
  encoded: number;
}

export class Lab {
  /** @param context with a profile on the disk, where the browser's storage is what it is for a user. */
  private constructor(
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    private readonly folder: string,
    private readonly server: ViteDevServer,
    readonly sizes: BenchSizes,
    private readonly libraries: ReadonlySet<string>,
  ) {}

  static async open(sizes: BenchSizes): Promise<Lab> {
    const { executablePath, env } = await findBrowser();
    const server = await createServer({ root, logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
    await server.listen();
    const launch = { executablePath, env, args: browserArguments };
    const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), launch);
    const browser = await chromium.launch(launch);
    const lab = new Lab(browser, context, folder, server, sizes, await pythonLibraries());
    // Once for nothing: the sources are compiled for the page, and all processes are there before memory is watched.
    await lab.inPage('storage', { rows: 100, layers: 1, hidden: 8 });
    return lab;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.context.close();
    await this.server.close();
    await rm(this.folder, { recursive: true });
  }

  version(): string {
    return this.browser.version();
  }

  /** Runs a piece of work of `in-page/work.ts` in a page of its own, which holds these files. */
  async inPage<Name extends InPage.WorkName>(
    name: Name,
    asked: InPage.Asked<Name>,
    files: readonly string[] = [],
  ): Promise<WorkSeconds> {
    const page = await this.context.newPage();
    try {
      await page.goto(`${this.server.resolvedUrls!.local[0]}test/bench/empty.html`);
      await page.setInputFiles('input', [...files]);
      return await page.evaluate(callInPage, { name, asked });
    } finally {
      await page.close();
    }
  }

  /** The page that a command drives, in a browser of its own. */
  command<T>(inputs: InputFile[], work: (page: DrivenPage) => Promise<T>): Promise<T> {
    const { device } = this.sizes;
    const signal = new AbortController().signal;
    return withPage({ device, cache: null, inputs, report: () => undefined, signal }, work);
  }

  /** For both sides to read, until the bench is over. @returns its path */
  async file(name: string, content: string | Float64Array): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  /** Whether the Python beside has these. */
  hasPython(...libraries: readonly string[]): boolean {
    return libraries.every((library) => this.libraries.has(library));
  }

  /** What a script prints as its last line, as JSON. */
  async inPython<T>(script: string, args: readonly (string | number)[]): Promise<T> {
    const env = { ...process.env, OPENBLAS_NUM_THREADS: String(this.sizes.threads), TOKENIZERS_PARALLELISM: 'true' };
    const { stdout } = await promisify(execFile)(python, [script, ...args.map(String)], { maxBuffer: 2 ** 24, env });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
  }

  /** The most that this program and its browser held meanwhile, in bytes beyond what they held before. */
  async withMemory<T>(work: () => Promise<T>): Promise<{ value: T; bytes: number }> {
    const watch = watchMemory(process.pid);
    const before = await watch.now();
    const value = await work();
    return { value, bytes: (await watch.stop()) - before };
  }

  /** A page of a browser that has never been here. */
  newVisitor(options: Parameters<Browser['newContext']>[0]): Promise<Page> {
    return this.browser.newPage(options);
  }
}

/** Runs in the page, in the dev server's own modules. */
async function callInPage({ name, asked }: { name: InPage.WorkName; asked: unknown }): Promise<WorkSeconds> {
  const module = '/test/bench/in-page/work.ts';
  const { measureWork } = (await import(/* @vite-ignore */ module)) as typeof InPage;
  const [input] = document.querySelectorAll('input');
  return measureWork(name, asked as never, [...input.files!]);
}

const wanted = ['numpy', 'scipy', 'torch', 'transformers', 'tokenizers'];

async function pythonLibraries(): Promise<ReadonlySet<string>> {
  const look = `import importlib.util as u; print(*[n for n in ${JSON.stringify(wanted)} if u.find_spec(n)])`;
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', look]);
    return new Set(stdout.trim().split(' '));
  } catch {
    return new Set();
  }
}

export const outsideScript = join(import.meta.dirname, 'outside.py');
/** The yardstick of whole extractions; there where ../shared is. */
export const torchScript = join(root, '../shared/reference/bench_torch.py');
export const hasTorchScript = existsSync(torchScript);
