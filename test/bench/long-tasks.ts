/**
 * `npm run bench:page`: the longest task of the page's main thread (Chrome's trace) while a person opens results, moves
 * sliders, scrolls, changes the theme and runs the demo (what a run shows on its way, and its result): by the clock, and in
 * brackets the processor time of the longest by that, which other work of the machine, a run's own too, does not lengthen
 * as much. Prints a table; it never judges.
 *
 *   --turns N   each scene so often, every time in a new page (3)
 *   --run FILE  the large result; the demo's, widened to 13 layers of 768 neurons, unless given
 *   --still     without the run of the demo, which takes a minute or more a turn
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { browserArguments, findBrowser } from '../../headless/browser.ts';
import { root, servePage } from '../../headless/serve.ts';
import { parseRun } from '../../src/run/run-file.ts';
import { deepResult } from './deep-result.ts';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '3' },
    run: { type: 'string' },
    still: { type: 'boolean', default: false },
  },
});
const turns = Math.max(1, Math.trunc(Number(values.turns)) || 1);
const demoText = await readFile(join(root, 'public/demo/reviews/result.json'), 'utf8');
const large = values.run
  ? await readFile(values.run, 'utf8')
  : JSON.stringify(deepResult(parseRun(demoText, 'result.json'), 12, 768));

/** Milliseconds. */
interface LongestTask {
  wall: number;
  processor: number;
}

/** By scene, then turn. */
const found = new Map<string, LongestTask[]>();

async function scene(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  await page.waitForTimeout(1000);
  const longest = longestTask(await browser.stopTracing());
  found.set(name, [...(found.get(name) ?? []), longest]);
}

/** Times in microseconds; `tdur`: of the thread on a processor. */
interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

function longestTask(trace: Buffer): LongestTask {
  const { traceEvents: events } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const names = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const mains = new Set(names.map(thread));
  const tasks = events.filter((event) => event.name === 'ThreadControllerImpl::RunTask' && mains.has(thread(event)));
  const most = (times: number[]): number => times.reduce((a, b) => Math.max(a, b), 0) / 1000;
  return {
    wall: most(tasks.map(({ dur = 0 }) => dur)),
    processor: most(tasks.map(({ tdur = 0 }) => tdur)),
  };
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

/** On the disk: a file given by its bytes would be decoded in the page, in a task longer than any of its own. */
const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
const largeFile = join(folder, 'run.json');
await writeFile(largeFile, large);
const { executablePath, env } = await findBrowser();
const served = await servePage(0);
const browser = await chromium.launch({ executablePath, env, args: browserArguments });
try {
  for (let turn = 0; turn < turns; turn++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    context.setDefaultTimeout(300_000);
    const page = await context.newPage();
    await scene(page, 'start', async () => {
      await page.goto(served.url);
      await page.getByTestId('demo').locator('canvas, svg').first().waitFor();
    });
    await scene(page, 'demo: open', async () => {
      await page.getByTestId('open-demo').click();
      await page.getByTestId('section-made').waitFor();
    });
    await look(page, 'demo');
    await page.goto(`${served.url}#v=1`);
    await page.getByTestId('results-input').first().waitFor({ state: 'attached' });
    await scene(page, 'large: open', async () => {
      await page.getByTestId('results-input').first().setInputFiles(largeFile);
      await page.getByTestId('section-made').waitFor();
    });
    await look(page, 'large');
    if (!values.still) {
      await page.goto(`${served.url}#v=1`);
      await scene(page, 'demo: set-up', async () => {
        await page.getByTestId('run-demo').click();
        await page.locator('main[data-screen="run"]').waitFor();
      });
      await scene(page, 'demo: run, to its result', () => page.getByTestId('section-made').waitFor());
    }
    await context.close();
  }
} finally {
  await browser.close();
  await served.close();
  await rm(folder, { recursive: true });
}
const row = (name: string, ...cells: string[]): string =>
  name.padEnd(36) + cells.map((cell) => cell.padStart(12)).join('');
const lines = [
  row('longest task, ms (on a processor)', ...Array.from({ length: turns }, (_, turn) => `turn ${turn + 1}`)),
];
for (const [name, lists] of found) {
  lines.push(row(name, ...lists.map(({ wall, processor }) => `${wall.toFixed(0)} (${processor.toFixed(0)})`)));
}
process.stdout.write(`${lines.join('\n')}\n`);
