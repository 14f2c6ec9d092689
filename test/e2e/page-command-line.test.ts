/** The page and the command line are one program: the same inputs give the same numbers and the same files, to the last bit. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { ownInputs, run } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { downloaded, downloadedRun, drop, finished, wholeRun } from './support/page.ts';

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

  // The command line's files, opened in the page and saved from there.
  for (const [file, buttons] of Object.entries(savedAgain)) {
    const other = await open();
    await other.getByTestId('results-input').first().setInputFiles(join(out, file));
    await finished(other);
    for (const [button, { name, equals }] of Object.entries(buttons)) {
      const saved = await downloaded(other, button);
      expect(saved.name).toBe(name);
      expect(saved.bytes.equals(await readFile(join(out, equals))), name).toBe(true);
    }
  }
});

const published = { equals: 'all_results.json' };
const savedAgain = {
  'run.json': {
    'Download run': { name: 'winnow-sst-2-tiny-bert.run.json', equals: 'run.json' },
    'all_results.json': { name: 'winnow-sst-2-tiny-bert.all_results.json', ...published },
  },
  'all_results.json': { 'all_results.json': { name: 'winnow-all_results.json', ...published } },
};
