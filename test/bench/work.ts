/**
 * `npm run bench:work`: pieces of a run on made numbers, in the browser and, where a Python (PYTHON names one) has NumPy and
 * PyTorch, beside them in turns. Products also as a share of what as many threads can multiply and add at most. Prints
 * medians; it never judges.
 *
 *   --only NAMES    of products, probes, selection, with commas between (all)
 *   --rows N        rows of the train part (60,614)
 *   --layers N      with the embeddings (7)
 *   --hidden N      neurons a layer (384)
 *   --classes N     (2)
 *   --threads N     (2)
 *   --repeats N     (5)
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { browserArguments, findBrowser } from '../../headless/browser.ts';
import { runCommand } from '../../headless/command.ts';
import { root } from '../../headless/serve.ts';
import { spreadOf } from '../../src/timing/spread.ts';
import type * as Page from './work-in-page.ts';

const number = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    only: number,
    rows: number,
    layers: number,
    hidden: number,
    classes: number,
    threads: number,
    repeats: number,
  },
});
const names: Page.WorkName[] = ['products', 'probes', 'selection'];
const only = values.only?.split(',') ?? names;
const size = {
  rows: Number(values.rows ?? 60_614),
  layers: Number(values.layers ?? 7),
  hidden: Number(values.hidden ?? 384),
  classes: Number(values.classes ?? 2),
  threads: Number(values.threads ?? 2),
};
const repeats = Number(values.repeats ?? 5);

await runCommand(false, async ({ progress }) => {
  const { executablePath, env } = await findBrowser();
  const server = await createServer({ root, logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
  await server.listen();
  const browser = await chromium.launch({ executablePath, env, args: browserArguments });
  const lines: string[] = [];
  try {
    for (const work of names.filter((name) => only.includes(name))) {
      const seconds: Record<string, number[]> = {};
      const add = (what: string, value: number): void => void (seconds[what] ??= []).push(value);
      for (let round = 0; round < repeats; round++) {
        progress.say(`${work}, round ${round + 1} of ${repeats}`);
        const page = await browser.newPage();
        await page.goto(`${server.resolvedUrls!.local[0]}test/bench/empty.html`);
        for (const [what, value] of Object.entries(await page.evaluate(inPage, { work, ...size }))) add(what, value);
        await page.close();
        const outside = work === 'selection' ? null : await inPython(work);
        if (outside !== null) add('Python', outside);
      }
      const medians = Object.entries(seconds).map(([what, all]) => {
        const { median, lower, upper } = spreadOf(all);
        return `  ${what.padEnd(10)} ${median.toFixed(2)} s (${lower.toFixed(2)}–${upper.toFixed(2)})`;
      });
      lines.push(
        `${work}: ${size.rows} rows × ${size.layers} × ${size.hidden}, ${size.classes} classes, ${size.threads} threads`,
      );
      lines.push(...medians);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return { text: lines.join('\n'), fields: {} };
});

/** Runs in the page, in the dev server's own modules. */
async function inPage(asked: Page.AskedWork): Promise<Page.WorkSeconds> {
  const module = '/test/bench/work-in-page.ts';
  const { timeWork } = (await import(/* @vite-ignore */ module)) as typeof Page;
  return timeWork(asked);
}

async function inPython(work: Page.WorkName): Promise<number | null> {
  const { rows, layers, hidden, classes, threads } = size;
  const args = [work, rows, layers, hidden, classes, threads].map(String);
  try {
    const { stdout } = await promisify(execFile)(process.env.PYTHON ?? 'python3', [
      join(root, 'test/bench/work.py'),
      ...args,
    ]);
    return (JSON.parse(stdout) as { seconds: number }).seconds;
  } catch {
    return null;
  }
}
