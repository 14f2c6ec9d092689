/** A row of a study by the script for those without Snakemake, one that fails, and the comparison of both. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../../headless/serve.ts';
import { useBrowser } from './support/browser.ts';
import { openFile } from './support/opened-file.ts';
import { ownFolder, run } from './cli-process.ts';

const own = useBrowser();
const start = promisify(execFile);

test('a row is analysed, one that fails says why, and both are in the comparison', async () => {
  const folder = await ownFolder();
  const [example, out] = [join(folder, 'example'), join(folder, 'out')];
  await start('node', ['--import', 'tsx', 'study/example.ts', example], { cwd: root });
  await mkdir(join(example, 'empty'));
  const table = join(folder, 'runs.tsv');
  const options = '--device wasm --threads 1 --no-figures --protocol paper --rows 60';
  const rows = [
    ['run', 'model', 'data', 'task', 'options'],
    ['good', join(example, 'models/bert'), join(example, 'data/sst-2'), 'sst-2', options],
    ['bad', join(example, 'models/bert'), join(example, 'empty'), 'sst-2', options],
    ['../out', join(example, 'models/bert'), join(example, 'data/sst-2'), 'sst-2', options],
  ];
  await writeFile(table, rows.map((cells) => `${cells.join('\t')}\n`).join(''));
  const row = (number: number) =>
    start('bash', ['study/array.sh', table, out], {
      cwd: root,
      env: { ...process.env, SLURM_ARRAY_TASK_ID: String(number) },
    }).then(
      () => 0,
      ({ code }: { code: number }) => code,
    );
  expect(await row(1)).toBe(0);
  const made = await readFile(join(out, 'good/run.json'), 'utf8');
  expect(JSON.parse(made)).toMatchObject({ predictions: { rows: 150, width: 1 } });
  expect(await row(2)).toBe(3);
  expect(JSON.parse(await readFile(join(out, 'bad/failure.json'), 'utf8'))).toMatchObject({ ok: false });
  expect(await row(3)).toBe(2);
  // What is done is passed over.
  expect(await row(1)).toBe(0);
  expect(await readFile(join(out, 'good/run.json'), 'utf8')).toBe(made);

  const report = join(folder, 'report');
  const { code, stdout } = await run('compare', [join(out, 'good'), join(out, 'bad'), '--out', report]);
  expect(code).toBe(0);
  expect(stdout).toContain('Failed: bad. ');
  const lines = (await readFile(join(report, 'summary.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { result: 'SST-2 · bert', status: 'done' },
    { result: 'bad', status: 'failed' },
  ]);
  // A result beside itself, as if made later, by what it has kept: layers of one number are the same.
  const later = join(folder, 'later.json');
  await writeFile(later, made.replace(/"created":\s*"20\d\d/, '"created": "2019'));
  const twice = [join(out, 'good'), later];
  const cache = join(`${out}.cache`, 'good/browser');
  const layers = await run('compare', [
    ...twice,
    '--out',
    join(folder, 'layers'),
    '--cache',
    cache,
    '--device',
    'wasm',
  ]);
  expect(layers.code).toBe(0);
  expect(layers.stdout).toContain('is most alike to that of');
  const cells = (await readFile(join(folder, 'layers/layers.csv'), 'utf8'))
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const same = cells.filter(([, , own, its]) => own === its && own !== '0');
  expect(same.length).toBeGreaterThan(1);
  expect(same.every(([, , , , , biased]) => Math.abs(Number(biased) - 1) < 1e-5)).toBe(true);

  const page = await openFile(own, join(folder, 'layers/report.html'));
  expect(await page.getByTestId('compared-layers-finding').textContent()).toContain('is most alike to that of');
  expect(await page.getByTestId('compare-layers').count()).toBe(0);

  const again = await run('compare', [join(out, 'good'), '--out', report]);
  expect(again.code).toBe(2);
  const none = await run('compare', ['--out', join(folder, 'none')]);
  expect(none.stderr).toContain('No result is named.');
});
