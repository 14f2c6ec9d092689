/** The page and the command line are one program: the same inputs give the same numbers and the same files, to the last bit. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { ownInputs, run } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { downloaded, downloadedRun, drop, finished, setOptions } from './support/page.ts';

const { open } = useBrowser({ isKept: true });

test('the run file of the page, refined from a quick look, equals that of the command line', async () => {
  const { folder, model, data } = await ownInputs({ train: 700, dev: 60 });
  const page = await open();
  await drop(page, [model, data]);
  await setOptions(page, { seeds: 2, deltas: '3:1' });
  await page.getByTestId('quick-look').click();
  await finished(page);
  const quick = await downloadedRun(page);
  expect(quick.options).toMatchObject({ sample: 500, rows: null });
  expect(quick.data.instances).toEqual({ train: 500, dev: 70, test: 60 });
  expect(rowsOf(quick, 'extract')).toBe(500 + 70 + 60);
  const notice = page.getByTestId('quick-look-notice');
  expect(await notice.innerText()).toContain('Quick look: at most 500 rows of every part (500 train, 70 dev, 60 test)');
  await notice.getByTestId('refine').click();
  await page.locator('main[data-screen="run"]').waitFor();
  await finished(page);
  expect(await notice.count()).toBe(0);
  const fromPage = await downloadedRun(page);
  // What the quick look extracted is not extracted again: the last 130 rows of the train part are.
  expect(rowsOf(fromPage, 'extract')).toBe(130);

  const out = join(folder, 'result');
  const options = '--device wasm --seeds 2 --protocol refined --max-length 64 --deltas 3:1'.split(' ');
  const args = ['--model', model, '--data', data, '--task', 'sst-2', '--out', out, ...options, '--no-figures'];
  const { code, stderr } = await run('analyze', args);
  expect(stderr).toContain('Extract every layer');
  expect(code).toBe(0);
  const fromCommand = parseRun(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');

  // When and how long differ from run to run; everything else is the same.
  const lasting = (run: RunFile): RunFile => ({ ...run, created: '', timings: [] });
  expect(lasting(fromPage)).toEqual(lasting(fromCommand));
  const stages = ({ timings }: RunFile): unknown[] =>
    timings.map(({ stage, rows }) => [stage, stage === 'extract' ? null : rows]);
  expect(stages(fromPage)).toEqual(stages(fromCommand));
  expect(rowsOf(fromCommand, 'extract')).toBe(700 + 60);

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

function rowsOf({ timings }: RunFile, stage: string): number | undefined {
  return timings.find((timing) => timing.stage === stage)?.rows;
}

const published = { equals: 'all_results.json' };
const savedAgain = {
  'run.json': {
    'Download run': { name: 'winnow-sst-2-tiny-bert.run.json', equals: 'run.json' },
    'Scores (CSV)': { name: 'winnow-sst-2-tiny-bert.scores.csv', equals: 'scores.csv' },
    'all_results.json': { name: 'winnow-sst-2-tiny-bert.all_results.json', ...published },
    BibTeX: { name: 'winnow-sst-2-tiny-bert.references.bib', equals: 'references.bib' },
  },
  'all_results.json': { 'all_results.json': { name: 'winnow-all_results.json', ...published } },
};
