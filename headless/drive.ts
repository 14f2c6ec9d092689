/**
 * Opens the built page in a headless browser and calls the session that the page itself uses (`#automation`,
 * src/session/automation.ts). Files are handed over by name through the page's file input; the browser reads them.
 */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type BrowserContext, type Download, type Page } from 'playwright';
import type { ActivationFormat } from '../src/activations/file/formats.ts';
import { fromPlainError } from '../src/base/errors.ts';
import type { ReducedRecord } from '../src/reduced/record.ts';
import type { RunFile, Timing } from '../src/run/run-file.ts';
import type { Rates } from '../src/run/stage.ts';
import type { Reduction } from '../src/session/worker/automation.ts';
import type {
  Corrections,
  Estimate,
  Inspection,
  LayersAlike,
  Outcome,
  Place,
  Role,
  RunEvent,
  RunOptions,
  TimeRequest,
} from '../src/session/contract.ts';
import { browserArguments, findBrowser, gpuArguments } from './browser.ts';
import { CommandFailure, reasonOf } from './failure.ts';
import { acquireLock, type Lock } from './lock.ts';
import { unwritable } from './output-failures.ts';
import { ownFolder, removeLastAtExit, removeOwned, sweep } from './owned.ts';
import { servePage, type Served } from './serve.ts';

/** A file that is handed to the page by name; the browser reads it. */
export interface InputFile {
  /** On this machine. */
  location: string;
  /** As the page sees it: the folder's name, then the file's. */
  path: string;
}

export interface DriveOptions {
  device: RunOptions['device'];
  /** Folder of the browser profile; null: a temporary one, deleted at the end. */
  cache: string | null;
  inputs: InputFile[];
  report: (event: RunEvent) => void;
  signal: AbortSignal;
}

/** What is measured beside the usual. */
export type TimingWishes = Pick<TimeRequest, 'extent' | 'made'>;

export interface DrivenLayers {
  title: string;
  run: RunFile;
  files: string[] | null;
}

export interface DrivenPage {
  page: Page;
  /** What is recognised in the files. */
  inspect(corrections: Corrections): Promise<Inspection>;
  /** What the set-up screen shows before a run. */
  estimate(corrections: Corrections, options: RunOptions): Promise<{ rates: Rates; estimate: Estimate }>;
  run(corrections: Corrections, options: RunOptions, rates?: Rates): Promise<RunFile>;
  time(corrections: Corrections, options: RunOptions, timing: TimingWishes): Promise<Timing>;
  /** @param results two: the title, the run, and the paths of its activations; null: those that the profile keeps. */
  compareLayers(results: readonly DrivenLayers[], place: Place): Promise<LayersAlike>;
  /** Saves the activations of one file; answers with the size in bytes. */
  extract(
    corrections: Corrections,
    options: RunOptions,
    extraction: { role: Role; format: ActivationFormat },
    saveTo: string,
  ): Promise<number>;
  /** Saves the files of a smaller model into a folder. */
  reduce(corrections: Corrections, reduction: Reduction, folder: string): Promise<ReducedRecord>;
}

/** The same on every run, whatever port serves it: a browser's storage belongs to the address. */
export const pageAddress = 'http://winnow.localhost/';

const startTimeoutMs = 60_000;

/**
 * Everything that was opened is closed again, whatever `work` does.
 * @throws WinnowError as the page reports it; CommandFailure `no-browser`, `cancelled`.
 */
export async function withPage<T>(options: DriveOptions, work: (page: DrivenPage) => Promise<T>): Promise<T> {
  const lock = options.cache === null ? null : await lockCache(options.cache);
  sweep(tmpdir());
  const temporary = ownFolder(tmpdir(), 'winnow');
  let served: Served | undefined;
  let context: BrowserContext | undefined;
  try {
    served = await servePage(0);
    const profile = options.cache ?? join(temporary, 'profile');
    context = await launch(resolve(profile), temporary, options.device, new URL(served.url).host);
    removeLastAtExit();
    const page = context.pages()[0] ?? (await context.newPage());
    return await untilStopped(options.signal, page, open(page, options).then(work));
  } finally {
    await context?.close();
    await served?.close();
    removeOwned(temporary);
    lock?.release();
  }
}

/** Not every browser notices that its profile is in use, and one that does says so late. */
async function lockCache(cache: string): Promise<Lock> {
  try {
    await mkdir(cache, { recursive: true });
    return await acquireLock(resolve(cache), 'cache', (holder) => {
      const message = `The cache folder "${cache}" is in use by another command (${holder}).`;
      return new CommandFailure('usage', message, nextOfCache);
    });
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const message = `The cache folder "${cache}" cannot be used: ${reasonOf(error)}.`;
    throw new CommandFailure('usage', message, 'Choose another --cache.', error);
  }
}

const nextOfCache = 'Wait until that command has ended, or give this one another --cache folder.';

/** The browser does not end by itself on Ctrl-C: the command closes it, and then its profile can be deleted. */
async function launch(
  profile: string,
  temporary: string,
  device: RunOptions['device'],
  host: string,
): Promise<BrowserContext> {
  const { executablePath, env } = await findBrowser();
  const address = `--host-resolver-rules=MAP ${new URL(pageAddress).hostname}:80 ${host}`;
  const args = [...browserArguments, ...gpuArguments(device), address];
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const places = { artifactsDir: join(temporary, 'artifacts'), downloadsPath: join(temporary, 'downloads') };
  const options = { executablePath, env, args, headless: true, acceptDownloads: true, ...places, ...signals };
  return chromium.launchPersistentContext(profile, options).catch((cause: unknown) => {
    const text = (cause as Error).message;
    if (text.includes('ProcessSingleton')) {
      const message = `The cache folder "${profile}" is in use by another browser.`;
      throw new CommandFailure('usage', message, nextOfCache, cause);
    }
    const reason = text.split('\n')[0];
    const next = 'Install Chrome or Chromium, or point CHROMIUM_PATH at one.';
    throw new CommandFailure('no-browser', `The browser ${executablePath} did not start: ${reason}`, next, cause);
  });
}

async function open(page: Page, options: DriveOptions): Promise<DrivenPage> {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  await page.exposeFunction('winnowReport', (event: string) => options.report(JSON.parse(event) as RunEvent));
  await page.goto(`${pageAddress}#automation`);
  await page
    .waitForFunction(() => window.winnow !== undefined, null, { timeout: startTimeoutMs })
    .catch((cause: unknown) => {
      const reason = failures[0] ?? 'it did not answer within a minute';
      const message = `The page did not start: ${reason}.`;
      throw new CommandFailure('internal', message, 'Run npm run build and try again.', cause);
    });
  await page.locator('#automation-files').setInputFiles(options.inputs.map(({ location }) => location));
  return driven(
    page,
    options.inputs.map(({ path }) => path),
  );
}

function driven(page: Page, paths: string[]): DrivenPage {
  return {
    page,
    async inspect(corrections) {
      const input = { paths, corrections };
      return valueOf(await page.evaluate((call) => window.winnow?.inspect(call.paths, call.corrections), input));
    },
    async estimate(corrections, options) {
      const input = { paths, corrections, options };
      return valueOf(
        await page.evaluate((call) => window.winnow?.estimate(call.paths, call.corrections, call.options), input),
      );
    },
    async run(corrections, options, rates) {
      const input = { paths, corrections, options, rates };
      return valueOf(
        await page.evaluate(
          (call) => window.winnow?.run(call.paths, call.corrections, call.options, call.rates),
          input,
        ),
      );
    },
    async time(corrections, options, timing) {
      const input = { paths, corrections, options, timing };
      return valueOf(
        await page.evaluate(
          (call) => window.winnow?.time(call.paths, call.corrections, call.options, call.timing),
          input,
        ),
      );
    },
    async compareLayers(results, place) {
      // As text: runs may be megabytes.
      const input = { paths, results: JSON.stringify(results), place };
      return valueOf(
        await page.evaluate((call) => window.winnow?.compareLayers(call.paths, call.results, call.place), input),
      );
    },
    async extract(corrections, options, extraction, saveTo) {
      const input = { paths, corrections, options, extraction };
      return saved(page, saveTo, () =>
        page.evaluate(
          (call) => window.winnow?.extract(call.paths, call.corrections, call.options, call.extraction),
          input,
        ),
      );
    },
    async reduce(corrections, { run, ...reduction }, folder) {
      // As text: it may be megabytes.
      const input = { paths, corrections, reduction, run: JSON.stringify(run) };
      const answer = await page.evaluate(
        (call) => window.winnow?.reduce(call.paths, call.corrections, call.run, call.reduction),
        input,
      );
      const { record, files } = valueOf(answer);
      for (const path of files) {
        await saved(page, join(folder, path), () => page.evaluate((name) => window.winnow?.save(name), path));
      }
      return record;
    },
  };
}

/** What the page saves when it is asked; answers with what it says. */
async function saved<T>(page: Page, saveTo: string, ask: () => Promise<Outcome<T> | undefined>): Promise<T> {
  const downloading = new Promise<Download>((resolve) => page.once('download', resolve));
  const answer = valueOf(await ask());
  const download = await downloading;
  await download.saveAs(saveTo).catch((cause: unknown) => {
    throw unwritable(saveTo, cause);
  });
  return answer;
}

function valueOf<T>(answer: Outcome<T> | undefined): T {
  if (answer?.ok) return answer.value;
  if (answer) throw fromPlainError(answer.error);
  throw new CommandFailure('internal', 'The page lost its handle for the command line.', 'Try again.');
}

/** Races the work with Ctrl-C and with the death of the page; after either, whatever the work still says is void. */
async function untilStopped<T>(signal: AbortSignal, page: Page, work: Promise<T>): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new CommandFailure('cancelled', 'Stopped.', 'Start the command again.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    page.on('crash', () => reject(died('its process crashed; memory may have run out')));
    page.context().on('close', () => reject(died('the browser was closed')));
  });
  return Promise.race([work, stopped]);
}

function died(why: string): CommandFailure {
  const next = 'Try again with fewer --rows, or close other programs.';
  return new CommandFailure('internal', `The page stopped: ${why}.`, next);
}
