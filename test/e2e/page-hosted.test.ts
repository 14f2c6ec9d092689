/** The page on a host that sends no headers of its own: its service worker isolates it, and two pages stay apart. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { builtPage } from '../../headless/serve.ts';
import { ownInputs } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { downloadedRun, during, filesIn, give, wholeRun } from './support/page.ts';
import { startPlainHost } from './support/plain-host.ts';

const keeping = useBrowser({ isKept: true });
const refusing = useBrowser();

/** How often a page was loaded. */
function loadsOf(page: Page): () => number {
  let loads = 0;
  page.on('load', () => (loads += 1));
  return () => loads;
}

/** To the browser a script of the driver is a hand: nothing is asked of the page before it has loaded itself again. */
async function openIsolated(page: Page, url: string): Promise<void> {
  const loads = loadsOf(page);
  await page.goto(url);
  await expect.poll(loads).toBe(2);
  expect(await isIsolated(page)).toBe(true);
}

const isIsolated = (page: Page): Promise<boolean> => page.evaluate(() => crossOriginIsolated);

/** Until its service worker answers for the page. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}

async function cacheNames(page: Page): Promise<string[]> {
  return (await page.evaluate(() => caches.keys())).sort();
}

test('on a plain host the page loads itself again once, and runs the demo on several threads, without a network too', async () => {
  const host = await startPlainHost({ 'some/folder': builtPage });
  const context = await keeping.newContext();
  const page = await context.newPage();
  await openIsolated(page, `${host.url}some/folder/`);

  const second = await context.newPage();
  const loads = loadsOf(second);
  const answer = await second.goto(`${host.url}some/folder/`);
  expect(answer?.fromServiceWorker()).toBe(true);
  expect(await isIsolated(second)).toBe(true);
  await context.setOffline(true);
  await host.close();
  await second.reload();
  expect(await isIsolated(second)).toBe(true);
  // Its files come without a network too; all of its rows take minutes on a machine that has other things to do.
  await second.getByTestId('run-demo').click();
  await during(second, 'Extract every layer');
  await second.getByTestId('cancel').click();
  await second.getByTestId('as-in-paper').click();
  await wholeRun(second, { rows: 200 });
  const { device } = await downloadedRun(second);
  expect(device.backend).toBe('wasm');
  expect(device.threads).toBeGreaterThan(1);
  expect(loads()).toBe(2);
});

test('whoever has begun is left in peace: one thread, said with what helps; loaded again it is isolated', async () => {
  const { model, data } = await ownInputs();
  const host = await startPlainHost({ page: builtPage });
  const page = await (await keeping.newContext()).newPage();
  // The worker waits for the files: on a quick machine it is there before any hand.
  let letGo = (): void => undefined;
  const begun = new Promise<void>((resolve) => (letGo = resolve));
  await page.context().route('**/offline.js', async (route) => {
    await begun;
    await route.continue();
  });
  const loads = loadsOf(page);
  await page.goto(`${host.url}page/`);
  await give(page, await filesIn(model, data));
  letGo();
  await kept(page);
  await page.getByTestId('estimate').waitFor();
  expect(await page.locator('main').innerText()).toMatch(/one thread:.+has all threads once it is loaded again/);
  expect(loads()).toBe(1);
  await page.reload();
  expect(await isIsolated(page)).toBe(true);
});

test('where the browser takes no service worker nothing is loaded again', async () => {
  const host = await startPlainHost({ page: builtPage });
  const page = await (await refusing.newContext()).newPage();
  const loads = loadsOf(page);
  await page.goto(`${host.url}page/`);
  await page.getByTestId('run-demo').waitFor();
  await page.waitForLoadState('networkidle');
  expect(await isIsolated(page)).toBe(false);
  expect(loads()).toBe(1);
});

test('a host whose pages stay without isolation is not asked over and over', async () => {
  const host = await startPlainHost({ page: builtPage });
  const worker = join(host.folder, 'page/offline.js');
  await writeFile(worker, (await readFile(worker, 'utf8')).replaceAll('Cross-Origin-', 'X-Nothing-'));
  const page = await (await keeping.newContext()).newPage();
  const loads = loadsOf(page);
  await page.goto(`${host.url}page/`);
  await expect.poll(loads).toBe(2);
  await kept(page);
  await page.waitForLoadState('networkidle');
  expect(await isIsolated(page)).toBe(false);
  expect(loads()).toBe(2);
});

test('two pages on one host, one inside the other: each has its own worker, cache and storage', async () => {
  const host = await startPlainHost({ '.': builtPage, inner: builtPage });
  const context = await keeping.newContext();
  const outer = await context.newPage();
  await openIsolated(outer, host.url);
  const [outerCache] = await cacheNames(outer);
  expect(outerCache).toMatch(/^winnow \/ [0-9a-f]{16}$/);
  const { model, data } = await ownInputs();
  await give(outer, await filesIn(model, data));
  await outer.getByTestId('as-in-paper').click();
  await wholeRun(outer);

  const inner = await context.newPage();
  await openIsolated(inner, `${host.url}inner/`);
  const innerCache = outerCache.replace(' / ', ' /inner/ ');
  expect(await cacheNames(inner)).toEqual([outerCache, innerCache].sort());
  const workers = await inner.evaluate(async () =>
    (await navigator.serviceWorker.getRegistrations()).map(({ active }) => active?.scriptURL),
  );
  expect(workers.sort()).toEqual([`${host.url}inner/offline.js`, `${host.url}offline.js`]);
  const ofOuter = await inner.evaluate(async (name) => {
    const requests = await (await caches.open(name)).keys();
    return requests.map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith('/inner/'));
  }, outerCache);
  expect(ofOuter).toEqual([]);
  // What the outer page has run is no past run of the inner one.
  const pastRuns = (page: Page) => page.getByTestId('past-runs').locator('li');
  await inner.getByTestId('run-demo').waitFor();
  await inner.waitForLoadState('networkidle');
  expect(await pastRuns(inner).count()).toBe(0);
  await outer.goto(host.url);
  await pastRuns(outer).first().waitFor();

  // The inner page published anew: its old cache goes, the outer one's stays.
  const worker = join(host.folder, 'inner/offline.js');
  await writeFile(worker, (await readFile(worker, 'utf8')).replace(/const build = "\w{16}"/, 'const build = "anew"'));
  await inner.reload();
  await expect.poll(() => cacheNames(inner)).toEqual([outerCache, 'winnow /inner/ anew'].sort());
});
