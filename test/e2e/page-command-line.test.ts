/** The page and the command line are one program: the same inputs give the same numbers, to the last bit. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { ownInputs, run } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { downloadedRun, drop, wholeRun } from './support/page.ts';

const { open } = useBrowser();

test('the run file of the page equals that of the command line', async () => {
  const { folder, model, data } = await ownInputs();
  const page = await open();
  await drop(page, [model, data]);
  await wholeRun(page, { seeds: 2 });
  const fromPage = await downloadedRun(page);

  const out = join(folder, 'result');
  const options = ['--device', 'wasm', '--seeds', '2', '--protocol', 'refined', '--max-length', '64'];
  const args = ['--model', model, '--data', data, '--task', 'sst-2', '--out', out, ...options, '--no-figures'];
  const { code, stderr } = await run('analyze', args);
  expect(stderr).toContain('Extract every layer');
  expect(code).toBe(0);
  const fromCommand = parseRun(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');

  // When and how long differ from run to run; everything else is the same.
  const lasting = (run: RunFile): RunFile => ({ ...run, created: '', timings: [] });
  expect(lasting(fromPage)).toEqual(lasting(fromCommand));
  const stages = ({ timings }: RunFile): unknown[] => timings.map(({ stage, rows }) => [stage, rows]);
  expect(stages(fromPage)).toEqual(stages(fromCommand));
});
