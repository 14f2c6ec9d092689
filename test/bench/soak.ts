/**
 * `npm run bench:soak -- --runs N`: so many runs of a tiny model in one page, one after the other as a person starts them,
 * and after some what stays: the heap and what hangs on it after a forced collection of garbage, workers, and what the
 * browser stores. Every result is kept among the past runs of the browser, so that their number grows with the runs; all
 * else has to be flat, but for the whole heap: V8 goes on compiling what runs often, for hundreds of runs, so the page's
 * own share of it is told apart (heap.ts). Prints a line; it never judges.
 *
 *   --runs N    how many (20)
 *   --every N   after how many runs it looks (10); it does after the first and the last, too
 *   --forget    deletes each result from the past runs before the next run
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type CDPSession, type Page } from 'playwright';
import { browserArguments, findBrowser } from '../../headless/browser.ts';
import { buildIfNeeded } from '../../headless/build.ts';
import { servePage } from '../../headless/serve.ts';
import { dataFolder, modelFolder } from '../e2e/cli-process.ts';
import { drop, filesIn } from '../e2e/support/page.ts';
import { heapShares } from './heap.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    every: { type: 'string', default: '10' },
    forget: { type: 'boolean' },
  },
});
const [runs, every] = [values.runs, values.every].map((text) => Math.max(1, Math.trunc(Number(text)) || 1));

const columns = [
  'page kB',
  'code kB',
  'heap kB',
  'listeners',
  'nodes',
  'documents',
  'workers',
  'activations',
  'results',
  'stored kB',
  'tab kB',
] as const;

/** What stays once the page is at rest. */
async function measured(page: Page, session: CDPSession): Promise<Record<(typeof columns)[number], number>> {
  // What one collection finalizes is freed by the next.
  for (let time = 0; time < 3; time++) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string): number => metrics.find((entry) => entry.name === name)?.value ?? NaN;
  const shares = await heapShares(session);
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage);
  return {
    'page kB': shares.page / 1000,
    'code kB': shares.program / 1000,
    'heap kB': metric('JSHeapUsedSize') / 1000,
    listeners: metric('JSEventListeners'),
    nodes: metric('Nodes'),
    documents: metric('Documents'),
    workers: page.workers().length,
    activations: await countOf(page, 'winnow-activations', 'records'),
    results: await countOf(page, 'winnow-results', 'runs'),
    'stored kB': (usage ?? NaN) / 1000,
    'tab kB': await page.evaluate(() => JSON.stringify({ ...sessionStorage }).length / 1000),
  };
}

/** Records in an object store. */
function countOf(page: Page, name: string, storeName: string): Promise<number> {
  return page.evaluate(
    async (asked) => {
      const opening = indexedDB.open(asked.name);
      await new Promise((resolve) => (opening.onsuccess = resolve));
      const counting = opening.result.transaction(asked.storeName).objectStore(asked.storeName).count();
      await new Promise((resolve) => (counting.onsuccess = resolve));
      opening.result.close();
      return counting.result;
    },
    { name, storeName },
  );
}

/** From the first screen to a result, and back; with one seed, which the page remembers. */
async function wholeRun(page: Page, files: string[]): Promise<void> {
  // An input that DevTools fill is never collected, nor is the screen that it stood on.
  await drop(page, files);
  const options = page.getByTestId('options');
  if ((await options.getAttribute('open')) === null) await options.locator('summary').click();
  await page.getByTestId('option-seeds').fill('1');
  await page.locator('[data-testid="run"]:enabled').click();
  const result = page.getByTestId('section-made');
  const stopped = page.getByTestId('try-again');
  await result.or(stopped).first().waitFor();
  if (await stopped.isVisible()) throw new Error(await page.locator('main').innerText());
  await page.getByRole('button', { name: 'Set-up', exact: true }).click();
  await page.getByTestId('start-over').click();
  await page.locator('main[data-screen="start"]').waitFor();
  if (!values.forget) return;
  await page
    .getByTestId('past-runs')
    .getByRole('button', { name: /^Delete/ })
    .first()
    .click();
}

function line(...cells: (string | number)[]): string {
  const text = (cell: string | number): string => (typeof cell === 'number' ? cell.toFixed(0) : cell);
  return `${cells.map((cell) => text(cell).padStart(12)).join('')}\n`;
}

await buildIfNeeded((text) => process.stderr.write(`${text}\n`));
const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
const files = await filesIn(await modelFolder(folder), await dataFolder(folder, { train: 200, dev: 60 }));
const { executablePath, env } = await findBrowser();
const served = await servePage(0);
const browser = await chromium.launch({ executablePath, env, args: browserArguments });
try {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(served.url);
  await page.getByTestId('files-input').first().waitFor({ state: 'attached' });
  process.stdout.write(line('run', ...columns));
  for (let run = 1; run <= runs; run++) {
    await wholeRun(page, files);
    if (run !== 1 && run !== runs && run % every !== 0) continue;
    const stays = await measured(page, session);
    process.stdout.write(line(run, ...columns.map((column) => stays[column])));
  }
} finally {
  await browser.close();
  await served.close();
  await rm(folder, { recursive: true });
}
