/** A network that is gone for a moment while parts of the program are loaded: the page and the run go on. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../headless/serve.ts';
import { ownInputs } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { startHost } from './support/host.ts';
import { alarms, downloadedRun, filesIn, give, wholeRun } from './support/page.ts';

const { open } = useBrowser();

/** The page on a host that has no answer when it is first asked for a file of such a name, and those that were. */
async function openStumbling(names: RegExp): Promise<{ page: Page; failed: string[] }> {
  const failed: string[] = [];
  const stumbles = (name: string, times: number): boolean => {
    const fails = times === 1 && names.test(name);
    if (fails) failed.push(name);
    return fails;
  };
  const host = await startHost({ isolated: true, stumbles });
  onTestFinished(() => host.close());
  return { page: await open(host.url), failed };
}

test.for([
  // `adam` and `recognise` are imported by what the engine imports.
  ['the engine, its parts and a screen', /^(engine\.worker|adam|recognise|Run)-.+\.js$/, 4],
  ['the runtime, its glue and WebAssembly', /^ort\..+\.js$|^ort.+\.mjs$|\.wasm$/, 3],
] as const)('a run without %s at first', async ([, names, count]) => {
  const { page, failed } = await openStumbling(names);
  const { model, data } = await ownInputs();
  await give(page, await filesIn(model, data));
  await page.getByTestId('as-in-paper').click();
  await wholeRun(page);
  expect((await downloadedRun(page)).warnings).toEqual([]);
  expect(failed).toHaveLength(count);
});

test('a library that reads a file and is not there at first is no fault of that file', async () => {
  const { page, failed } = await openStumbling(/^src-.+\.js$/);
  await give(page, [join(root, 'test/fixtures/tables/reviews.snappy.parquet')]);
  expect((await alarms(page)).join()).not.toMatch(/part of Winnow|cannot be read/);
  await page.getByText('reviews.snappy.parquet').first().waitFor({ state: 'attached' });
  expect(failed).not.toEqual([]);
});
