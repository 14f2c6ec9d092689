/** A network that is gone for a moment while parts of the program are loaded: the run and the page go on. */
import { expect, onTestFinished, test } from 'vitest';
import { ownInputs } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { startHost } from './support/host.ts';
import { downloadedRun, filesIn, finished, give, setOptions, startRun } from './support/page.ts';

const { open } = useBrowser();

test.for([
  ['the engine, what its parts import, and a screen', /^(engine\.worker|adam|recognise|Run)-.+\.js$/, 1],
  ['the runtime, its glue and every WebAssembly file', /^ort.+\.js$|^ort.+\.mjs$|\.wasm$/, 1],
  ['the script of a thread of the runtime', /^ort.+\.mjs$/, 2],
  ['the script of a trainer', /^trainer\.worker/, 1],
] as const)('%s fail once', async ([, names, time]) => {
  const failed: string[] = [];
  const stumbles = (name: string, times: number): boolean => {
    if (!names.test(name) || times !== time) return false;
    failed.push(name);
    return true;
  };
  const host = await startHost({ isolated: true, stumbles });
  onTestFinished(() => host.close());
  const page = await open(host.url);
  const { model, data } = await ownInputs();
  await give(page, await filesIn(model, data));
  await page.getByTestId('as-in-paper').click();
  await setOptions(page);
  await startRun(page);
  await finished(page);
  const { warnings } = await downloadedRun(page);
  expect(warnings).toEqual([]);
  expect(failed).not.toEqual([]);
  console.log(failed);
});
