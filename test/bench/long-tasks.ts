/**
 * `npm run bench:page`: the longest tasks of the page's main thread (PerformanceObserver, "longtask": 50 ms and more) while
 * a person opens results, moves sliders, scrolls, changes the theme and runs the demo. Prints a table; it never judges.
 *
 *   --turns N   each scene so often, every time in a new page (3)
 *   --run FILE  the large result; the demo's, widened to 13 layers of 768 neurons, unless given
 *   --demo      run the demo, too (a minute or more a turn)
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { browserArguments, findBrowser } from '../../headless/browser.ts';
import { root, servePage } from '../../headless/serve.ts';
import { parseRun } from '../../src/run/run-file.ts';
import { deepResult } from './deep-result.ts';

declare global {
  interface Window {
    longTasks: number[];
  }
}

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '3' },
    run: { type: 'string' },
    demo: { type: 'boolean', default: false },
  },
});
const turns = Math.max(1, Math.trunc(Number(values.turns)) || 1);
const demoText = await readFile(join(root, 'public/demo/reviews/result.json'), 'utf8');
const large = values.run
  ? await readFile(values.run, 'utf8')
  : JSON.stringify(deepResult(parseRun(demoText, 'result.json'), 12, 768));

/** Milliseconds of each long task, by scene. */
const found = new Map<string, number[][]>();

async function scene(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  await page.evaluate(() => (window.longTasks = []));
  await act();
  await page.waitForTimeout(1000);
  const tasks = await page.evaluate(() => window.longTasks);
  found.set(name, [...(found.get(name) ?? []), tasks]);
}

async function slide(page: Page, testid: string): Promise<void> {
  const slider = page.getByTestId(testid);
  await slider.scrollIntoViewIfNeeded();
  await slider.focus();
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press(step < 6 ? 'ArrowRight' : 'ArrowLeft');
    await page.waitForTimeout(60);
  }
}

async function scroll(page: Page): Promise<void> {
  await page.mouse.move(600, 400);
  for (let step = 0; step < 40; step++) {
    await page.mouse.wheel(0, step < 20 ? 600 : -600);
    await page.waitForTimeout(30);
  }
}

async function look(page: Page, which: string): Promise<void> {
  for (const testid of ['delta-layers', 'threshold', 'delta-neurons'])
    await scene(page, `${which}: slider ${testid}`, () => slide(page, testid));
  await scene(page, `${which}: scroll`, () => scroll(page));
  await scene(page, `${which}: dark`, () => page.emulateMedia({ colorScheme: 'dark' }));
  await scene(page, `${which}: light`, () => page.emulateMedia({ colorScheme: 'light' }));
}

const { executablePath, env } = await findBrowser();
const served = await servePage(0);
const browser = await chromium.launch({ executablePath, env, args: browserArguments });
try {
  for (let turn = 0; turn < turns; turn++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    context.setDefaultTimeout(300_000);
    await context.addInitScript(() => {
      window.longTasks = [];
      const observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.longTasks.push(duration);
      });
      observer.observe({ type: 'longtask', buffered: true });
    });
    const page = await context.newPage();
    await page.goto(served.url);
    await page.getByTestId('demo').locator('canvas, svg').first().waitFor();
    await page.waitForTimeout(1500);
    found.set('start', [...(found.get('start') ?? []), await page.evaluate(() => window.longTasks)]);
    await scene(page, 'demo: open', async () => {
      await page.getByTestId('open-demo').click();
      await page.getByTestId('section-made').waitFor();
    });
    await look(page, 'demo');
    await page.goto(`${served.url}#v=1`);
    await page.getByTestId('results-input').first().waitFor({ state: 'attached' });
    await scene(page, 'large: open', async () => {
      const buffer = Buffer.from(large);
      await page
        .getByTestId('results-input')
        .first()
        .setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer });
      await page.getByTestId('section-made').waitFor();
    });
    await look(page, 'large');
    if (values.demo) {
      await page.goto(`${served.url}#v=1`);
      await scene(page, 'demo: run', async () => {
        await page.getByTestId('run-demo').click();
        await page.locator('main[data-screen="run"]').waitFor();
        await page.getByTestId('section-made').waitFor();
      });
    }
    await context.close();
  }
} finally {
  await browser.close();
  await served.close();
}
const row = (name: string, ...cells: string[]): string =>
  name.padEnd(32) + cells.map((cell) => cell.padStart(12)).join('');
const lines = [row('longest task by turn, ms', ...Array.from({ length: turns }, (_, turn) => `turn ${turn + 1}`))];
for (const [name, lists] of found) {
  const longest = lists.map((tasks) => (tasks.length === 0 ? 'none' : Math.max(...tasks).toFixed(0)));
  lines.push(row(name, ...longest));
}
process.stdout.write(`${lines.join('\n')}\n`);
