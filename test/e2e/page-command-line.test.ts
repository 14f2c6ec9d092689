/** The page and the command line are one program: the same inputs give the same numbers, to the last bit. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { servePage } from '../../headless/serve.ts';
import { parseRun, type RunFile } from '../../src/report/run.ts';
import { dataFolder, modelFolder, ownFolder, run } from './cli-process.ts';
import { launchBrowser, newPage } from './support/browser.ts';
import { downloadedRun, drop, finished, looked, setOptions, startRun } from './support/page.ts';

test('the run file of the page equals that of the command line', async () => {
  const folder = await ownFolder();
  const [model, data] = [await modelFolder(folder), await dataFolder(folder, { train: 200, dev: 60 })];

  const served = await servePage(0);
  onTestFinished(() => served.close());
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await newPage(browser, served.url);
  await drop(page, [model, data]);
  await looked(page);
  await setOptions(page, { seeds: 2 });
  await startRun(page);
  await finished(page);
  const fromPage = await downloadedRun(page);

  const out = join(folder, 'result');
  const options = ['--device', 'wasm', '--seeds', '2', '--protocol', 'refined', '--max-length', '64'];
  const args = ['--model', model, '--data', data, '--task', 'sst-2', '--out', out, ...options];
  const { code, stderr } = await run('analyze', args);
  expect(stderr).toContain('Extracting');
  expect(code).toBe(0);
  const fromCommand = parseRun(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');

  // When and how long differ from run to run; everything else is the same.
  const lasting = (run: RunFile): RunFile => ({ ...run, created: '', timings: [] });
  expect(lasting(fromPage)).toEqual(lasting(fromCommand));
  const stages = ({ timings }: RunFile): unknown[] => timings.map(({ stage, rows }) => [stage, rows]);
  expect(stages(fromPage)).toEqual(stages(fromCommand));
});
