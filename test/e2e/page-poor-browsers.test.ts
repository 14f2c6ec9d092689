/** Browsers that lack something: the run goes on, and one sentence says what is lost. */
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { softwareGpuArguments } from '../../headless/browser.ts';
import type { RunFile } from '../../src/run/run-file.ts';
import { ownInputs } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { startHost } from './support/host.ts';
import { downloadedRun, expectNoStackTrace, filesIn, finished, give, setOptions, startRun } from './support/page.ts';

const { open } = useBrowser();
/** The service worker needs storage too, and must not be in the way. */
const keeping = useBrowser({ isKept: true });
const withSoftwareGpu = useBrowser({ args: softwareGpuArguments });

async function hosted(options: Parameters<typeof startHost>[0]): Promise<string> {
  const host = await startHost(options);
  onTestFinished(() => host.close());
  return host.url;
}

interface Told {
  setUp: string;
  run: RunFile;
}

/** A whole run, the paper's for it is short, and what the set-up screen said before it. */
async function toldRun(page: Page, device: 'Automatic' | 'WebAssembly' | 'WebGPU'): Promise<Told> {
  const { model, data } = await ownInputs();
  await give(page, await filesIn(model, data));
  await page.getByTestId('as-in-paper').click();
  await setOptions(page, { device });
  await page.getByTestId('estimate').waitFor();
  const setUp = await page.locator('main').innerText();
  await startRun(page);
  await finished(page);
  await expectNoStackTrace(page);
  return { setUp, run: await downloadedRun(page) };
}

test('no WebGPU: WebAssembly, and why', async () => {
  const page = await open(await hosted({ isolated: true }));
  const { setUp, run } = await toldRun(page, 'Automatic');
  expect(setUp).toMatch(/WebAssembly with .+, because this browser offers no WebGPU adapter\./);
  expect(run.device).toMatchObject({ backend: 'wasm', adapter: null });
});

test('a software WebGPU adapter: WebAssembly, and why', async () => {
  const page = await withSoftwareGpu.open(await hosted({ isolated: true }));
  const automatic = await toldRun(page, 'Automatic');
  expect(automatic.setUp).toMatch(/because the only WebGPU adapter \(.+\) is software/);
  expect(automatic.run.device.backend).toBe('wasm');
});

test('no cross-origin isolation: one thread, and what that costs', async () => {
  const page = await open(await hosted({ isolated: false }));
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  const { setUp, run } = await toldRun(page, 'Automatic');
  expect(setUp).toContain('This page is not cross-origin isolated, so WebAssembly runs on one thread');
  expect(run.device.threads).toBe(1);
});

test('no IndexedDB: everything in memory, said on every screen that it concerns', async () => {
  const before = "Object.defineProperty(globalThis, 'indexedDB', { value: undefined })";
  const page = await keeping.open(await hosted({ isolated: true, before }));
  expect(await page.evaluate(() => typeof indexedDB)).toBe('undefined');
  await page.getByText('This window keeps nothing').waitFor();
  const { setUp, run } = await toldRun(page, 'WebAssembly');
  expect(setUp).toContain('This window has no storage: activations are kept in memory only');
  expect(run.warnings).toContain(
    'This browser keeps no activations here (this window has no storage): they stay in memory, and a reload starts again.',
  );
});

test('storage refused by the user: the run goes on in memory and says so', async () => {
  // As Chrome answers where the user has blocked cookies; the headless shell that npm carries knows no such setting.
  const before = `IDBFactory.prototype.open = () => {
    const error = new DOMException('The user denied permission to access the database.', 'UnknownError');
    const request = Object.assign(new EventTarget(), { error });
    setTimeout(() => request.onerror(new Event('error')));
    return request;
  }`;
  const page = await keeping.open(await hosted({ isolated: true, before }));
  await page.getByText('This window keeps nothing').waitFor();
  const { run } = await toldRun(page, 'WebAssembly');
  expect(run.warnings).toContain(
    'This browser keeps no activations here (The user denied permission to access the database.): they stay in memory, and a reload starts again.',
  );
});

test('storage nearly full: the run goes on in memory and says how much is kept', async () => {
  const url = await hosted({ isolated: true });
  const page = await keeping.open(url);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, quotaSize: 10_000 });
  const { run } = await toldRun(page, 'WebAssembly');
  expect(run.warnings).toContain(
    "The browser's storage is full: the run goes on in memory; 0 of 200 rows are kept for the next run.",
  );
});
